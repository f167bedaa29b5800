from itertools import pairwise
from pathlib import Path

import pytest
import typer
import yaml

from bilet_local import environments, topology
from bilet_local.components import ApacheKafka, Component, External, Tansu
from bilet_local.errors import StackError
from bilet_local.installation import Broker, Elsewhere, Installation, from_json
from bilet_local.keys import InstallationKeys, generate
from bilet_local.ports import PortPlan
from bilet_local.replicas import read_replicas
from bilet_local.topology import Job, Part


@pytest.fixture(scope="module")
def keys() -> InstallationKeys:
    return generate()


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setattr(topology, "script", lambda name: f"/bin/{name}")
    return Installation(state_dir=tmp_path)


def test_every_name_is_unique_and_everything_waited_for_exists(
    installation: Installation, keys: InstallationKeys
) -> None:
    nodes = topology.topology(installation, keys)
    names = [node.name for node in nodes]

    assert len(names) == len(set(names))
    assert {name for node in nodes for name in node.after} <= set(names)


def test_each_node_stands_below_what_it_waits_for(installation: Installation, keys: InstallationKeys) -> None:
    seen: set[str] = set()
    for node in topology.topology(installation, keys):
        assert set(node.after) <= seen, node.name
        seen.add(node.name)


def test_workers_wait_for_topics_and_their_own_schema(installation: Installation, keys: InstallationKeys) -> None:
    waits = {node.name: set(node.after) for node in topology.topology(installation, keys)}

    assert waits["booking-worker"] == {"booking-migrate", "topics"}
    assert waits["booking-api"] == {"booking-migrate"}
    assert waits["gateway"] == {f"{service}-api" for service in topology.SERVICES}


def test_no_two_parts_want_the_same_port(installation: Installation, keys: InstallationKeys) -> None:
    ports = [
        p for node in topology.topology(installation, keys) if isinstance(node, Part) for p in node.component.ports
    ]

    assert all(below < above for below, above in pairwise(sorted(ports)))


def test_a_process_may_run_several_times(keys: InstallationKeys, installation: Installation, tmp_path: Path) -> None:
    doubled = Installation(state_dir=tmp_path, replicas=read_replicas("booking-api=2, booking-worker=4"))
    nodes = {node.name: node for node in topology.topology(doubled, keys)}
    ports = [p for node in nodes.values() if isinstance(node, Part) for p in node.component.ports]

    assert {"booking-api", "booking-api-2", "booking-worker", "booking-worker-4"} <= set(nodes)
    assert {"booking-api-3", "identity-api-2"} & set(nodes) == set()
    assert {"booking-api", "booking-api-2"} <= set(nodes["gateway"].after)
    assert len(ports) == len(set(ports))
    assert from_json(doubled.to_json()) == doubled


def test_the_gateway_knows_every_replica(keys: InstallationKeys, installation: Installation, tmp_path: Path) -> None:
    doubled = Installation(state_dir=tmp_path, replicas={"booking-api": 2})

    configuration = yaml.safe_load(_component(doubled, keys, "gateway")._configuration)  # type: ignore[attr-defined]
    clusters = {one["name"]: one for one in configuration["static_resources"]["clusters"]}
    endpoints = clusters["booking"]["load_assignment"]["endpoints"][0]["lb_endpoints"]

    assert [one["endpoint"]["address"]["socket_address"]["port_value"] for one in endpoints] == [8103, 8123]


@pytest.mark.parametrize("text", ["booking=2", "booking-api", "booking-api=0", "booking-api=5", "gateway=2"])
def test_replicas_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        read_replicas(text)


def test_the_documented_ports_move_together() -> None:
    usual, moved = PortPlan(), PortPlan(9100)

    assert (usual.gateway, usual.api("identity"), usual.worker("notifications"), usual.smtp) == (8080, 8101, 8114, 8025)
    assert (moved.gateway, moved.api("identity"), moved.worker("notifications"), moved.smtp) == (9080, 9101, 9114, 9025)


def test_the_broker_is_chosen(installation: Installation, keys: InstallationKeys, tmp_path: Path) -> None:
    apache = Installation(state_dir=tmp_path, broker=Broker.APACHE)

    assert isinstance(_component(installation, keys, "kafka"), Tansu)
    assert isinstance(_component(apache, keys, "kafka"), ApacheKafka)


