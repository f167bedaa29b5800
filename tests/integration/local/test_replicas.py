"""The gateway in front of two replicas, one of which fails."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import httpx
import orjson
import pytest

from bilet_local import gateway
from tests.integration.local.gateways import behind, own_ports, started
from tests.integration.local.replica import Mood, Replica
from tests.support.tokens import TokenMaker
from tests.support.waiting import wait_until

UNLIMITED = 600_000
A_FROZEN_ONE_WITHIN = 3.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A gateway with two replicas of every service."""

    client: httpx.AsyncClient
    failing: Replica
    good: Replica
    headers: dict[str, str]

    async def ask(self, method: str = "GET", path: str = "booking/bookings", **headers: str) -> tuple[int, float]:
        """Return the status and the seconds it took."""
        began = time.monotonic()
        answer = await self.client.request(method, f"/api/v1/{path}", headers=self.headers | headers)
        return answer.status_code, time.monotonic() - began

    async def statuses(self, number: int) -> Counter[int]:
        """Ask so many times, ten at a time."""
        rounds = [await asyncio.gather(*(self.ask() for _ in range(10))) for _ in range(number // 10)]
        return Counter(status for some in rounds for status, _ in some)

    async def left_alone(self) -> bool:
        """Whether twenty requests all went to the good one."""
        before = len(self.failing.received)
        answers = await self.statuses(20)
        return len(self.failing.received) == before and set(answers) == {200}


@pytest.fixture
async def pair(tmp_path: Path, tokens: TokenMaker) -> AsyncIterator[Pair]:
    jwks = orjson.dumps({"keys": [tokens.key.public_jwk()]})
    async with AsyncExitStack() as stack:
        failing, good = Replica(jwks, "failing"), Replica(jwks, "good")
        for one in (failing, good):
            await one.start()
            stack.push_async_callback(one.stop)
        configuration = replace(
            gateway.compose_gateway(),
            **own_ports(),
            host="127.0.0.1",
            services=behind(failing.port, good.port),
            issuer=tokens.issuer,
            per_subject_per_minute=UNLIMITED,
            per_address_per_minute=UNLIMITED,
        )
        envoy = await started(configuration, tmp_path)
        stack.push_async_callback(envoy.stop)
        client = httpx.AsyncClient(base_url=f"http://{envoy.address}", timeout=20)
        await stack.enter_async_context(client)
        await wait_until(lambda: has_keys(configuration), what="the gateway has the keys")
        yield Pair(client, failing, good, tokens.headers("student", uuid4()))


async def has_keys(configuration: gateway.Gateway) -> bool:
    """Whether the gateway has fetched the keys by itself: then all its threads have them."""
    async with httpx.AsyncClient() as client:
        stats = await client.get(f"http://127.0.0.1:{configuration.admin_port}/stats?filter=jwks_fetch_success")
    return not stats.text.strip().endswith(": 0")


async def test_both_replicas_are_used(pair: Pair) -> None:
    assert await pair.statuses(100) == {200: 100}

    assert pair.failing.received
    assert pair.good.received


async def test_a_dead_replica_fails_nothing(pair: Pair) -> None:
    asking = asyncio.create_task(pair.statuses(400))
    await wait_until(lambda: len(pair.failing.received) > 20)

    await pair.failing.stop()

    assert await asking == {200: 400}
    assert await pair.statuses(200) == {200: 200}


async def test_a_large_upload_that_a_dead_replica_cannot_take_goes_to_the_other(pair: Pair) -> None:
    await pair.failing.stop()
    large = b"x" * 3_000_000

    answers = [
        await pair.client.post("/api/v1/identity/rosters", content=large, headers=pair.headers) for _ in range(8)
    ]

    assert [answer.status_code for answer in answers] == [200] * 8


@pytest.mark.parametrize(("method", "headers"), [("GET", {}), ("POST", {"Idempotency-Key": "a-key"})])
async def test_what_may_be_said_again_outlives_a_frozen_replica(
    pair: Pair, method: str, headers: dict[str, str]
) -> None:
    pair.failing.mood = Mood.FROZEN

    answers = await asyncio.gather(*(pair.ask(method, "booking/bookings", **headers) for _ in range(30)))

    assert {status for status, _ in answers} == {200}
    assert max(seconds for _, seconds in answers) <= A_FROZEN_ONE_WITHIN


async def test_a_frozen_replica_is_found_out(pair: Pair) -> None:
    pair.failing.mood = Mood.FROZEN

    await wait_until(lambda: _all_quick(pair), within=5, what="nobody waits for the frozen one")


async def _all_quick(pair: Pair) -> bool:
    answers = await asyncio.gather(*(pair.ask() for _ in range(20)))
    return max(seconds for _, seconds in answers) < 1


async def test_a_replica_that_is_not_ready_gets_nothing_and_comes_back(pair: Pair) -> None:
    pair.failing.mood = Mood.NOT_READY
    await wait_until(pair.left_alone, what="the one that is not ready is left alone")

    pair.failing.mood = Mood.SERVES
    before = len(pair.failing.received)
    await wait_until(lambda: _reaches(pair, before), what="it gets requests again")


async def _reaches(pair: Pair, before: int) -> bool:
    await pair.statuses(10)
    return len(pair.failing.received) > before


async def test_where_no_replica_is_ready_they_answer_for_themselves(pair: Pair) -> None:
    pair.failing.mood = pair.good.mood = Mood.NOT_READY
    await wait_until(lambda: _say_so_themselves(pair))


async def _say_so_themselves(pair: Pair) -> bool:
    answer = await pair.client.get("/api/v1/booking/bookings", headers=pair.headers)
    return answer.status_code == 503 and "replica" in answer.json()


async def test_what_may_be_said_again_outlives_a_replica_that_breaks_off(pair: Pair) -> None:
    pair.failing.mood = Mood.BREAKS_OFF

    assert await pair.statuses(100) == {200: 100}


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "booking/bookings"), ("GET", "identity/esia/callback?code=1&state=2")]
)
async def test_what_may_be_said_once_only_is_not_said_again(pair: Pair, method: str, path: str) -> None:
    pair.failing.mood = pair.good.mood = Mood.BREAKS_OFF
    pair.failing.received.clear()
    pair.good.received.clear()

    status, _ = await pair.ask(method, path)

    assert status == 503
    assert len(pair.failing.received + pair.good.received) == 1


