"""Each fact has its effect exactly once, whatever is repeated, reordered or cut into other batches."""

import asyncio
from itertools import islice
from uuid import UUID, uuid4

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bilet_kit.consuming.batches import BatchProcessor
from bilet_kit.consuming.consumers import Consumers, Received
from bilet_kit.consuming.inbox import Inbox
from bilet_kit.storage.database import Database, Transaction
from tests.support.echo_service.calls import called, moved
from tests.support.echo_service.consumers import PLACES, place_row
from tests.support.echo_service.contracts import CalledV1, CallerMovedV1
from tests.support.echo_service.domain import EchoError
from tests.support.records import HandMade, twice

CALLERS = [UUID(int=number) for number in range(1, 4)]
SLOW_FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


async def effects(connection: asyncpg.Connection) -> list[tuple[UUID, int]]:
    rows = await connection.fetch("SELECT caller_id, number FROM effects ORDER BY id")
    return [(row["caller_id"], row["number"]) for row in rows]


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW_FIXTURES)
@given(data=st.data())
async def test_every_call_is_answered_once_however_its_records_are_repeated_and_cut(
    processor: BatchProcessor, look: asyncpg.Connection, data: st.DataObject
) -> None:
    await look.execute("TRUNCATE effects, inbox, outbox, key_sequence")
    calls = [called(caller, number) for caller in CALLERS for number in range(1, 4)]
    repeats = data.draw(st.lists(st.sampled_from(calls), max_size=10))
    stream = data.draw(st.permutations([*calls, *(record.repeated() for record in repeats)]))
    left = iter(stream)

    while batch := list(islice(left, data.draw(st.integers(1, 5)))):
        await processor.process(batch)

    assert sorted(await effects(look)) == sorted((caller, number) for caller in CALLERS for number in range(1, 4))
    assert await look.fetchval("SELECT count(*) FROM outbox") == len(calls)


async def test_a_call_is_answered_once_by_workers_that_got_it_at_the_same_time(
    processor: BatchProcessor, look: asyncpg.Connection
) -> None:
    calls = [called(caller, number) for caller in CALLERS for number in range(1, 20)]
    await asyncio.gather(*(processor.process([record.repeated() for record in calls]) for _ in range(4)))
    assert sorted(await effects(look)) == sorted((caller, number) for caller in CALLERS for number in range(1, 20))


async def test_records_of_a_batch_take_effect_in_their_order(
    processor: BatchProcessor, look: asyncpg.Connection
) -> None:
    caller = uuid4()
    await processor.process([called(caller, number) for number in range(1, 8)])
    assert await effects(look) == [(caller, number) for number in range(1, 8)]


async def test_the_effect_and_its_place_in_the_inbox_are_lost_together(
    database: Database, look: asyncpg.Connection
) -> None:
    attempts = 0
    consumers = Consumers(service="echo")

    @consumers.handle(CalledV1)
    async def answer(received: Received[CalledV1], tx: Transaction) -> None:
        nonlocal attempts
        attempts += 1
        await tx.execute("INSERT INTO effects (caller_id, number) VALUES ($1, $2)", received.event.caller_id, 1)
        if attempts < 3:
            raise ConnectionResetError

    await BatchProcessor(database, consumers, Inbox(EchoError)).process([called(uuid4(), 1)])
    assert attempts == 3
    assert await look.fetchval("SELECT count(*) FROM effects") == 1
    assert await look.fetchval("SELECT count(*) FROM inbox") == 1


async def test_two_versions_of_one_fact_act_once(processor: BatchProcessor, look: asyncpg.Connection) -> None:
    caller, fact = uuid4(), uuid4()
    event = CalledV1(region_code="63", caller_id=caller, number=1)
    await processor.process([HandMade.of(event, 1, fact_id=fact)])
    await processor.process([HandMade.of(event, 2, fact_id=fact)])
    assert await effects(look) == [(caller, 1)]


async def test_a_projection_is_not_moved_back_by_a_repeat(processor: BatchProcessor, look: asyncpg.Connection) -> None:
    caller = uuid4()
    await processor.process(twice([moved(caller, "Самара", 1), moved(caller, "Тольятти", 2)]))
    assert await look.fetchval("SELECT place FROM places WHERE caller_id = $1", caller) == "Тольятти"


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW_FIXTURES)
@given(data=st.data())
async def test_a_projection_keeps_the_highest_number_in_any_order(
    processor: BatchProcessor, look: asyncpg.Connection, data: st.DataObject
) -> None:
    await look.execute("TRUNCATE places, inbox")
    moves = [moved(caller, f"{caller.int}:{number}", number) for caller in CALLERS for number in range(1, 5)]
    left = iter(data.draw(st.permutations(twice(moves))))

    while batch := list(islice(left, data.draw(st.integers(1, 9)))):
        await processor.process(batch)

    rows = await look.fetch("SELECT caller_id, place, sequence FROM places")
    assert {row["caller_id"]: (row["place"], row["sequence"]) for row in rows} == {
        caller: (f"{caller.int}:4", 4) for caller in CALLERS
    }


async def test_a_handler_sees_the_projections_of_the_records_before_it(
    database: Database, look: asyncpg.Connection
) -> None:
    seen: list[str | None] = []
    consumers = Consumers(service="echo")
    consumers.project(CallerMovedV1, into=PLACES, row=place_row)

    @consumers.handle(CalledV1)
    async def answer(received: Received[CalledV1], tx: Transaction) -> None:
        rows = await tx.fetch("SELECT place FROM places WHERE caller_id = $1", received.event.caller_id)
        seen.append(rows[0]["place"] if rows else None)

    caller = uuid4()
    records = [called(caller, 1), moved(caller, "Самара", 2), called(caller, 3), moved(caller, "Сызрань", 4)]
    await BatchProcessor(database, consumers, Inbox(EchoError)).process([*records, called(caller, 5)])
    assert seen == [None, "Самара", "Сызрань"]
