"""Booking over HTTP at the service: one hot slot and a hundred, beside the bare statement and a bare FastAPI app."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from bilet_local.components.component import Component
from tests.benchmarks import season
from tests.benchmarks.booking_region import Region, open_region, wishes
from tests.benchmarks.children import child
from tests.benchmarks.costs import costs
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Line, Measured, Run, Section, Target
from tests.benchmarks.floors import echo
from tests.benchmarks.floors.database import bare_database
from tests.benchmarks.floors.statement import statements_per_second
from tests.benchmarks.gate import envoy
from tests.benchmarks.load import Load, request, under_load
from tests.benchmarks.noise import Noise, quiet
from tests.benchmarks.progress import PROGRESS
from tests.benchmarks.samples import percentile
from tests.benchmarks.servers import Servers, servers

CLIENTS = 64
PROCESSES = (1, 2)
_API = "bilet_booking.api_app:create"
_BARE_APP = "tests.benchmarks.floors.app:create"
_CONNECTIONS = 16
WARM = 256
CREATED, CONFLICT = 201, 409
_PATH = "/bookings"
_GATEWAY_PATH = "/api/v1/booking/bookings"


class WrongAnswersError(AssertionError):
    """The service answered what it must not."""


def _lines_of(processes: int) -> tuple[Line, ...]:
    n, named = processes, f"{processes} process{'es' if processes > 1 else ''}"
    return (
        Line(key=f"app-hot-{n}", what=f"bare app, hot, a statement each, {named}", unit="bookings/s"),
        Line(key=f"shared-hot-{n}", what=f"bare app, hot, a shared statement, {named}", unit="bookings/s"),
        Line(key=f"app-spread-{n}", what=f"bare app, spread, a statement each, {named}", unit="bookings/s"),
        Line(
            key=f"hot-{n}",
            what=f"**booking, hot slot, {named}**",
            unit="bookings/s",
            targets=(
                Target(sense="≥", bound=0.35, floor="statement-hot"),
                Target(sense="≥", bound=0.5, floor=f"app-hot-{n}"),
            ),
            beside=(f"shared-hot-{n}",),
        ),
        Line(
            key=f"spread-{n}",
            what=f"**booking, {season.SPREAD} slots, {named}**",
            unit="bookings/s",
            targets=(Target(sense="≥", bound=0.5, floor=f"app-spread-{n}"),),
            beside=("statement-spread",),
        ),
    )


LINES = (
    Line(key="client", what="the load generator's own limit", unit="requests/s"),
    Line(key="statement-hot", what="bare statement, hot row, 16 connections", unit="bookings/s"),
    Line(key="statement-spread", what="bare statement, 100 rows, 16 connections", unit="bookings/s"),
    *(line for processes in PROCESSES for line in _lines_of(processes)),
    Line(key="envoy-hot", what="hot slot through Envoy, 2 processes", unit="bookings/s", beside=("hot-2",)),
    Line(key="envoy-spread", what="100 slots through Envoy, 2 processes", unit="bookings/s", beside=("spread-2",)),
    Line(key="scarce", what="more wishes than seats, 2 processes", unit="answers/s"),
)


async def measure(effort: Effort) -> Section:
    """All runs of this benchmark."""
    async with servers(with_kafka=False) as started:
        bench = Booking(started, effort)
        for number in range(effort.runs):
            PROGRESS.step(
                f"booking, run {number + 1} of {effort.runs}: {effort.bookings} requests each, {CLIENTS} clients"
            )
            await bench.run()
    return Section(name="booking", title="Booking over HTTP", lines=LINES, runs=bench.runs, notes=bench.notes())


class Booking:
    """The runs of this benchmark on one set of servers."""

    def __init__(self, started: Servers, effort: Effort) -> None:
        self._servers = started
        self._effort = effort
        self._run: dict[str, Measured] = {}
        self._latencies: dict[str, str] = {}
        self._spent: dict[str, str] = {}
        self._components: tuple[Component, ...] = ()
        self.runs: list[Run] = []

    def notes(self) -> list[str]:
        """Say what a reader has to know about the figures."""
        tails = "; ".join(f"{name}: {words}" for name, words in self._latencies.items())
        how = (
            f"{CLIENTS} keep-alive clients in a process of their own, {self._effort.bookings} requests a load, every one another pupil's, "
            "with its own ES256 token (checked) and Idempotency-Key (kept). The bare app checks, logs and remembers nothing."
        )
        seats = (
            f"After every load: no slot over its capacity, counters, rows and answers agree. {2 * season.SCARCE_SEATS} pupils "
            f"for {season.SCARCE_SEATS} seats: exactly {season.SCARCE_SEATS} booked, the others told `slot-full`."
        )
        spent = "; ".join(f"{name}: {words}" for name, words in self._spent.items() if words)
        cpu = (
            f"CPU in microseconds per request, last run (the load generator takes {self._client_cost()} more): {spent}."
        )
        return [how, seats, f"p50 / p99 in the last run: {tails}.", cpu]

    def _client_cost(self) -> str:
        return f"{1e6 / self._run['client'].value:.0f}"

    async def run(self) -> None:
        """Everything once."""
        self._run = {}
        async with child(echo.serve) as server:
            port = await server.answer(10)
            await self._load("client", port, [request("POST", _PATH, b"{}")] * (5 * self._effort.bookings))
        await self._statements()
        for processes in PROCESSES:
            await self._bare_app(processes)
            await self._service(processes)
        await self._gateway(PROCESSES[-1])
        self.runs.append(self._run)

    async def _statements(self) -> None:
        for key, slots in (("statement-hot", 1), ("statement-spread", season.SPREAD)):
            address = await bare_database(self._servers)
            await quiet()
            with Noise() as noise:
                rate = await statements_per_second(
                    address, connections=_CONNECTIONS, slots=slots, seconds=self._effort.seconds
                )
            self._keep(key, rate, noise)

    async def _bare_app(self, processes: int) -> None:
        address = await bare_database(self._servers)
        async with self._servers.program("bare-app", _BARE_APP, address, processes=processes) as app:
            self._components = (app, self._servers.postgres.component)
            for key, path, slots in (
                ("app-hot", "/book/{}", 1),
                ("shared-hot", "/book_batch/{}", 1),
                ("app-spread", "/book/{}", season.SPREAD),
            ):
                await under_load(app.port, bare_wishes(path, slots, WARM), CLIENTS)
                load = await self._load(f"{key}-{processes}", app.port, bare_wishes(path, slots, self._effort.bookings))
                expect(load, {CREATED: self._effort.bookings})

    async def _service(self, processes: int) -> None:
        async with self._serving(processes) as (region, port):
            await self._book(f"hot-{processes}", port, region, region.hot)
            await self._book(f"spread-{processes}", port, region, region.spread)

    async def _gateway(self, processes: int) -> None:
        async with self._serving(processes) as (region, port):
            async with envoy(self._servers, port) as gate:
                await self._book("envoy-hot", gate, region, region.hot, _GATEWAY_PATH)
                await self._book("envoy-spread", gate, region, region.spread, _GATEWAY_PATH)
            pupils = region.take(2 * season.SCARCE_SEATS)
            load = await self._load("scarce", port, wishes(self._servers.tokens, pupils, region.scarce, _PATH))
            expect(load, {CREATED: season.SCARCE_SEATS, CONFLICT: season.SCARCE_SEATS})
            await region.check_seats(season.SCARCE_SEATS)

    async def _book(self, key: str, port: int, region: Region, slots: Sequence[UUID], path: str = _PATH) -> None:
        """Put a load on the service in which every request must get its seat."""
        tokens, count = self._servers.tokens, self._effort.bookings
        warm, requests = (wishes(tokens, region.take(number), slots, path) for number in (WARM, count))
        expect(await under_load(port, warm, CLIENTS), {CREATED: WARM})
        expect(await self._load(key, port, requests), {CREATED: count})
        await region.check_seats(WARM + count)

    @asynccontextmanager
    async def _serving(self, processes: int) -> AsyncIterator[tuple[Region, int]]:
        """Open a region with as many pupils as two loads need, and yield it with the port of an api on it."""
        address = await self._servers.databases.create("booking")
        region = await open_region(address, 2 * (self._effort.bookings + WARM) + 2 * season.SCARCE_SEATS)
        async with self._servers.program("booking", _API, address, processes=processes) as api:
            self._components = (api, self._servers.postgres.component)
            yield region, api.port
        await self._servers.databases.drop(address)

    async def _load(self, key: str, port: int, requests: Sequence[bytes]) -> Load:
        await quiet()
        before = costs(*self._components)
        with Noise() as noise:
            load = await under_load(port, requests, CLIENTS)
        self._spent[key] = costs(*self._components).since(before, len(requests))
        self._keep(key, load.per_second, noise)
        p50, p99 = (percentile(load.latencies, share) * 1_000 for share in (0.5, 0.99))
        self._latencies[key] = f"{p50:.0f} / {p99:.0f} ms"
        return load

    def _keep(self, key: str, value: float, noise: Noise) -> None:
        self._run[key] = Measured(value, noise.foreign)
        what = next(line.what for line in LINES if line.key == key)
        PROGRESS.step(f"  {what}: {value:,.0f} per second")


def expect(load: Load, statuses: Mapping[int, int]) -> None:
    """Compare what was answered with what must be.

    Raises:
        WrongAnswersError: it differs.
    """
    if load.statuses != statuses:
        raise WrongAnswersError(f"answered {dict(load.statuses)}, expected {dict(statuses)}")


def bare_wishes(path: str, slots: int, count: int) -> list[bytes]:
    """Make requests for the bare app, taking the slots in turn."""
    return [request("POST", path.format(1 + number % slots), b'{"student_id": %d}' % number) for number in range(count)]
