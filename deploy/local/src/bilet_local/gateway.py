"""Envoy's configuration from the one template in deploy/gateway.

`python -m bilet_local.gateway` writes deploy/gateway/envoy.yaml, the configuration with the addresses of docker-compose.yml.
"""

from dataclasses import dataclass
from pathlib import Path

import jinja2

from bilet_local import layout

PREFIX = "/api/v1"
SERVICES = ("identity", "diagnostics", "booking", "notifications")
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """One service's api behind the gateway."""

    name: str
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """What differs between installations.

    Attributes:
        host: the address the gateway listens on.
        issuer: the `iss` of identity's tokens.
        audience: their `aud`.
        per_subject_per_minute: requests of one signed-in person; at least 60.
        per_address_per_minute: requests without a good token from one address; at least 60.
        max_body_bytes: of a request's body.
        max_upload_bytes: of a file that an operator or coordinator uploads.
    """

    host: str
    port: int
    admin_port: int
    services: tuple[Upstream, ...]
    issuer: str
    audience: str
    per_subject_per_minute: int
    per_address_per_minute: int
    max_body_bytes: int = _MEGABYTE // 4
    max_upload_bytes: int = 5 * _MEGABYTE

    @property
    def jwks_authority(self) -> str:
        """Where identity's keys are fetched."""
        identity = next(service for service in self.services if service.name == "identity")
        return f"{identity.host}:{identity.port}"


def render(gateway: Gateway, template: Path = layout.GATEWAY_TEMPLATE) -> str:
    """Fill the template."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701 - YAML of our own values
    text = template.read_text(encoding="utf-8")
    return environment.from_string(text).render(gateway=gateway, prefix=PREFIX)


def compose_gateway() -> Gateway:
    """Write the gateway of docker-compose.yml, with the limits of a small installation."""
    return Gateway(
        host="0.0.0.0",  # noqa: S104 - inside its own container
        port=8080,
        admin_port=9901,
        services=tuple(Upstream(name=name, host=f"{name}-api", port=8000) for name in SERVICES),
        issuer="https://bilet.local",
        audience="bilet-api",
        per_subject_per_minute=600,
        per_address_per_minute=600,
    )


if __name__ == "__main__":
    layout.GATEWAY_CONFIGURATION.write_text(render(compose_gateway()), encoding="utf-8")
