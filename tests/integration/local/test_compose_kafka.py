"""The script by which docker compose starts its broker, run on the jars of the local stack in place of the image's."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from bilet_kit.settings import KafkaSettings
from bilet_local import layout
from bilet_local.bus import closed_bus
from bilet_local.components import probes
from bilet_local.components.apache_kafka import fetch_jars
from bilet_local.keys import InstallationKeys, generate
from bilet_local.ports import LOOPBACK, port_or_free
from bilet_local.processes import ChildProcess
from bilet_local.topics import prepare
from tests.support.kafka import Kafka, Record
from tests.support.waiting import wait_until

pytestmark = pytest.mark.apache_kafka
SCRIPT = layout.PROJECT_ROOT / "deploy/kafka/start.sh"
CLASSES = {"kafka-storage.sh": "kafka.tools.StorageTool", "kafka-server-start.sh": "kafka.Kafka"}


def kafka_home(directory: Path) -> Path:
    """Make the two commands that the script takes from the image."""
    jars = fetch_jars()
    (directory / "bin").mkdir(parents=True)
    for name, main in CLASSES.items():
        command = directory / "bin" / name
        java = f"java -Xmx512m -Dlog4j2.configurationFile={layout.KAFKA_LOGGING} -cp '{jars}/*' {main}"
        command.write_text(f'#!/bin/sh\nexec {java} "$@"\n')
        command.chmod(0o755)
    return directory


@pytest.fixture
def keys() -> InstallationKeys:
    return generate()


@pytest.fixture
def address() -> str:
    return f"{LOOPBACK}:{port_or_free(0)}"


@pytest.fixture
async def broker(keys: InstallationKeys, address: str, tmp_path: Path) -> AsyncIterator[ChildProcess]:
    (tmp_path / "data").mkdir()
    environment = {
        "KAFKA_HOME": str(kafka_home(tmp_path / "home")),
        "CONFIGURATION": str(tmp_path / "configuration"),
        "PROPERTIES": str(layout.KAFKA_PROPERTIES),
        "BILET_KAFKA_BOOTSTRAP": address,
        "BILET_KAFKA_LISTENER": address,
        "BILET_KAFKA_CONTROLLER": f"localhost:{port_or_free(0)}",
        "BILET_KAFKA_DATA": str(tmp_path / "data"),
        "BILET_KAFKA_PASSWORD": keys.kafka_passwords["admin"],
        "BILET_KAFKA_CONTROLLER_PASSWORD": keys.kafka_passwords["controller"],
        "BILET_KAFKA_CA": keys.kafka_ca,
        "BILET_KAFKA_CERTIFICATE": keys.kafka_certificate,
        "BILET_KAFKA_CERTIFICATE_KEY": keys.kafka_certificate_key,
    }
    assert set(environment) - {"KAFKA_HOME", "CONFIGURATION", "PROPERTIES"} == set(compose_environment())
    process = ChildProcess([SCRIPT], environment=environment, log_file=tmp_path / "kafka.log")
    try:
        yield process
    finally:
        await process.stop(20)


def compose_environment() -> dict[str, str]:
    document = yaml.safe_load((layout.PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return dict(document["services"]["kafka"]["environment"])


async def test_the_broker_of_compose_is_closed_and_serves_whom_the_rules_name(
    broker: ChildProcess, keys: InstallationKeys, address: str
) -> None:
    def user(name: str) -> KafkaSettings:
        return closed_bus(address, user=name, password=keys.kafka_passwords[name], authority=keys.kafka_ca)

    await wait_until(lambda: probes.is_kafka_broker(user("admin")), 60, every=0.5, what="the broker of the script")
    await prepare(user("admin"), {name: SecretStr(word) for name, word in keys.bus_passwords.items()})

    said = Record("booking.events", "key", b"{}", {"ce_type": "booking.said.v1"})
    await Kafka(address, idempotent=True, access=user("booking")).produce([said])
    heard = await Kafka(address, idempotent=True, access=user("integrator")).records("booking.events")

    assert [record.value for record in heard] == [b"{}"]
    assert broker.returncode is None
    assert {oct(file.stat().st_mode & 0o077) for file in configuration(broker)} == {"0o0"}


def configuration(broker: ChildProcess) -> list[Path]:
    files = list((broker.log_file.parent / "configuration").iterdir())
    assert {file.name for file in files} >= {"server.properties", "broker.pem", "client.properties"}
    return files
