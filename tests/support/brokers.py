"""Where the broker of a run comes from: an address in the environment, a container, Tansu or Apache Kafka as processes."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bilet_local.components import apache_kafka
from bilet_local.components.apache_kafka import ApacheKafka
from bilet_local.components.tansu import Tansu
from tests.support.containers import docker_is_there
from tests.support.kafka import Kafka

ADDRESS = "BILET_TEST_KAFKA"
KIND = "BILET_TEST_KAFKA_KIND"


@dataclass(frozen=True, slots=True)
class LocalBroker:
    """A broker as a process of ours: it can be killed and started again."""

    component: ApacheKafka | Tansu

    @property
    def kafka(self) -> Kafka:
        return Kafka(self.component.address, idempotent=self.component.idempotent_producing)

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
        from testcontainers.kafka import KafkaContainer  # noqa: PLC0415 - wanted only where Docker is

        with KafkaContainer(f"apache/kafka:{apache_kafka.kafka_version()}").with_kraft() as container:
            yield Kafka(container.get_bootstrap_server(), idempotent=True)
    else:
        with local_broker(ApacheKafka(directory=directory)) as broker:
            yield broker.kafka


def kind() -> str:
    """What BILET_TEST_KAFKA_KIND says: `tansu` or `apache` (the default)."""
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