def test_producing_is_idempotent_everywhere_but_on_tansu(
    installation: Installation, keys: InstallationKeys, tmp_path: Path
) -> None:
    apache = Installation(state_dir=tmp_path, broker=Broker.APACHE)
    elsewhere = Installation(state_dir=tmp_path, elsewhere=Elsewhere(kafka="kafka.example:9092"))

    asked = [
        environments.of_service("booking", one, keys)["BILET_KAFKA_IDEMPOTENCE"]
        for one in (installation, apache, elsewhere)
    ]

    assert asked == ["false", "true", "true"]


@pytest.mark.parametrize("service", topology.SERVICES)
def test_on_apache_kafka_each_service_has_its_own_name_and_password(
    keys: InstallationKeys, tmp_path: Path, service: str
) -> None:
    apache = Installation(state_dir=tmp_path, broker=Broker.APACHE)

    settings = environments.of_service(service, apache, keys)

    assert settings["BILET_KAFKA_SECURITY_PROTOCOL"] == "SASL_SSL"
    assert settings["BILET_KAFKA_USER"] == service
    assert settings["BILET_KAFKA_PASSWORD"] == keys.kafka_passwords[service]
    assert settings["BILET_KAFKA_CA"] == keys.kafka_ca
    assert len(set(keys.kafka_passwords.values())) == len(keys.kafka_passwords)


def test_tansu_asks_nobody_for_a_name(installation: Installation, keys: InstallationKeys) -> None:
    settings = environments.of_service("booking", installation, keys)

    assert [name for name in settings if name in ("BILET_KAFKA_USER", "BILET_KAFKA_SECURITY_PROTOCOL")] == []


def test_a_kafka_elsewhere_lets_us_in_as_the_environment_says(keys: InstallationKeys, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    elsewhere = Elsewhere.from_environment(
        {
            "BILET_KAFKA_BOOTSTRAP": "kafka.example:9093",
            "BILET_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "BILET_KAFKA_USER": "bilet",
            "BILET_KAFKA_PASSWORD_FILE": str(tmp_path / "password"),
        }
    )
    remote = from_json(Installation(state_dir=tmp_path, elsewhere=elsewhere).to_json())

    settings = environments.of_service("booking", remote, keys)

    assert settings["BILET_KAFKA_BOOTSTRAP"] == "kafka.example:9093"
    assert (settings["BILET_KAFKA_USER"], settings["BILET_KAFKA_PASSWORD"]) == ("bilet", "secret")
    assert "BILET_KAFKA_CA" not in settings


def test_a_component_named_in_the_environment_is_not_started(
    keys: InstallationKeys, tmp_path: Path, installation: Installation
) -> None:
    elsewhere = Elsewhere.from_environment(
        {
            "BILET_POSTGRES_URL": "postgresql://admin:secret@db.example:5433/postgres",
            "BILET_KAFKA_BOOTSTRAP": "kafka.example:9092",
            "BILET_SMTP_ADDRESS": "mail.example:25",
            "BILET_ESIA_BASE_URL": "https://esia.example",
        }
    )
    remote = Installation(state_dir=tmp_path, elsewhere=elsewhere)

    assert all(isinstance(_component(remote, keys, name), External) for name in ("postgres", "kafka", "mail", "esia"))
    assert _component(remote, keys, "postgres").address == "db.example:5433"
    assert remote.database_url("booking") == "postgresql://admin:secret@db.example:5433/booking"


def test_the_supervisor_gets_the_installation_as_it_was_asked_for(tmp_path: Path) -> None:
    asked = Installation(
        state_dir=tmp_path, ports=PortPlan(9100), broker=Broker.APACHE, elsewhere=Elsewhere(smtp="mail:25")
    )

    assert from_json(asked.to_json()) == asked


def test_a_missing_package_is_named() -> None:
    with pytest.raises(StackError, match="bilet-nowhere"):
        topology.script("bilet-nowhere")


def test_jobs_run_once_and_parts_run_on(installation: Installation, keys: InstallationKeys) -> None:
    jobs = {node.name for node in topology.topology(installation, keys) if isinstance(node, Job)}

    assert jobs == {"topics", *(f"{service}-migrate" for service in topology.SERVICES)}


def _component(installation: Installation, keys: InstallationKeys, name: str) -> Component:
    return next(
        node.component for node in topology.topology(installation, keys) if isinstance(node, Part) and node.name == name
    )
