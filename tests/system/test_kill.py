"""kill -9 in the exact windows: what was done is not done again, what was not done is done."""

import asyncio
from uuid import uuid4

import pytest

from tests.support.echo_processes import Echo
from tests.support.kafka_proxy import Api, KafkaProxy
from tests.support.locks import locked, somebody_waits
from tests.support.waiting import wait_until

pytestmark = pytest.mark.system
SEEN_WITHIN = 60


async def call_over_http(echo: Echo, count: int) -> None:
    """Commit calls of one caller with their outbox rows; no worker needs to run."""
    api = await echo.api()
    caller = str(uuid4())
    async with echo.client(api) as client:
        for number in range(1, count + 1):
            (await client.post("/calls", json={"caller_id": caller, "number": number})).raise_for_status()


async def test_a_worker_killed_before_it_hears_that_kafka_has_its_records_sends_them_again(echo: Echo) -> None:
    await call_over_http(echo, 10)
    async with KafkaProxy(echo.kafka.bootstrap) as proxy:
        hold = proxy.hold_answers(Api.PRODUCE)
        doomed = await echo.worker(bootstrap=proxy.address)
        await asyncio.wait_for(hold.seen.wait(), SEEN_WITHIN)
        doomed.kill()
        assert len(await echo.records()) > 0
        assert await echo.outbox() > 0
    await echo.worker()
    await echo.wait_for_effects(10)
    await echo.settled()

    assert len(await echo.records()) > 10
    assert await echo.broken_promises() == []


async def test_a_worker_killed_after_its_commit_and_before_its_offsets_does_nothing_twice(echo: Echo) -> None:
    callers = [uuid4() for _ in range(5)]
    await echo.say(callers, range(1, 5))
    async with KafkaProxy(echo.kafka.bootstrap) as proxy:
        hold = proxy.hold_requests(Api.OFFSET_COMMIT)
        doomed = await echo.worker(bootstrap=proxy.address)
        await asyncio.wait_for(hold.seen.wait(), SEEN_WITHIN)
        assert await echo.effects() > 0
        doomed.kill()
    assert await echo.kafka.committed(echo.group_id, echo.calls) == 0
    await echo.worker()
    await echo.wait_for_effects(20)
    await echo.settled()

    assert await echo.broken_promises() == []


async def test_a_worker_killed_in_the_middle_of_its_work_loses_nothing(echo: Echo) -> None:
    callers = [uuid4() for _ in range(5)]
    async with locked(echo.database_url, "effects") as obstacle:
        await echo.say(callers, range(1, 5))
        doomed = await echo.worker()
        await somebody_waits(obstacle, SEEN_WITHIN)
        doomed.kill()
    await echo.worker()
    await echo.wait_for_effects(20)
    await echo.settled()

    assert await echo.broken_promises() == []


async def test_with_the_default_acknowledgement_a_killed_worker_loses_its_batch_and_the_checker_sees_it(
    echo: Echo,
) -> None:
    await echo.say([uuid4() for _ in range(5)], range(1, 5))
    async with locked(echo.database_url, "effects") as obstacle:
        doomed = await echo.worker(sabotage="default-ack")
        await somebody_waits(obstacle, SEEN_WITHIN)
        await wait_until(lambda: echo.kafka.committed(echo.group_id, echo.calls), 30, every=0.2, what="early offsets")
        doomed.kill()
    await echo.worker()
    await echo.settled()

    assert any("answered" in finding for finding in await echo.broken_promises())


async def test_a_frozen_relay_is_replaced_and_does_no_harm_when_it_thaws(echo: Echo) -> None:
    frozen = await echo.worker()
    await call_over_http(echo, 5)
    await echo.wait_for_effects(5)
    frozen.pause()
    await call_over_http(echo, 5)
    await echo.worker()
    await echo.wait_for_effects(10)
    frozen.resume()
    await call_over_http(echo, 5)
    await echo.wait_for_effects(15)
    await echo.settled()

    assert await echo.broken_promises() == []


async def test_cut_connections_to_kafka_are_made_again(echo: Echo) -> None:
    async with KafkaProxy(echo.kafka.bootstrap) as proxy:
        await echo.worker(bootstrap=proxy.address)
        callers = [uuid4() for _ in range(3)]
        for number in range(1, 4):
            await echo.say(callers, range(number, number + 1))
            await echo.wait_for_effects(3 * number)
            proxy.cut()
        await call_over_http(echo, 3)
        await echo.wait_for_effects(12)
        await echo.settled()
        assert await echo.broken_promises() == []
