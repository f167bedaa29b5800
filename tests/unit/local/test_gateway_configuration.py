import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bilet_local import gateway, layout
from bilet_local.components.envoy import envoy_binary


def test_the_committed_configuration_is_the_template_with_the_addresses_of_compose() -> None:
    assert layout.GATEWAY_CONFIGURATION.read_text(encoding="utf-8") == gateway.render(gateway.compose_gateway())


def test_envoy_accepts_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "envoy.yaml"
    file.write_text(gateway.render(gateway.compose_gateway()), encoding="utf-8")
    command = [str(envoy_binary()), "--mode", "validate", "-c", str(file)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stderr


@pytest.fixture
def document() -> dict[str, Any]:
    return dict(yaml.safe_load(gateway.render(gateway.compose_gateway())))


def test_admin_listens_on_the_loopback_only(document: dict[str, Any]) -> None:
    assert document["admin"]["address"]["socket_address"]["address"] == "127.0.0.1"


def test_access_log_holds_neither_queries_nor_addresses_nor_agents(document: dict[str, Any]) -> None:
    logged = str(_connection_manager(document)["access_log"])

    assert not [
        word
        for word in ("REMOTE_ADDRESS", "USER-AGENT", "AUTHORIZATION", "(WQ:", "FORWARDED")
        if word in logged.upper()
    ]


def test_everything_but_the_listed_paths_needs_a_token(document: dict[str, Any]) -> None:
    filters = {one["name"]: one["typed_config"] for one in _connection_manager(document)["http_filters"]}
    rules = filters["envoy.filters.http.jwt_authn"]["rules"]
    unknown_methods, *listed, last = rules
    optional = [rule for rule in listed if "requires" in rule]
    free = [rule for rule in listed if "requires" not in rule]

    (method,) = unknown_methods["match"]["headers"]
    assert (method["name"], method["invert_match"]) == (":method", True)
    assert {"GET", "POST", "PUT", "DELETE"} <= set(method["string_match"]["safe_regex"]["regex"].split("|"))
    assert last == {"match": {"path_separated_prefix": "/api/v1"}, "requires": {"provider_name": "identity"}}
    assert all(rule["match"]["path_separated_prefix"].endswith("/health") for rule in free)
    assert {rule["match"].get("path") or rule["match"]["path_separated_prefix"] for rule in optional} == {
        "/api/v1/identity/schools",
        "/api/v1/identity/consent-texts",
        "/api/v1/identity/esia/callback",
        "/api/v1/identity/esia/sign-ins",
        "/api/v1/identity/students",
        "/api/v1/identity/roster-claims",
        "/api/v1/identity/staff-activations",
        "/api/v1/identity/sessions",
        "/api/v1/identity/sessions/refresh",
        "/api/v1/identity/sessions/exchange",
        "/api/v1/identity/.well-known/jwks.json",
        "/api/v1/booking/catalogue",
    }


def _connection_manager(document: dict[str, Any]) -> dict[str, Any]:
    listener = document["static_resources"]["listeners"][0]
    return dict(listener["filter_chains"][0]["filters"][0]["typed_config"])
