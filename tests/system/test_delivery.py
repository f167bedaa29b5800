"""Whatever order, number and shape the records come in, every call has one effect and nothing is lost."""

import random
from uuid import UUID, uuid4

import pytest

from tests.support.checker import nothing_parked
from tests.support.echo_processes import Echo
from tests.support.echo_service.calls import called, forgotten, moved
from tests.support.records import HandMade, twice

pytestmark = pytest.mark.system


async def test_a_request_reaches_the_last_consumer_once(echo: Echo) -> None:
    await echo.worker()
    api = await echo.api()
    callers = [uuid4() for _ in range(4)]
    async with echo.client(api) as client:
        for number in range(1, 6):
            for caller in callers:
                answer = await client.post("/calls", json={"caller_id": str(caller), "number": number})
                assert answer.status_code == 201
    await echo.wait_for_effects(20)
    await echo.settled()
    assert await echo.broken_promises() == []


def spoilt(caller: UUID) -> list[HandMade]:
    """Three records that park, one of a type nobody knows, and one that is handled whatever is parked before it."""
    return [
        called(caller, 1).with_value(b"{"),
        called(caller, 2, "unbearable"),
        called(caller, 3).without_header("ce_id"),
        called(caller, 4).with_header("ce_type", b"echo.sang.v7"),
        forgotten(caller, 5),
    ]


async def test_records_may_come_twice_out_of_order_early_and_invalid(echo: Echo) -> None:
    callers, broken = [uuid4() for _ in range(5)], uuid4()
    calls = [called(caller, number) for caller in callers for number in range(1, 11)]
    late = [moved(caller, "Самара", 11) for caller in callers] + [moved(caller, "Тольятти", 12) for caller in callers]
    stream = twice([*calls, *late])
    random.Random(7).shuffle(stream)
    await echo.give_numbers([*callers, broken], 12)
    await echo.kafka.produce([record.on(echo.calls).for_kafka() for record in [*spoilt(broken), *stream]])

    await echo.worker()
    await echo.worker()
    await echo.wait_for_effects(len(calls))
    await echo.settled()

    async with echo.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM effects") == len(calls)
        assert await connection.fetchval("SELECT count(DISTINCT (caller_id, number)) FROM effects") == len(calls)
        places = await connection.fetch("SELECT DISTINCT place, sequence FROM places")
        assert [tuple(row) for row in places] == [("Тольятти", 12)]
        assert await connection.fetchval("SELECT count(*) FROM forgotten WHERE caller_id = $1", broken) == 1
        assert await connection.fetchval("SELECT count(*) FROM parked_messages") == 3
    assert await nothing_parked(echo.database_url, except_keys=[str(broken)]) == []


async def test_without_the_inbox_a_repeat_acts_twice_and_the_checker_sees_it(echo: Echo) -> None:
    caller = uuid4()
    await echo.worker(sabotage="no-inbox")
    record = called(caller, 1).on(echo.calls).for_kafka()
    for effects in (1, 2):
        await echo.kafka.produce([record])
        await echo.wait_for_effects(effects)
    await echo.settled()
    assert f"{caller}: call 1 was answered 2 times" in await echo.broken_promises()
