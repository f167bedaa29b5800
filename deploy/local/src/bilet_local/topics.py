"""Topics are made from deploy/kafka/topics.yaml and from nowhere else: `python -m bilet_local.topics BOOTSTRAP`."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from bilet_local import layout
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


async def create_topics(bootstrap: str, topics: tuple[Topic, ...]) -> None:
    """Create what is missing; existing topics are left as they are.

    Raises:
        StackError: the broker refused one.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
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
    asyncio.run(create_topics(sys.argv[1], read_topics()))
