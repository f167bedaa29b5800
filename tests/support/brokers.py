"""Where the broker of a run comes from: an address in the environment, a container, Tansu or Apache Kafka as processes."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bilet_local.bus import open_bus
from bilet_local.components import apache_kafka, probes
from bilet_local.components.apache_kafka import ApacheKafka
from bilet_local.components.tansu import Tansu
from bilet_local.ports import LOOPBACK, port_or_free
from tests.support.containers import docker_is_there
from tests.support.kafka import Kafka
from tests.support.waiting import wait_until

ADDRESS = "BILET_TEST_KAFKA"
KIND = "BILET_TEST_KAFKA_KIND"
SESSION_TIMEOUT_MS = 1000


@dataclass(frozen=True, slots=True)
class LocalBroker:
    """A broker as a process of ours: it can be killed and started again."""

    component: ApacheKafka | Tansu

    @property
    def kafka(self) -> Kafka:
        return Kafka(self.component.address, self.component.idempotent_producing, SESSION_TIMEOUT_MS)

    async def start(self) -> None:
        await self.component.start()
        await self.component.ready()


@contextlib.contextmanager
def local_broker(component: ApacheKafka | Tansu) -> Iterator[LocalBroker]:
    """Start the component, stop it afterwards."""
    broker = LocalBroker(component)
    try:
        asyncio.run(broker.start())
        yield broker
    finally:
        asyncio.run(component.stop())


@contextlib.contextmanager
def any_tansu(directory: Path) -> Iterator[Kafka]:
    """Tansu: the one in BILET_TEST_KAFKA if BILET_TEST_KAFKA_KIND=tansu, else a process in memory."""
    if kind() == "tansu" and (address := os.environ.get(ADDRESS)):
        yield Kafka(address, idempotent=False)
    else:
        with local_broker(Tansu(directory=directory)) as broker:
            yield broker.kafka


@contextlib.contextmanager
def any_apache(directory: Path) -> Iterator[Kafka]:
    """Apache Kafka: the one in BILET_TEST_KAFKA unless that is Tansu, else in Docker, else a JVM of ours."""
    if kind() == "apache" and (address := os.environ.get(ADDRESS)):
        yield Kafka(address, idempotent=True)
    elif docker_is_there():
        with apache_container() as kafka:
            yield kafka
    else:
        with local_broker(ApacheKafka(directory=directory)) as broker:
            yield broker.kafka


@contextlib.contextmanager
def apache_container() -> Iterator[Kafka]:
    """Run the official image as one KRaft node; its port is chosen beforehand because the broker has to name it."""
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - wanted only where Docker is

    port = port_or_free(0)
    container = DockerContainer(f"apache/kafka:{apache_kafka.kafka_version()}").with_bind_ports(9092, port)
    for name, value in _one_node(port).items():
        container = container.with_env(f"KAFKA_{name}", value)
    with container:
        address = f"{LOOPBACK}:{port}"
        asyncio.run(
            wait_until(lambda: probes.is_kafka_broker(open_bus(address)), 60, every=0.5, what="Kafka in Docker")
        )
        yield Kafka(address, idempotent=True, session_timeout_ms=SESSION_TIMEOUT_MS)


def _one_node(port: int) -> dict[str, str]:
    return {
        "NODE_ID": "1",
        "PROCESS_ROLES": "broker,controller",
        "LISTENERS": "PLAINTEXT://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093",
        "ADVERTISED_LISTENERS": f"PLAINTEXT://{LOOPBACK}:{port}",
        "CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "GROUP_MIN_SESSION_TIMEOUT_MS": str(SESSION_TIMEOUT_MS),
        "AUTO_CREATE_TOPICS_ENABLE": "false",
    }


def kind() -> str:
    """Read BILET_TEST_KAFKA_KIND: `tansu` or `apache` (the default)."""
    return os.environ.get(KIND, "apache")


def why_no_apache() -> str:
    """Why tests cannot have a real Apache Kafka here; empty when they can."""
    if kind() == "tansu":
        return f"{KIND}=tansu"
    if os.environ.get(ADDRESS) or docker_is_there():
        return ""
    return apache_kafka.missing_tools()


def why_no_local_apache() -> str:
    """Why tests cannot have an Apache Kafka of their own to kill; empty when they can."""
    return apache_kafka.missing_tools()
