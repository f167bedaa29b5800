"""Two replicas of booking behind the gateway while one dies, stands still, or both are restarted in turn."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bilet_local.components.program import Program
from tests.benchmarks.booking_region import Region, open_region, wishes
from tests.benchmarks.gate import envoy
from tests.benchmarks.load import Load, request, under_load
from tests.benchmarks.open_loop import at_rate
from tests.benchmarks.servers import Servers

API = "bilet_booking.api_app:create"
DRAIN_SECONDS = "1.5"
PREFIX = "/api/v1/booking"
_GOOD = {200, 201}
_CLIENTS = 8
_WARM = 60
_TOKEN_LIVES_SECONDS = 3_600

Trouble = Callable[["Pair", float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two replicas on one database, and the gateway's port."""

    region: Region
    replicas: tuple[Program, Program]
    gate: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the clients saw."""

    asked: int
    failed: int
    slowest: float
    statuses: Mapping[int, int]


@asynccontextmanager
async def two_replicas(started: Servers, pupils: int) -> AsyncIterator[Pair]:
    """Start them for the length of a block; so many pupils may book."""
    address = await started.databases.create("booking")
    region = await open_region(address, pupils + _WARM)
    async with AsyncExitStack() as stack:
        names = ("booking-1", "booking-2")
        programs = [started.program(name, API, address, BILET_DRAIN_SECONDS=DRAIN_SECONDS) for name in names]
        first, second = [await stack.enter_async_context(program) for program in programs]
        gate = await stack.enter_async_context(envoy(started, first.port, second.port))
        pair = Pair(region, (first, second), gate)
        warm = await under_load(gate, asked_of(started, pair, _WARM), _CLIENTS)
        await region.check_seats(warm.statuses[201])
        yield pair
    await started.databases.drop(address)


def asked_of(started: Servers, pair: Pair, count: int) -> list[bytes]:
    """Mix a page of the catalogue, a pupil's own bookings, and a booking with its key."""
    pupils = pair.region.take(count // 3)
    expires = int(time.time()) + _TOKEN_LIVES_SECONDS
    books = wishes(started.tokens, pupils, pair.region.spread, f"{PREFIX}/bookings")
    page = request("GET", f"{PREFIX}/catalogue/slots?region=63&limit=20")
    asked = []
    for pupil, book in zip(pupils, books, strict=True):
        bearer = f"Bearer {started.tokens.token('student', pupil, exp=expires)}"
        asked += [page, request("GET", f"{PREFIX}/bookings", Authorization=bearer), book]
    return asked


async def outlive(started: Servers, pair: Pair, trouble: Trouble, *, rate: float, count: int) -> Outcome:
    """Ask at a fixed rate while there is trouble; every seat that was answered is there, and none besides."""
    asked = asked_of(started, pair, count)
    load, _ = await asyncio.gather(at_rate(pair.gate, asked, rate, 1), trouble(pair, count / rate))
    await pair.region.check_seats(load.statuses[201])
    return _outcome(asked, load)


def _outcome(asked: Sequence[bytes], load: Load) -> Outcome:
    good = sum(number for status, number in load.statuses.items() if status in _GOOD)
    return Outcome(len(asked), len(asked) - good, max(load.latencies), load.statuses)


async def none(_pair: Pair, _seconds: float) -> None:
    """Leave both alone."""


async def death(pair: Pair, seconds: float) -> None:
    """Kill one after a third of the time, and start it again when all is over."""
    await asyncio.sleep(seconds / 3)
    pair.replicas[0].kill()
    await asyncio.sleep(seconds * 2 / 3)
    await pair.replicas[0].stop()
    await _again(pair.replicas[0])


async def standstill(pair: Pair, seconds: float) -> None:
    """Freeze one after a third of the time, and thaw it when all is over."""
    await asyncio.sleep(seconds / 3)
    pair.replicas[0].pause()
    try:
        await asyncio.sleep(seconds * 2 / 3)
    finally:
        pair.replicas[0].resume()


async def restarts(pair: Pair, seconds: float) -> None:
    """Restart one after the other, as an update does."""
    await asyncio.sleep(seconds / 10)
    for replica in pair.replicas:
        await replica.stop()
        await _again(replica)
        await asyncio.sleep(seconds / 10)


async def _again(replica: Program) -> None:
    await replica.start()
    await replica.ready()
