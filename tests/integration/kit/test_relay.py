"""The relay: every committed event, in the order of its key, and nothing removed that Kafka has not confirmed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka.errors import KafkaTimeoutError

from bilet_kit.events import relay as relay_module
from bilet_kit.events.lease import Lease
from bilet_kit.events.relay import ProducerFactory, Relay, producer_of
from bilet_kit.storage.database import Database
from tests.support.checker import everything_committed_was_carried, numbers_without_gaps, one_event_per_number
from tests.support.echo_service.contracts import ANSWERS, CALLS
from tests.support.echo_service.domain import Called, Echoed
from tests.support.echo_service.settings import settings_for
from tests.support.kafka import Kafka
from tests.support.plugin import DatabaseUrl
from tests.support.waiting import wait_until

Verdict = Callable[[int], Exception | None]


class FakeClient:
    """What the relay closes when it abandons a producer."""

    async def close(self) -> None:
        """Nothing is open."""


class FakeSender(FakeClient):
    """The background task of a producer; it can be cancelled like the real one."""

    def __init__(self) -> None:
        self.sender_task = asyncio.get_running_loop().create_future()


class FakeProducer:
    """Confirms, refuses or keeps silent about each record as the test says; `sent` is what reached it."""

    def __init__(self, sent: list[tuple[str, int]], verdict: Verdict) -> None:
        self.sent = sent
        self.verdict = verdict
        self.unanswered: list[asyncio.Future[None]] = []
        self.client = FakeClient()
        self._sender = FakeSender()

    async def send(self, _topic: str, _value: bytes, key: bytes, headers: list[tuple[str, bytes]]) -> Any:  # noqa: ANN401
        number = int(dict(headers)["ce_sequence"])
        self.sent.append((key.decode(), number))
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        outcome = self.verdict(number)
        if outcome is None:
            future.set_result(None)
        elif isinstance(outcome, SilenceError):
            self.unanswered.append(future)
        else:
            future.set_exception(outcome)
        return future

    async def stop(self) -> None:
        """Nothing is queued."""


class SilenceError(Exception):
    """The record is never confirmed."""


@contextlib.asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[None]:
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def say(database: Database, caller: UUID, numbers: range) -> None:
    async with database.transaction() as tx:
        tx.record(*(Called(caller, number) for number in numbers))


async def waiting(look: asyncpg.Connection | asyncpg.Pool) -> list[int]:
    return [row["sequence"] for row in await look.fetch("SELECT sequence FROM outbox ORDER BY id")]


async def nothing_waits(look: asyncpg.Connection) -> bool:
    return await waiting(look) == []


async def test_only_the_confirmed_prefix_is_removed_and_the_rest_is_sent_again(
    database: Database, look: asyncpg.Connection, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, sent, left_after = uuid4(), list[tuple[str, int]](), list[list[int]]()
    verdicts: list[Verdict] = [
        lambda number: KafkaTimeoutError() if number == 3 else None,
        lambda number: SilenceError() if number == 4 else None,
        lambda _number: None,
    ]

    async def start() -> Any:  # noqa: ANN401
        left_after.append(await waiting(database.pool))
        return FakeProducer(sent, verdicts.pop(0))

    monkeypatch.setattr(relay_module, "ACKNOWLEDGE_SECONDS", 0.2)
    await say(database, caller, range(1, 6))
    async with running(Relay(address, start, Lease("relay"))):
        await wait_until(lambda: nothing_waits(look))

    assert left_after == [[1, 2, 3, 4, 5], [3, 4, 5], [4, 5]]
    assert [number for _, number in sent] == [1, 2, 3, 4, 5, 3, 4, 5, 4, 5]


def starting(producer: FakeProducer) -> ProducerFactory:
    """Make the factory a relay gets its producers from: it always gives this one."""

    async def start() -> Any:  # noqa: ANN401
        return producer

    return start


async def test_a_second_relay_waits_for_the_lease_and_takes_over_from_a_stuck_one(
    database: Database, look: asyncpg.Connection, address: str
) -> None:
    stuck = FakeProducer([], lambda _number: SilenceError())
    lively = FakeProducer([], lambda _number: None)

    caller = uuid4()
    await say(database, caller, range(1, 4))
    async with running(Relay(address, starting(stuck), Lease("relay", seconds=1.0))):
        await wait_until(lambda: len(stuck.sent) == 3)
        async with running(Relay(address, starting(lively), Lease("relay", seconds=1.0))):
            assert lively.sent == []
            await wait_until(lambda: nothing_waits(look))
            for future in stuck.unanswered:
                future.set_result(None)
            await say(database, caller, range(4, 6))
            await wait_until(lambda: nothing_waits(look))

    assert [number for _, number in lively.sent] == [1, 2, 3, 4, 5]
    assert [number for _, number in stuck.sent] == [1, 2, 3]


async def test_a_relay_that_ends_gives_its_lease_back_at_once(look: asyncpg.Connection, address: str) -> None:
    async with running(Relay(address, starting(FakeProducer([], lambda _number: None)), Lease("relay"))):
        await wait_until(lambda: look.fetchval("SELECT count(*) FROM relay_lease"))
    assert await look.fetchval("SELECT count(*) FROM relay_lease") == 0


async def test_a_lease_is_not_renewed_before_a_third_of_its_term_has_passed(look: asyncpg.Connection) -> None:
    now = 0.0
    lease = Lease("relay", seconds=3.0, clock=lambda: now)
    assert await lease.held(look)
    await look.execute("DELETE FROM relay_lease")
    now = 0.9
    assert await lease.held(look)
    assert await look.fetchval("SELECT count(*) FROM relay_lease") == 0
    now = 1.1
    assert await lease.held(look)
    assert await look.fetchval("SELECT count(*) FROM relay_lease") == 1


async def test_a_lease_is_free_as_soon_as_its_holders_connection_ends(look: asyncpg.Connection, address: str) -> None:
    dying = await asyncpg.connect(address)
    waiting_one = Lease("relay", seconds=3_600.0)
    assert await Lease("relay", seconds=3_600.0).held(dying)
    assert not await waiting_one.held(look)

    dying.terminate()

    await wait_until(lambda: waiting_one.held(look), what="the lease, long before its term")


async def test_a_holder_past_its_term_loses_its_connection_and_the_lease(
    look: asyncpg.Connection, address: str
) -> None:
    frozen = await asyncpg.connect(address)
    assert await Lease("relay", seconds=0.2).held(frozen)
    heir = Lease("relay")

    await wait_until(lambda: heir.held(look), what="the lease of one that stands still")

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)):
        await frozen.fetchval("SELECT 1")


async def test_a_holder_within_its_term_is_left_alone(look: asyncpg.Connection, address: str) -> None:
    holder = await asyncpg.connect(address)
    lease = Lease("relay")
    assert await lease.held(holder)

    assert not await Lease("relay").held(look)

    assert await holder.fetchval("SELECT true")
    await lease.release(holder)
    assert await Lease("relay").held(look)
    await holder.close()


async def test_leases_of_two_databases_have_nothing_to_do_with_each_other(
    look: asyncpg.Connection, database_url: DatabaseUrl
) -> None:
    elsewhere = await asyncpg.connect(await database_url("echo"))
    assert await Lease("relay", seconds=0.0).held(look)
    assert await Lease("relay", seconds=0.0).held(elsewhere)
    assert await look.fetchval("SELECT true")
    await elsewhere.close()


async def test_records_of_many_writers_reach_kafka_complete_and_in_the_order_of_their_keys(
    database: Database, address: str, look: asyncpg.Connection, each_kafka: Kafka
) -> None:
    await each_kafka.create_topics(CALLS, ANSWERS)
    settings = settings_for(address, kafka_bootstrap=each_kafka.bootstrap, kafka_idempotence=each_kafka.idempotent)
    callers = [uuid4() for _ in range(5)]

    async def write(caller: UUID) -> None:
        for number in range(1, 31, 3):
            async with database.transaction() as tx:
                tx.record(*(Called(caller, step) for step in range(number, number + 3)), Echoed(caller, number))

    async with running(Relay(settings.asyncpg_url, producer_of(settings), Lease("relay"))):
        await asyncio.gather(*(write(caller) for caller in callers))
        await wait_until(lambda: nothing_waits(look), 30)

    names = {str(caller) for caller in callers}
    records = [record for record in await each_kafka.records(CALLS, ANSWERS) if record.key in names]
    assert len(records) == 5 * 40
    assert numbers_without_gaps(records) == []
    assert one_event_per_number(records) == []
    assert await everything_committed_was_carried(address, records, [CALLS, ANSWERS]) == []
    for caller in names:
        said = [record.value for record in records if record.topic == CALLS and record.key == caller]
        assert [f'"number": {number}'.encode() in value for number, value in enumerate(said, 1)] == [True] * 30


async def test_a_record_is_a_cloud_event_in_binary_mode(
    database: Database, address: str, look: asyncpg.Connection, tansu: Kafka
) -> None:
    await tansu.create_topics(CALLS, ANSWERS)
    settings = settings_for(address, kafka_bootstrap=tansu.bootstrap, kafka_idempotence=False)
    caller = uuid4()
    await say(database, caller, range(1, 2))
    async with running(Relay(settings.asyncpg_url, producer_of(settings), Lease("relay"))):
        await wait_until(lambda: nothing_waits(look))
    (record,) = [record for record in await tansu.records(CALLS) if record.key == str(caller)]
    assert (
        record.headers.items()
        >= {
            "ce_specversion": "1.0",
            "ce_type": "echo.called.v1",
            "ce_source": "/bilet/echo",
            "ce_subject": str(caller),
            "ce_sequence": "1",
            "ce_region": "63",
            "content-type": "application/json",
        }.items()
    )
    assert UUID(record.event_id).version == 7
