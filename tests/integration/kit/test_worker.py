"""The worker process: what its subscriber does when even the batch processor fails."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import asyncpg
import pytest

from bilet_kit.consuming import subscriber
from bilet_kit.consuming.batches import BatchProcessor
from bilet_kit.consuming.consumers import Consumers
from bilet_kit.consuming.records import RawRecord
from bilet_kit.consuming.subscriber import build_broker
from bilet_kit.settings import ServiceSettings
from bilet_kit.web.auth import KeySet
from tests.support.echo_service.bootstrap import build
from tests.support.echo_service.calls import called
from tests.support.echo_service.consumers import listen
from tests.support.echo_service.contracts import ANSWERS, CALLS
from tests.support.echo_service.settings import settings_for
from tests.support.kafka import Kafka
from tests.support.waiting import wait_until


class FailingOnce(BatchProcessor):
    """Fails in a way nobody foresaw, once; then works."""

    failed = False

    async def process(self, records: Sequence[RawRecord]) -> None:
        if not self.failed:
            self.failed = True
            raise ZeroDivisionError
        await super().process(records)


@contextlib.asynccontextmanager
async def consuming(settings: ServiceSettings, consumers: Consumers, processor: BatchProcessor) -> AsyncIterator[None]:
    """Run the subscriber inside the block, as a worker does."""
    broker = build_broker(settings, consumers, processor)
    await broker.start()
    try:
        yield
    finally:
        await broker.stop()


async def test_a_batch_whose_processing_breaks_is_not_passed_over(
    address: str, look: asyncpg.Connection, tansu: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tansu.create_topics(CALLS, ANSWERS)
    settings = settings_for(
        address, kafka_bootstrap=tansu.bootstrap, kafka_idempotence=False, kafka_fetch_max_wait_ms=20
    )
    service, caller = build(settings, KeySet(settings)), uuid4()
    consumers = listen(tansu.unique("worker"))
    monkeypatch.setattr(subscriber, "PAUSE_SECONDS", 0.05)
    processor = FailingOnce(service.database, consumers, service.processor._inbox)
    await tansu.produce([called(caller, 1).for_kafka()])

    async def answered(number: int) -> bool:
        query = "SELECT count(*) FROM effects WHERE caller_id = $1 AND number = $2"
        return bool(await look.fetchval(query, caller, number))

    async with service.running(), consuming(settings, consumers, processor):
        await wait_until(lambda: processor.failed, 20, what="the failure")
        await tansu.produce([called(caller, 2).for_kafka()])
        await wait_until(lambda: answered(2), 20, what="the call after the failure")
        await wait_until(lambda: answered(1), 5, what="the call whose batch failed")