async def test_a_slow_answer_is_not_lost(pair: Pair) -> None:
    for replica in (pair.failing, pair.good):
        replica.mood, replica.slowness = Mood.SLOW, 2.5

    assert (await pair.ask())[0] == 200


async def test_a_broken_route_does_not_take_its_replica_away(pair: Pair) -> None:
    pair.failing.mood = pair.good.mood = Mood.FAILS

    assert await pair.statuses(60) == {500: 60}
    assert {pair.failing.received[-1], pair.good.received[-1]} == {"GET /bookings"}
    pair.failing.mood = pair.good.mood = Mood.SERVES
    assert await pair.statuses(60) == {200: 60}


async def test_a_slow_creation_gets_its_own_answer_and_not_that_it_is_in_flight(pair: Pair) -> None:
    pair.failing.mood, pair.failing.slowness = Mood.SLOW, 3
    pair.good.mood = Mood.IN_FLIGHT

    answers = await asyncio.gather(*(pair.ask("POST", **{"Idempotency-Key": f"key-{n}"}) for n in range(20)))

    assert "POST /bookings" in pair.failing.received
    slow = [status for status, seconds in answers if seconds > 2.5]
    assert slow
    assert set(slow) == {200}


async def test_what_is_in_flight_from_an_earlier_request_is_told(pair: Pair) -> None:
    pair.failing.mood = pair.good.mood = Mood.IN_FLIGHT

    status, seconds = await pair.ask("POST", **{"Idempotency-Key": "a-key"})

    assert status == 409
    assert seconds < 1


async def test_a_slow_put_is_not_said_twice(pair: Pair) -> None:
    for replica in (pair.failing, pair.good):
        replica.mood, replica.slowness = Mood.SLOW, 2.5
        replica.received.clear()

    status, _ = await pair.ask("PUT")

    assert status == 200
    assert len(pair.failing.received + pair.good.received) == 1
