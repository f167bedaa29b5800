"""A record that can never succeed is parked with what comes behind it; nothing is dropped, nothing is printed."""

from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from bilet_kit.consuming import batches
from bilet_kit.consuming.batches import BatchProcessor
from bilet_kit.consuming.consumers import Consumers, Received
from bilet_kit.consuming.inbox import Inbox, RejectedError
from bilet_kit.storage.database import Database, Transaction
from tests.support.echo_service.calls import called, forgotten
from tests.support.echo_service.contracts import CALLS, CalledV1
from tests.support.echo_service.domain import EchoError, UnbearableError
from tests.support.records import HandMade, twice


@pytest.fixture(autouse=True)
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries follow at once: that they are counted is what matters here."""
    monkeypatch.setattr(batches, "_BACKOFF", 0.0)


async def answered(connection: asyncpg.Connection, caller: UUID) -> list[int]:
    rows = await connection.fetch("SELECT number FROM effects WHERE caller_id = $1 ORDER BY id", caller)
    return [row["number"] for row in rows]


async def parked(connection: asyncpg.Connection) -> list[tuple[str, str, str]]:
    rows = await connection.fetch("SELECT key, error_place, error_type FROM parked_messages ORDER BY id")
    return [(row["key"], row["error_place"], row["error_type"]) for row in rows]


def counted(kind: str, outcome: str) -> float:
    return REGISTRY.get_sample_value("bilet_events_total", {"type": kind, "outcome": outcome}) or 0.0


async def test_a_refused_record_parks_and_the_later_ones_of_its_key_behind_it(
    processor: BatchProcessor, look: asyncpg.Connection
) -> None:
    caller, other = uuid4(), uuid4()
    await processor.process(
        [called(caller, 1), called(caller, 2, "unbearable"), called(other, 1), called(caller, 3), called(other, 2)]
    )
    await processor.process([called(caller, 4), called(other, 3)])

    assert await answered(look, caller) == [1]
    assert await answered(look, other) == [1, 2, 3]
    assert await parked(look) == [
        (str(caller), "echo.called.v1", "UnbearableError"),
        (str(caller), "key", "behind-parked"),
        (str(caller), "key", "behind-parked"),
    ]


async def test_what_must_always_be_handled_does_not_wait_behind_a_parked_record(
    processor: BatchProcessor, look: asyncpg.Connection
) -> None:
    caller = uuid4()
    await processor.process([called(caller, 1, "unbearable"), forgotten(caller, 2), called(caller, 3)])
    assert await look.fetchval("SELECT count(*) FROM forgotten WHERE caller_id = $1", caller) == 1
    assert await answered(look, caller) == []
    assert len(await parked(look)) == 2


def growing_bearable(bearable: list[bool]) -> Consumers:
    """Make a handler that refuses the unbearable until the test says otherwise."""
    consumers = Consumers(service="echo")

    @consumers.handle(CalledV1)
    async def answer(received: Received[CalledV1], tx: Transaction) -> None:
        event = received.event
        if event.mood == "unbearable" and not bearable:
            raise UnbearableError
        await tx.execute("INSERT INTO effects (caller_id, number) VALUES ($1, $2)", event.caller_id, event.number)

    return consumers


async def test_repeats_of_parked_records_do_not_act_twice_after_the_replay(
    database: Database, look: asyncpg.Connection
) -> None:
    bearable: list[bool] = []
    processor = BatchProcessor(database, growing_bearable(bearable), Inbox(EchoError))
    caller = uuid4()
    calls = [called(caller, 1, "unbearable"), called(caller, 2), called(caller, 3)]
    await processor.process(twice(calls))
    await processor.process([record.repeated() for record in calls])
    assert await answered(look, caller) == []

    bearable.append(True)
    waiting = len(await parked(look))
    assert await processor.replay(CALLS, str(caller)) == waiting
    await processor.process([record.repeated() for record in calls])

    assert await answered(look, caller) == [1, 2, 3]
    assert await parked(look) == []


async def test_a_replay_that_fails_leaves_everything_parked(
    processor: BatchProcessor, look: asyncpg.Connection
) -> None:
    caller = uuid4()
    await processor.process([called(caller, 1, "unbearable"), called(caller, 2)])
    before = await parked(look)
    with pytest.raises(RejectedError):
        await processor.replay(CALLS, str(caller))
    assert await parked(look) == before
    assert await answered(look, caller) == []


BROKEN = {
    "not JSON": called(UUID(int=1), 1).with_value(b"{"),
    "no value": called(UUID(int=1), 1).with_value(None),
    "another shape": called(UUID(int=1), 1).with_value(b'{"caller_id": "not an id"}'),
    "no type": called(UUID(int=1), 1).without_header("ce_type"),
    "no id": called(UUID(int=1), 1).without_header("ce_id"),
    "no number": called(UUID(int=1), 1).without_header("ce_sequence"),
    "a number in words": called(UUID(int=1), 1).with_header("ce_sequence", "седьмой".encode()),
    "a time without zone": called(UUID(int=1), 1).with_header("ce_time", b"2026-08-01T09:00:00"),
    "headers that are not text": called(UUID(int=1), 1).with_header("ce_region", b"\xff\xfe"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
async def test_a_record_that_cannot_be_read_parks_without_its_words(
    broken: HandMade, processor: BatchProcessor, look: asyncpg.Connection
) -> None:
    await processor.process([broken, called(UUID(int=2), 1)])
    (fault,) = await parked(look)
    assert fault[0] == str(UUID(int=1))
    assert "not an id" not in "".join(fault)
    assert await answered(look, UUID(int=2)) == [1]


async def test_a_parked_record_is_kept_as_it_came(processor: BatchProcessor, look: asyncpg.Connection) -> None:
    broken = called(uuid4(), 1).with_value(b"\x00\xff").with_header("ce_region", b"\xff")
    await processor.process([broken])
    row = await look.fetchrow("SELECT * FROM parked_messages")
    assert row is not None
    assert (row["topic"], row["partition"], row["record_offset"]) == (broken.topic, broken.partition, broken.offset)
    assert (row["record_key"], row["value"]) == (broken.key, broken.value)
    assert list(zip(row["header_names"], row["header_values"], strict=True)) == broken.headers


HEADER_VALUES = st.none() | st.binary(max_size=20)
ANYTHING = st.builds(
    HandMade,
    topic=st.just(CALLS),
    key=st.none() | st.binary(max_size=20),
    value=st.none() | st.binary(max_size=40),
    headers=st.lists(
        st.tuples(st.sampled_from(["ce_type", "ce_id", "ce_time", "a\x00b"]) | st.text(max_size=8), HEADER_VALUES),
        max_size=6,
    ).map(list),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rubbish=st.lists(ANYTHING, min_size=1, max_size=4))
async def test_rubbish_never_stops_a_batch(
    processor: BatchProcessor, look: asyncpg.Connection, rubbish: list[HandMade]
) -> None:
    caller = uuid4()
    await processor.process([*rubbish, called(caller, 1)])
    assert await answered(look, caller) == [1]


async def test_a_type_nobody_listens_to_is_passed_over_and_counted(
    processor: BatchProcessor, look: asyncpg.Connection
) -> None:
    before = counted("unknown", "skipped")
    caller = uuid4()
    await processor.process([called(caller, 1).with_header("ce_type", b"echo.sang.v1"), called(caller, 2)])
    assert counted("unknown", "skipped") == before + 1
    assert await answered(look, caller) == [2]
    assert await parked(look) == []


async def test_a_parked_record_is_counted(processor: BatchProcessor) -> None:
    before = counted("echo.called.v1", "parked")
    await processor.process([called(uuid4(), 1, "unbearable")])
    assert counted("echo.called.v1", "parked") == before + 1


async def test_a_batch_is_split_until_the_broken_record_stands_alone_and_parks_after_five_tries(
    processor: BatchProcessor, look: asyncpg.Connection
) -> None:
    callers = [uuid4() for _ in range(16)]
    broken = called(callers[5], 1, "broken")
    calls = [called(caller, 1) if caller != callers[5] else broken for caller in callers]
    await processor.process(calls)

    for caller in callers:
        assert await answered(look, caller) == ([] if caller == callers[5] else [1])
    assert await parked(look) == [(str(callers[5]), "echo.called.v1", "ZeroDivisionError")]
    attempts = await look.fetchrow("SELECT attempts, record_offset, error_type FROM inbox_attempts")
    assert tuple(attempts or ()) == (batches.TRIES, broken.offset, "ZeroDivisionError")


async def test_tries_are_counted_across_workers(processor: BatchProcessor, look: asyncpg.Connection) -> None:
    broken = called(uuid4(), 1, "broken")
    await look.execute(
        "INSERT INTO inbox_attempts (topic, partition, record_offset, attempts, error_type) VALUES ($1, $2, $3, $4, 'X')",
        broken.topic,
        broken.partition,
        broken.offset,
        batches.TRIES - 1,
    )
    await processor.process([broken])
    assert await look.fetchval("SELECT attempts FROM inbox_attempts") == batches.TRIES
    assert len(await parked(look)) == 1


@pytest.mark.parametrize(
    "passing", [ConnectionResetError(), TimeoutError(), asyncpg.DeadlockDetectedError(), asyncpg.AdminShutdownError()]
)
async def test_what_passes_is_tried_again_and_never_parked(
    passing: Exception, database: Database, look: asyncpg.Connection
) -> None:
    failures = batches.TRIES + 2
    consumers = Consumers(service="echo")

    @consumers.handle(CalledV1)
    async def answer(received: Received[CalledV1], tx: Transaction) -> None:
        nonlocal failures
        failures -= 1
        if failures > 0:
            raise passing
        await tx.execute("INSERT INTO effects (caller_id, number) VALUES ($1, 1)", received.event.caller_id)

    caller = uuid4()
    await BatchProcessor(database, consumers, Inbox(EchoError)).process([called(caller, 1), called(uuid4(), 1)])
    assert await answered(look, caller) == [1]
    assert await parked(look) == []
    assert await look.fetchval("SELECT retries FROM inbox_attempts") == batches.TRIES + 1
