"""A service's worker under its own name: it hears, it says, and it outlives a right that is taken away for a while."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import asyncpg
import pytest
from prometheus_client import REGISTRY

from bilet_booking.bootstrap import build
from bilet_booking.settings import Settings
from bilet_kit.process.worker import create_worker
from bilet_kit.settings import KafkaSettings
from bilet_local.access import Rights, grant, read_rights
from tests.integration.local.test_closed_bus import is_refused, read
from tests.integration.local.test_forged_records import knows, said_of
from tests.support.closed_kafka import ClosedKafka
from tests.support.going_on import go_on_where_kafka_is
from tests.support.plugin import DatabaseUrl
from tests.support.tokens import TokenMaker
from tests.support.waiting import wait_until

pytestmark = pytest.mark.apache_kafka
(BOOKING,) = [rights for rights in read_rights() if rights.principal == "booking"]
SAY = """
INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, topic, key, sequence, payload, headers, occurred_at)
VALUES ($1, 'booking.said.v1', 'test', 'one', 'booking.events', $2, 1, '{}', '{"ce_region": "1"}', now())
"""


@dataclass
class Worker:
    """Booking's worker with what it knows and what it has said."""

    bus: ClosedKafka
    look: asyncpg.Connection

    async def hears_of(self, pupil: UUID) -> None:
        await wait_until(lambda: knows(self.look, pupil), 30, what="booking knows the pupil")

    async def identity_says(self, pupil: UUID) -> None:
        await self.bus.seen_by("identity").produce([said_of(pupil, uuid4(), 1).for_kafka()])

    async def says(self) -> str:
        key = str(uuid4())
        await self.look.execute(SAY, uuid4(), key)
        return key

    async def has_said(self, key: str) -> bool:
        return key in {record.key for record in await self.bus.seen_by("integrator").records("booking.events")}

    async def waiting(self) -> int:
        return int(await self.look.fetchval("SELECT count(*) FROM outbox"))


@pytest.fixture
async def worker(bus: ClosedKafka, database_url: DatabaseUrl, tokens: TokenMaker) -> AsyncIterator[Worker]:
    address = await database_url("booking")
    values = {"database_url": address, "jwks_url": tokens.jwks_url, "token_issuer": tokens.issuer}
    known = bus.settings("booking").model_dump(exclude={"environment"})
    service = build(Settings.model_validate(known | values | {"environment": "production"}))
    await go_on_where_kafka_is(service)
    app = create_worker(service)
    look = await asyncpg.connect(address)
    try:
        async with app.router.lifespan_context(app):
            yield Worker(bus, look)
    finally:
        await look.close()


async def test_a_worker_hears_and_says_under_its_own_name(worker: Worker) -> None:
    await worker.identity_says(pupil := uuid4())
    key = await worker.says()

    await worker.hears_of(pupil)
    await wait_until(lambda: worker.has_said(key), 30, every=0.5, what="the event is on Kafka")


def interruptions() -> float:
    return REGISTRY.get_sample_value("bilet_relay_interruptions_total") or 0.0


async def may_not_read(kafka: KafkaSettings, topic: str) -> bool:
    return not await read(kafka, topic)


@asynccontextmanager
async def with_rights(bus: ClosedKafka, fewer: Rights) -> AsyncIterator[None]:
    """Leave booking fewer rights for the length of a block."""
    await grant(bus.component.settings, (fewer,), {})
    try:
        yield
    finally:
        await grant(bus.component.settings, (BOOKING,), {})


async def test_what_may_not_be_said_waits_in_the_outbox(worker: Worker, bus: ClosedKafka) -> None:
    async with with_rights(bus, replace(BOOKING, writes=("booking.catalogue",))):
        settings = bus.settings("booking")
        await wait_until(lambda: is_refused(settings, "booking.events"), 10, what="the right is gone")
        before = interruptions()
        key = await worker.says()
        await wait_until(lambda: interruptions() > before, 30, what="the relay was refused")
        assert await worker.waiting() == 1

    await wait_until(lambda: worker.has_said(key), 30, every=0.5, what="the event is on Kafka")
    assert await worker.waiting() == 0


async def test_what_may_not_be_read_is_heard_later(worker: Worker, bus: ClosedKafka) -> None:
    await worker.identity_says(first := uuid4())
    await worker.hears_of(first)
    async with with_rights(bus, replace(BOOKING, reads=())):
        settings = bus.settings("booking")
        await wait_until(lambda: may_not_read(settings, "identity.events"), 10, what="the right is gone")
        await worker.identity_says(second := uuid4())

    await worker.hears_of(second)
