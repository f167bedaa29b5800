"""The committed rights on the bus are what the code says, and nobody shares a topic to write or a group."""

from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

from bilet_contracts.base import TOPICS, owner_of
from bilet_kit.consuming.consumers import Consumers
from bilet_kit.storage.outbox import Publications
from bilet_local.access import Rights, client_file, read_rights
from bilet_local.bus import closed_bus
from bilet_local.installation import DATABASES
from bilet_local.keys import BUS_USERS
from bilet_local.layout import PROJECT_ROOT
from bilet_local.topics import BusSettings, read_topics

RIGHTS = {rights.principal: rights for rights in read_rights()}


@pytest.mark.parametrize("service", DATABASES)
def test_a_service_may_do_what_its_code_says(service: str) -> None:
    said: Publications = import_module(f"bilet_{service}.publications").PUBLICATIONS
    heard: Consumers = import_module(f"bilet_{service}.consumers").CONSUMERS
    written = {event.topic for event in said.events}

    assert set(RIGHTS[service].writes) == written
    assert set(RIGHTS[service].reads) == written | {event.topic for event in heard.events}
    assert RIGHTS[service].groups == (f"bilet-{heard.service}",)


def test_every_topic_has_one_writer_and_that_is_its_owner() -> None:
    writers = Counter((topic, rights.principal) for rights in RIGHTS.values() for topic in rights.writes)

    assert writers == Counter((topic, owner_of(topic)) for topic in TOPICS)
    assert {topic.name for topic in read_topics()} == set(TOPICS)


def test_everybody_with_rights_gets_a_password_and_a_group_alone() -> None:
    groups = [group for rights in RIGHTS.values() for group in rights.groups]

    assert set(RIGHTS) == set(BUS_USERS)
    assert len(set(groups)) == len(groups)


def test_the_first_users_are_no_principals_of_the_file() -> None:
    properties = (PROJECT_ROOT / "deploy/kafka/server.properties").read_text(encoding="utf-8")

    assert "super.users=User:admin;User:controller\n" in properties
    assert not {"admin", "controller", "ANONYMOUS"} & set(RIGHTS)


def test_a_right_is_a_rule_for_one_name_on_one_resource() -> None:
    rights = Rights(principal="one", writes=("a.events",), reads=("b.events",), groups=("bilet-one",))

    rules = {(rule.principal, rule.name, rule.operation.name, rule.permission_type.name) for rule in rights.bindings()}

    assert rules == {
        ("User:one", "a.events", "WRITE", "ALLOW"),
        ("User:one", "b.events", "READ", "ALLOW"),
        ("User:one", "bilet-one", "READ", "ALLOW"),
    }


def test_a_client_s_file_holds_one_setting_a_line() -> None:
    kafka = closed_bus("kafka:9092", user="integrator", password="secret", authority="-----BEGIN\nPEM")

    lines = client_file(kafka, PROJECT_ROOT / "authority.pem").splitlines()

    assert lines == [
        "bootstrap.servers=kafka:9092",
        "security.protocol=SASL_SSL",
        "sasl.mechanism=SCRAM-SHA-512",
        "sasl.username=integrator",
        "sasl.password=secret",
        f"ssl.ca.location={PROJECT_ROOT / 'authority.pem'}",
    ]


def test_the_passwords_of_the_bus_come_from_a_mounted_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "passwords").write_text('{"booking": "secret"}\n')
    monkeypatch.setenv("BILET_BUS_PASSWORDS_FILE", str(tmp_path / "passwords"))
    monkeypatch.setenv("BILET_ENVIRONMENT", "test")

    assert BusSettings().bus_passwords["booking"].get_secret_value() == "secret"
