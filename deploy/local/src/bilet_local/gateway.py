"""Envoy's configuration from the templates in deploy/gateway.

`python -m bilet_local.gateway` writes deploy/gateway/envoy.yaml, the configuration with the addresses of docker-compose.yml.
"""

from dataclasses import dataclass

import jinja2

from bilet_local import layout

PREFIX = "/api/v1"
SERVICES = ("identity", "diagnostics", "booking", "notifications")
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Address:
    """Where one replica listens; a name that stands for several addresses is as good as several of these."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """One service's api behind the gateway, with all its replicas."""

    name: str
    replicas: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Something else that a person may want to open; `url` is for their browser."""

    title: str
    url: str


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
        places: what the page at `/` leads to.
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
    places: tuple[Place, ...] = ()

    @property
    def jwks_authority(self) -> str:
        """The name under which identity's keys are fetched."""
        return str(next(service for service in self.services if service.name == "identity").replicas[0])


def render(gateway: Gateway) -> str:
    """Fill the templates: the configuration, and within it the page at `/`."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(layout.GATEWAY_TEMPLATE.parent),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=jinja2.select_autoescape(enabled_extensions=("html.j2",)),
    )
    page = templates.get_template(layout.WELCOME_TEMPLATE.name).render(gateway=gateway, prefix=PREFIX)
    template = templates.get_template(layout.GATEWAY_TEMPLATE.name)
    return template.render(gateway=gateway, prefix=PREFIX, welcome=page)


def compose_gateway() -> Gateway:
    """Write the gateway of docker-compose.yml, with the limits of a small installation."""
    return Gateway(
        host="0.0.0.0",  # noqa: S104 - inside its own container
        port=8080,
        admin_port=9901,
        services=tuple(Upstream(name=name, replicas=(Address(f"{name}-api", 8000),)) for name in SERVICES),
        issuer="https://bilet.local",
        audience="bilet-api",
        per_subject_per_minute=600,
        per_address_per_minute=600,
        places=(
            Place("Письма, которые система отправила", "http://localhost:8026/"),
            Place("Стенд ЕСИА", "http://localhost:8090/"),
        ),
    )


if __name__ == "__main__":
    layout.GATEWAY_CONFIGURATION.write_text(render(compose_gateway()), encoding="utf-8")
