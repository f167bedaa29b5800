"""Another system that listens: reads every topic from its beginning and remembers each record and when it came."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from bilet_contracts.cloudevents import Envelope
from bilet_kit.bus import connection_of
from bilet_kit.settings import KafkaSettings
from bilet_local.topics import Topic, read_topics

_FETCH_WAIT_MS = 40
_POLL_MS = 50
_AT_ONCE = 2000

StreamKey = tuple[str, str]
"""A topic and a key: within it order and numbers are promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One record; `produced_at` is the broker's timestamp of it in milliseconds of real time."""

    topic: str
    key: str
    type: str
    event_id: UUID
    fact_id: UUID
    sequence: int
    produced_at: int
    event: dict[str, Any]


@dataclass(slots=True)
class Integrator:
    """Everything that was heard, per topic and key in the order in which it came."""

    streams: dict[StreamKey, list[ConsumerRecord]] = field(default_factory=lambda: defaultdict(list))
    heard: int = 0
    _arrivals: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def counts(self) -> dict[StreamKey, int]:
        """How many records each stream has, repeats among them."""
        return {stream: len(records) for stream, records in self.streams.items()}

    def arrivals(self, event_type: str, key: str) -> list[float]:
        """When records of this type and key came, by the monotonic clock."""
        return self._arrivals[(event_type, key)]

    def take(self, record: ConsumerRecord) -> None:
        """Remember one record."""
        key = record.key.decode()
        self.streams[(record.topic, key)].append(record)
        self.heard += 1
        for name, value in record.headers:
            if name == "ce_type":
                self._arrivals[(value.decode(), key)].append(time.monotonic())

    def read(self) -> dict[StreamKey, list[Heard]]:
        """Everything heard, with its envelope and event."""
        return {stream: [_read(record) for record in records] for stream, records in self.streams.items()}


@asynccontextmanager
async def listening(kafka: KafkaSettings) -> AsyncIterator[Integrator]:
    """Run an integrator that listens until left."""
    integrator = Integrator()
    consumer = AIOKafkaConsumer(
        **connection_of(kafka),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=_FETCH_WAIT_MS,
    )
    await consumer.start()
    consumer.assign(_partitions(read_topics()))
    task = asyncio.create_task(_listen(consumer, integrator))
    try:
        yield integrator
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await consumer.stop()


async def _listen(consumer: AIOKafkaConsumer, integrator: Integrator) -> None:
    while True:
        for records in (await consumer.getmany(timeout_ms=_POLL_MS, max_records=_AT_ONCE)).values():
            for record in records:
                integrator.take(record)


def _partitions(topics: Iterable[Topic]) -> list[TopicPartition]:
    return [TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)]


def _read(record: ConsumerRecord) -> Heard:
    envelope = Envelope.from_headers(record.headers)
    return Heard(
        topic=record.topic,
        key=record.key.decode(),
        type=envelope.type,
        event_id=envelope.id,
        fact_id=envelope.fact_id or envelope.id,
        sequence=envelope.sequence,
        produced_at=record.timestamp,
        event=orjson.loads(record.value),
    )
