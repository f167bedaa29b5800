"""Topics are made from deploy/kafka/topics.yaml and from nowhere else.

`python -m bilet_local.topics` makes what is missing and, where the broker knows its clients, brings their passwords and
rights to what deploy/kafka/acls.yaml says. It reaches Kafka by the BILET_KAFKA_* settings of somebody who may do that.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code
from pydantic import Field, SecretStr

from bilet_kit.bus import connection_of
from bilet_kit.settings import KafkaSettings
from bilet_local import layout
from bilet_local.access import grant, read_rights
from bilet_local.errors import StackError

_ACCEPTED = (0, TopicAlreadyExistsError.errno)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic as the installation wants it."""

    name: str
    partitions: int
    replication_factor: int
    config: dict[str, str]


def read_topics(file: Path = layout.TOPICS_FILE) -> tuple[Topic, ...]:
    """Read the file; a topic overrides the defaults, its `config` key by key."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    defaults = document["defaults"]
    return tuple(
        Topic(
            name=name,
            partitions=own.get("partitions", defaults["partitions"]),
            replication_factor=own.get("replication_factor", defaults["replication_factor"]),
            config={key: str(value) for key, value in {**defaults["config"], **own.get("config", {})}.items()},
        )
        for name, own in document["topics"].items()
    )


class BusSettings(KafkaSettings):
    """Adds the passwords of those who use the bus.

    Attributes:
        bus_passwords: by principal of acls.yaml; who is not named keeps the password that was set elsewhere.
    """

    bus_passwords: dict[str, SecretStr] = Field(default_factory=dict)


async def prepare(kafka: KafkaSettings, passwords: Mapping[str, SecretStr]) -> None:
    """Make topics, users and their rights what the two files say; an open broker has only topics.

    Raises:
        StackError: the broker refused.
    """
    await create_topics(kafka, read_topics())
    if kafka.kafka_security_protocol != "PLAINTEXT":
        await grant(kafka, read_rights(), passwords)


async def create_topics(kafka: KafkaSettings, topics: tuple[Topic, ...]) -> None:
    """Create what is missing; existing topics are left as they are.

    Raises:
        StackError: the broker refused one.
    """
    admin = AIOKafkaAdminClient(**connection_of(kafka))
    await admin.start()
    try:
        response = await admin.create_topics(
            [NewTopic(t.name, t.partitions, t.replication_factor, topic_configs=t.config) for t in topics]
        )
    finally:
        await admin.close()
    for name, code, *_ in response.topic_errors:
        if code not in _ACCEPTED:
            raise StackError(f"Kafka не создала топик {name}: {for_code(code).__name__}")


if __name__ == "__main__":
    given = BusSettings()
    asyncio.run(prepare(given, given.bus_passwords))
