"""Ordinary requests, each one transaction and a few statements, beside a bare FastAPI route with one select.

What counts is the CPU of the service's one process per request: in the opening minute the cores are what runs out.
"""

from collections.abc import Sequence

from bilet_local.components.program import Program
from tests.benchmarks import ordinary_people as people
from tests.benchmarks.booking import CLIENTS, WARM, expect
from tests.benchmarks.costs import costs
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Line, Measured, Run, Section, Target
from tests.benchmarks.floors.database import bare_database
from tests.benchmarks.load import Load, request, under_load
from tests.benchmarks.noise import Noise, quiet
from tests.benchmarks.progress import PROGRESS
from tests.benchmarks.samples import percentile
from tests.benchmarks.servers import Servers, servers

OK = 200
_FEW_CLIENTS = 8
_BARE = "tests.benchmarks.floors.app:create"
_ROUTES = {
    "eligibility": "`GET /eligibility`",
    "stages": "`GET /stages`",
    "inbox": "`GET /inbox`, a page of 20",
    "refresh": "`POST /sessions/refresh`",
}
LINES = (
    Line(key="bare", what="bare FastAPI route, one select, CPU", unit="ms"),
    *(
        Line(key=key, what=f"**{what}, CPU**", unit="ms", targets=(Target(sense="≤", bound=1),), beside=("bare",))
        for key, what in _ROUTES.items()
    ),
    Line(key="bytes", what="bare app, a page as bytes", unit="pages/s"),
    Line(key="kept", what="catalogue, 50 slots, kept as bytes", unit="pages/s", beside=("bytes",)),
    Line(key="asked", what="catalogue, 50 slots from SQL", unit="pages/s", beside=("bytes",)),
)


async def measure(effort: Effort) -> Section:
    """All runs of this benchmark."""
    async with servers(with_kafka=False) as started:
        ordinary = Ordinary(started, effort.ordinary)
        for number in range(effort.runs):
            PROGRESS.step(f"ordinary, run {number + 1} of {effort.runs}: {effort.ordinary} requests each")
            await ordinary.run()
    return Section(name="ordinary", title="Ordinary requests", lines=LINES, runs=ordinary.runs, notes=ordinary.notes())


class Ordinary:
    """The runs of this benchmark on one set of servers."""

    def __init__(self, started: Servers, requests: int) -> None:
        self._servers = started
        self._requests = requests
        self._run: dict[str, Measured] = {}
        self._told: dict[str, str] = {}
        self.runs: list[Run] = []

    def notes(self) -> list[str]:
        """Say what a reader has to know about the figures."""
        tails = "; ".join(f"{key}: {words}" for key, words in self._told.items())
        how = (
            f"One process of the service, {_FEW_CLIENTS} keep-alive clients, {self._requests} requests, each with its own "
            "pupil and token (checked). CPU is all that the process used, uvicorn and FastAPI included; the bare route "
            "checks no token and opens no transaction."
        )
        pages = f"The catalogue: {CLIENTS} clients; from SQL is every page that puts a pupil's recommended competencies first."
        return [how, pages, f"Requests/s and p50 / p99, last run: {tails}."]

    async def run(self) -> None:
        """Everything once."""
        self._run = {}
        await self._bare()
        await self._booking()
        await self._service("diagnostics", "stages", await people.of_diagnostics(self._servers, self._count))
        await self._service("notifications", "inbox", await people.of_notifications(self._servers, self._count))
        await self._service("identity", "refresh", await people.of_identity(self._servers, self._count))
        self.runs.append(self._run)

    @property
    def _count(self) -> int:
        return WARM + self._requests

    async def _bare(self) -> None:
        address = await bare_database(self._servers)
        async with self._servers.program("bare-app", _BARE, address) as app:
            await self._cost("bare", app, [request("GET", f"/row/{1 + n % 100}") for n in range(self._count)])
            await self._rate("bytes", app, [request("GET", "/page")] * self._count)

    async def _booking(self) -> None:
        asked = await people.of_booking(self._servers, self._count)
        async with self._servers.program("booking", "bilet_booking.api_app:create", asked.address) as api:
            await self._cost("eligibility", api, asked.requests)
            await self._rate("kept", api, [request("GET", people.CATALOGUE)] * self._count)
            await self._rate("asked", api, asked.pages)
        await self._servers.databases.drop(asked.address)

    async def _service(self, service: str, key: str, asked: people.Asked) -> None:
        name = f"bilet_{service}.api_app:create"
        async with self._servers.program(service, name, asked.address, processes=1, **asked.environment) as api:
            await self._cost(key, api, asked.requests)
        await self._servers.databases.drop(asked.address)

    async def _cost(self, key: str, app: Program, requests: Sequence[bytes]) -> None:
        expect(await under_load(app.port, requests[:WARM], _FEW_CLIENTS), {OK: WARM})
        await quiet()
        before = costs(app)
        with Noise() as noise:
            load = await under_load(app.port, requests[WARM:], _FEW_CLIENTS)
        spent = costs(app).seconds[app.name] - before.seconds[app.name]
        self._keep(key, spent / self._requests * 1_000, load, noise)

    async def _rate(self, key: str, app: Program, requests: Sequence[bytes]) -> None:
        expect(await under_load(app.port, requests[:WARM], CLIENTS), {OK: WARM})
        await quiet()
        with Noise() as noise:
            load = await under_load(app.port, requests[WARM:], CLIENTS)
        self._keep(key, load.per_second, load, noise)

    def _keep(self, key: str, value: float, load: Load, noise: Noise) -> None:
        expect(load, {OK: self._requests})
        p50, p99 = (percentile(load.latencies, share) * 1_000 for share in (0.5, 0.99))
        self._told[key] = f"{load.per_second:,.0f}, {p50:.1f} / {p99:.1f} ms"
        self._run[key] = Measured(value, noise.foreign)
        line = next(line for line in LINES if line.key == key)
        PROGRESS.step(f"  {line.what}: {value:,.2f} {line.unit}")
