import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bilet_local import environments, layout, topology
from bilet_local.components.apache_kafka import kafka_version
from bilet_local.installation import DATABASES, Broker, Installation
from bilet_local.keys import as_env_file, generate

COMPOSE = layout.PROJECT_ROOT / "docker-compose.yml"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"])


def test_the_file_follows_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_both_topologies_name_the_same_processes_in_the_same_order(
    services: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topology, "script", lambda name: f"/bin/{name}")
    nodes = topology.topology(Installation(state_dir=tmp_path), generate())

    assert {node.name: set(node.after) for node in nodes} == {
        name: set(service.get("depends_on", {})) for name, service in services.items()
    }


@pytest.mark.parametrize("service", topology.SERVICES)
@pytest.mark.parametrize("process", ["migrate", "api", "worker"])
def test_both_topologies_set_the_same_variables(
    services: dict[str, Any], service: str, process: str, tmp_path: Path
) -> None:
    local = environments.of_service(service, Installation(state_dir=tmp_path, broker=Broker.APACHE), generate())

    assert set(services[f"{service}-{process}"]["environment"]) == set(local)
    assert services[f"{service}-{process}"]["command"] == [f"bilet-{service}", process]


def secret(value: str) -> str:
    """The name of the key that a variable takes from .env."""
    return value.rpartition("${BILET_KEY_")[2].partition(":?}")[0]


@pytest.mark.parametrize("process", ["migrate", "api", "worker"])
def test_no_two_services_share_a_password(services: dict[str, Any], process: str) -> None:
    for service in DATABASES:
        environment = services[f"{service}-{process}"]["environment"]
        assert f"//{service}:${{BILET_KEY_DATABASE_PASSWORD_{service.upper()}:?}}@" in environment["BILET_DATABASE_URL"]
        assert environment["BILET_KAFKA_USER"] == service
        assert secret(environment["BILET_KAFKA_PASSWORD"]) == f"KAFKA_PASSWORD_{service.upper()}"


def test_the_superuser_s_passwords_are_nobody_else_s(services: dict[str, Any]) -> None:
    superuser = services["postgres"]["environment"]["POSTGRES_PASSWORD"]
    admin = services["topics"]["environment"]["BILET_KAFKA_PASSWORD"]
    others = [
        value
        for name, service in services.items()
        if name not in ("postgres", "kafka", "topics")
        for value in service.get("environment", {}).values()
    ]
    assert secret(superuser) == "DATABASE_PASSWORD"
    assert [value for value in others if superuser in value or admin in value] == []


def test_the_bus_has_no_open_door(services: dict[str, Any]) -> None:
    mounted = {volume.split(":")[0] for volume in services["kafka"]["volumes"]}

    assert {"./deploy/kafka/start.sh", "./deploy/kafka/server.properties"} <= mounted
    assert "ports" not in services["kafka"]
    assert "PLAINTEXT" not in COMPOSE.read_text(encoding="utf-8").replace("SASL_PLAINTEXT", "")
    assert "PLAINTEXT" not in layout.KAFKA_PROPERTIES.read_text(encoding="utf-8")


def test_the_standin_gets_the_same_variables(services: dict[str, Any], tmp_path: Path) -> None:
    local = environments.of_esia_standin(Installation(state_dir=tmp_path), generate())

    assert set(services["esia"]["environment"]) == set(local)


def test_both_run_the_same_kafka(services: dict[str, Any]) -> None:
    assert services["kafka"]["image"] == f"apache/kafka:{kafka_version()}"


def test_every_key_that_compose_asks_for_is_generated() -> None:
    asked = {part.partition(":?")[0] for part in COMPOSE.read_text(encoding="utf-8").split("${")[1:]}
    generated = {line.partition("=")[0] for line in as_env_file(generate()).splitlines() if line.startswith("BILET_")}

    assert asked <= generated
