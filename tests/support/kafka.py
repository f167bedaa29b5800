"""What a test does with a broker itself: make topics, put records there, read everything that is there."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bilet_kit.bus import connection_of
from bilet_kit.settings import KafkaSettings

PARTITIONS = 12


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a topic, with its headers as text."""

    topic: str
    key: str | None
    value: bytes
    headers: Mapping[str, str]
    partition: int = -1
    offset: int = -1

    @property
    def sequence(self) -> int:
        return int(self.headers["ce_sequence"])

    @property
    def event_id(self) -> str:
        return self.headers["ce_id"]


@dataclass(frozen=True, slots=True)
class Kafka:
    """A broker at `bootstrap`.

    Attributes:
        idempotent: whether it knows idempotent producers.
        session_timeout_ms: the shortest it allows; a killed consumer is replaced after it.
        access: how a closed broker lets us in; without it the broker asks nobody.
    """

    bootstrap: str
    idempotent: bool
    session_timeout_ms: int = 6000
    run: str = field(default_factory=lambda: uuid4().hex[:8])
    access: KafkaSettings | None = None

    @property
    def connection(self) -> dict[str, Any]:
        """What every client of aiokafka takes."""
        return connection_of(self.access) if self.access else {"bootstrap_servers": self.bootstrap}

    def unique(self, name: str) -> str:
        """Make a topic or group name that nobody else has."""
        return f"{name}.{self.run}.{uuid4().hex[:6]}"

    async def create_topics(self, *names: str, partitions: int = PARTITIONS) -> None:
        """Make the topics that are not there yet, and wait until every partition has a leader."""
        admin = AIOKafkaAdminClient(**self.connection)
        await admin.start()
        try:
            missing = set(names) - set(await admin.list_topics())
            if missing:
                await admin.create_topics([NewTopic(name, partitions, 1) for name in sorted(missing)])
        finally:
            await admin.close()
        await self._led(list(names))

    async def _led(self, topics: Sequence[str]) -> None:
        """Wait until every partition's leader answers: a new topic refuses records for a moment."""
        consumer = AIOKafkaConsumer(**self.connection)
        await consumer.start()
        try:
            await consumer.end_offsets(await _partitions(consumer, topics))
        finally:
            await consumer.stop()

    async def topic(self, name: str = "test", *, partitions: int = PARTITIONS) -> str:
        """Create a topic with a name of its own."""
        unique = self.unique(name)
        await self.create_topics(unique, partitions=partitions)
        return unique

    async def produce(self, records: Iterable[Record]) -> None:
        """Put the records there in their order; a record's partition is that of its key."""
        async with self._producer() as producer:
            sent = [
                await producer.send(
                    record.topic,
                    value=record.value,
                    key=record.key.encode() if record.key is not None else None,
                    headers=[(name, value.encode()) for name, value in record.headers.items()],
                )
                for record in records
            ]
            for acknowledgement in sent:
                await acknowledgement

    async def records(self, *topics: str) -> list[Record]:
        """Everything that is in the topics now, partition by partition in the order of offsets."""
        consumer = AIOKafkaConsumer(
            **self.connection,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=20,
        )
        await consumer.start()
        try:
            return await _read_to_end(consumer, topics)
        finally:
            await consumer.stop()

    async def committed(self, group: str, *topics: str) -> int:
        """How many records of the topics the group has committed, all partitions together."""
        consumer = AIOKafkaConsumer(**self.connection, group_id=group, enable_auto_commit=False)
        await consumer.start()
        try:
            partitions = await _partitions(consumer, topics)
            consumer.assign(partitions)
            return sum([await consumer.committed(partition) or 0 for partition in partitions])
        finally:
            await consumer.stop()

    @asynccontextmanager
    async def _producer(self) -> AsyncIterator[AIOKafkaProducer]:
        producer = AIOKafkaProducer(**self.connection, acks="all", linger_ms=0)
        await producer.start()
        try:
            yield producer
        finally:
            await producer.stop()


async def _partitions(consumer: AIOKafkaConsumer, topics: Sequence[str]) -> list[TopicPartition]:
    await consumer._client.set_topics(topics)  # the public call waits for a subscription we do not want
    return [
        TopicPartition(topic, partition)
        for topic in topics
        for partition in sorted(consumer.partitions_for_topic(topic) or ())
    ]


async def _read_to_end(consumer: AIOKafkaConsumer, topics: Sequence[str]) -> list[Record]:
    partitions = await _partitions(consumer, topics)
    ends = {partition: end for partition, end in (await consumer.end_offsets(partitions)).items() if end}
    if not ends:
        return []
    consumer.assign(list(ends))
    await consumer.seek_to_beginning()
    read: list[Record] = []
    while any([await consumer.position(partition) < end for partition, end in ends.items()]):
        for batch in (await consumer.getmany(timeout_ms=200)).values():
            read += [
                Record(
                    topic=message.topic,
                    key=message.key.decode() if message.key is not None else None,
                    value=message.value or b"",
                    headers={name: value.decode() for name, value in message.headers},
                    partition=message.partition,
                    offset=message.offset,
                )
                for message in batch
            ]
    return sorted(read, key=lambda record: (record.topic, record.partition, record.offset))
