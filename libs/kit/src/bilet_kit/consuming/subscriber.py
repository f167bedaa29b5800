"""The one FastStream subscriber of a service takes raw records in batches and commits offsets after the transaction."""

import asyncio
import math
from itertools import chain
from typing import Any, cast

import structlog
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from faststream.kafka.message import KafkaAckableMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber
from faststream.message import StreamMessage

from bilet_kit.bus import security_of
from bilet_kit.consuming.batches import BatchProcessor
from bilet_kit.consuming.consumers import Consumers
from bilet_kit.observability import metrics
from bilet_kit.settings import ServiceSettings

BATCH = 500
PAUSE_SECONDS = 1.0
HEARTBEAT_MS = 100
"""By its heartbeat a worker hears that the group shares out its partitions anew, so this is how long that takes to begin."""

_BROKER_ANSWERS_WITHIN = 5.0

_log = structlog.get_logger()
Records = tuple[ConsumerRecord[bytes, bytes], ...]


def build_broker(settings: ServiceSettings, consumers: Consumers, processor: BatchProcessor) -> KafkaBroker:
    """Make a broker with the service's subscriber; neither creates topics."""
    broker = KafkaBroker(
        settings.kafka_bootstrap,
        security=security_of(settings),
        client_id=f"bilet-{consumers.service}",
        consumer_only=True,
        allow_auto_create_topics=False,
        graceful_timeout=15.0,
        logger=None,
    )
    if consumers.topics:
        subscriber: Any = broker.subscriber(
            *consumers.topics,
            batch=True,
            group_id=f"bilet-{consumers.service}",
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            max_records=BATCH,
            fetch_max_wait_ms=settings.kafka_fetch_max_wait_ms,
            session_timeout_ms=settings.kafka_session_timeout_ms,
            heartbeat_interval_ms=min(HEARTBEAT_MS, settings.kafka_session_timeout_ms // 3),
            no_reply=True,
        )
        _listen(subscriber, processor)
    return broker


def _listen(subscriber: BatchSubscriber, processor: BatchProcessor) -> None:
    async def keep_raw(records: Records) -> StreamMessage[Records]:
        return KafkaAckableMessage(body=b"", raw_message=records, consumer=cast("Any", subscriber.consumer))

    async def keep_undecoded(_: StreamMessage[Records]) -> bytes:
        return b""

    async def next_records(consumer: Any) -> Records:  # noqa: ANN401 — aiokafka's, which has no types
        found = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
        return tuple(chain.from_iterable(found.values()))

    subscriber.get_msg = next_records  # type: ignore[method-assign]  # FastStream's own sleeps after every empty poll

    @subscriber(parser=keep_raw, decoder=keep_undecoded)
    async def on_batch(message: KafkaMessage) -> None:
        await _processed(processor, message.raw_message)
        try:
            await message.ack()
        except KafkaError as error:  # the group has moved on; the records come again and the inbox knows them
            _log.warning("offsets-not-committed", error_type=type(error).__name__)


async def _processed(processor: BatchProcessor, records: Records) -> None:
    """Process records until that succeeds: the next commit of offsets would skip those that were not."""
    while True:
        try:
            return await processor.process(records)
        except Exception as error:  # noqa: BLE001 — whatever it is, nothing may be lost by it
            _log.error("batch-failed", error_type=type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)


class LagWatch:
    """Measures how far the consumers are behind the ends of their partitions, as the broker tells them.

    Attributes:
        is_known: whether the broker answered the last time; what is not known is neither zero nor a reason to be calm.
    """

    def __init__(self, broker: KafkaBroker) -> None:
        self._broker = broker
        self.is_known = False
        self.started = asyncio.Event()
        metrics.CONSUMER_LAG.set(math.nan)

    async def measure(self, _: object) -> None:
        """Measure the lag in records, once the consumers have started; a job of the worker."""
        await self.started.wait()
        try:
            async with asyncio.timeout(_BROKER_ANSWERS_WITHIN):
                lags = [await _lag_of(subscriber) for subscriber in self._broker.subscribers]
        except Exception:
            self.is_known = False
            metrics.CONSUMER_LAG.set(math.nan)
            raise
        metrics.CONSUMER_LAG.set(sum(lags))
        self.is_known = True


async def _lag_of(subscriber: Any) -> int:  # noqa: ANN401 — FastStream's base class lacks the consumer
    consumer = subscriber.consumer
    partitions = consumer.assignment()
    if not partitions:
        await consumer.topics()  # a spare replica has no partition to ask about, but asks all the same
        return 0
    ends = await consumer.end_offsets(partitions)
    return sum([max(0, end - await consumer.position(partition)) for partition, end in ends.items()])
