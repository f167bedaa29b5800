"""What a service has said, read back from its own topics: the numbers that its receivers have seen."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from bilet_contracts.cloudevents import Envelope, EnvelopeError, source_of
from bilet_kit.bus import connection_of, partitions_of
from bilet_kit.settings import ServiceSettings

LAST = 500
"""Records at the end of a partition that tell a database that is older: a relay repeats at most one batch of so many."""


@dataclass(frozen=True, slots=True)
class Said:
    """One record of our own."""

    topic: str
    key: str
    envelope: Envelope


async def said(
    settings: ServiceSettings, service: str, topics: Iterable[str], *, last: int | None = None
) -> AsyncIterator[Said]:
    """Read what the service has said on these topics up to now, or only the `last` records of each partition.

    Topics that are not there yet say nothing.
    """
    source = source_of(service)
    partitions = await partitions_of(settings, topics)
    if not partitions:
        return
    async with _reading(settings) as consumer:
        consumer.assign(partitions)
        begins, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        for partition, end in ends.items():
            consumer.seek(partition, max(begins[partition], 0 if last is None else end - last))
        while behind := [one for one in partitions if await consumer.position(one) < ends[one]]:
            for records in (await consumer.getmany(*behind, timeout_ms=500)).values():
                for record in records:
                    if found := _own(record, source):
                        yield found


def _own(record: ConsumerRecord[bytes, bytes], source: str) -> Said | None:
    try:
        envelope = Envelope.from_headers(record.headers)
    except EnvelopeError:
        return None
    return Said(record.topic, (record.key or b"").decode(), envelope) if envelope.source == source else None


@asynccontextmanager
async def _reading(settings: ServiceSettings) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(**connection_of(settings), enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()
