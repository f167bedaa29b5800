"""Diagnostics: scoring, statistics of a million attempts, answers in an open loop through the gateway, and submissions."""

from collections.abc import Sequence

from bilet_local.components.program import Program
from tests.benchmarks import season
from tests.benchmarks.booking import CLIENTS, CREATED, WARM, bare_wishes, expect
from tests.benchmarks.costs import costs
from tests.benchmarks.diagnostics_figures import psychometrics_of, scoring_milliseconds, write_answers
from tests.benchmarks.diagnostics_region import (
    GRADE,
    LIBRARY,
    Answers,
    Pupils,
    answers,
    begin,
    check_kept,
    check_submitted,
    open_region,
    submissions,
)
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Line, Measured, Run, Section, Target
from tests.benchmarks.floors.answers import open_sheets
from tests.benchmarks.floors.database import bare_database
from tests.benchmarks.gate import envoy
from tests.benchmarks.load import Load, under_load
from tests.benchmarks.noise import Noise, quiet
from tests.benchmarks.open_loop import at_rate
from tests.benchmarks.progress import PROGRESS
from tests.benchmarks.samples import percentile
from tests.benchmarks.servers import Servers, servers

RATE = 600
PUPILS = 3_527
PROCESSES = 2
OK = 200
_API = "bilet_diagnostics.api_app:create"
_BARE_APP = "tests.benchmarks.floors.app:create"
_BARE_ANSWERS = "tests.benchmarks.floors.answers:create"
_GATEWAY_PATH = "/api/v1/diagnostics"
_SCORING_ROUNDS = 20

LINES = (
    Line(
        key="scoring",
        what="**scoring an attempt at the longest stage**",
        unit="ms",
        targets=(Target(sense="≤", bound=0.5),),
    ),
    Line(
        key="psychometrics",
        what="**psychometrics of a file of 50 items**",
        unit="s",
        targets=(Target(sense="≤", bound=10),),
    ),
    Line(key="memory", what="**its memory at most**", unit="GiB", targets=(Target(sense="≤", bound=2),)),
    Line(key="bare-answers", what=f"bare app through Envoy, {RATE} answers/s, p99", unit="ms"),
    Line(
        key="answers",
        what=f"**answers through Envoy, {RATE}/s, p99**",
        unit="ms",
        targets=(Target(sense="≤", bound=25),),
        beside=("bare-answers",),
    ),
    Line(key="app-spread", what=f"bare app, spread bookings, {PROCESSES} processes", unit="bookings/s"),
    Line(
        key="submissions",
        what=f"**submissions of the last stage, {PROCESSES} processes**",
        unit="submissions/s",
        targets=(Target(sense="≥", bound=0.5, floor="app-spread"),),
    ),
)


async def measure(effort: Effort) -> Section:
    """All runs of this benchmark."""
    async with servers(with_kafka=False) as started:
        bench = Diagnostics(started, effort)
        for number in range(effort.runs):
            PROGRESS.step(f"diagnostics, run {number + 1} of {effort.runs}")
            await bench.run(number)
    return Section(name="diagnostics", title="Diagnostics", lines=LINES, runs=bench.runs, notes=bench.notes())


class Diagnostics:
    """The runs of this benchmark on one set of servers."""

    def __init__(self, started: Servers, effort: Effort) -> None:
        self._servers = started
        self._effort = effort
        self._run: dict[str, Measured] = {}
        self._tails: dict[str, str] = {}
        self._spent: dict[str, str] = {}
        self.runs: list[Run] = []

    def notes(self) -> list[str]:
        """Say what a reader has to know about the figures."""
        items = {stage: len(LIBRARY.paper_for(stage, GRADE).items) for stage in (2, 3)}
        spent = "; ".join(f"{name}: {words}" for name, words in self._spent.items())
        tails = "; ".join(f"{name}: {words}" for name, words in self._tails.items())
        measured = (
            f"Scoring: stage 3 for grade {GRADE}, {items[3]} items. Psychometrics: a CSV of {self._effort.rows:,} attempts with a grade, "
            "all statistics for everybody and each grade band, loading NumPy included."
        )
        loop = (
            f"Answers: an open loop of {PUPILS} pupils at the {items[2]} items of stage 2 for {self._effort.open_loop_seconds} s, a Poisson "
            "process; a latency counts from the moment a request was due. Two api processes behind Envoy, which checks the "
            "token, as the service does again. Every answer was acknowledged, and all of them lie in the database afterwards. "
            "The bare app saves an answer by one statement and checks nothing."
        )
        handed_in = (
            f"Submissions: {CLIENTS} clients; scores, signs, recommendations and two events each, beside the spread bookings "
            f"of the bare app of the booking benchmark. p50 / p99, last run: {tails}. CPU in microseconds per request: {spent}."
        )
        return [measured, loop, handed_in]

    async def run(self, seed: int) -> None:
        """Everything once."""
        self._run = {}
        await quiet()
        with Noise() as noise:
            scoring = scoring_milliseconds(_SCORING_ROUNDS)
        self._keep("scoring", scoring, noise)
        await self._psychometrics()
        await self._bare_answers(seed)
        await self._answers(seed)
        await self._bare_bookings()
        await self._submissions()
        self.runs.append(self._run)

    async def _psychometrics(self) -> None:
        path = self._servers.directory / "answers.csv"
        if not path.exists():
            await write_answers(path, self._effort.rows)
        await quiet()
        with Noise() as noise:
            seconds, gibibytes = await psychometrics_of(path)
        self._keep("psychometrics", seconds, noise)
        self._keep("memory", gibibytes, noise)

    async def _bare_answers(self, seed: int) -> None:
        address = await self._servers.databases.create("diagnostics")
        pupils = await begin(address, 2, PUPILS)
        bare = await bare_database(self._servers)
        await open_sheets(bare, list(pupils.attempts.values()), len(pupils.paper.items))
        async with (
            self._servers.program("bare-answers", _BARE_ANSWERS, bare, processes=PROCESSES) as app,
            envoy(self._servers, app.port) as gate,
        ):
            await self._open_loop("bare-answers", gate, pupils, seed)
        await self._servers.databases.drop(address)

    async def _answers(self, seed: int) -> None:
        address = await self._servers.databases.create("diagnostics")
        await open_region(address)
        pupils = await begin(address, 2, PUPILS)
        async with (
            self._servers.program("diagnostics", _API, address, processes=PROCESSES) as api,
            envoy(self._servers, api.port) as gate,
        ):
            given = await self._open_loop("answers", gate, pupils, seed)
        await check_kept(pupils, given)
        await self._servers.databases.drop(address)

    async def _open_loop(self, key: str, gate: int, pupils: Pupils, seed: int) -> Answers:
        """Answers that are all acknowledged, the first of them to warm up."""
        count = RATE * self._effort.open_loop_seconds
        given = answers(self._servers.tokens, pupils, WARM + count, _GATEWAY_PATH, seed)
        expect(await under_load(gate, given.requests[:WARM], CLIENTS), {OK: WARM})
        await quiet()
        with Noise() as noise:
            load = await at_rate(gate, given.requests[WARM:], RATE, seed)
        expect(load, {OK: count})
        self._told(key, load)
        self._keep(key, percentile(load.latencies, 0.99) * 1_000, noise)
        return given

    async def _bare_bookings(self) -> None:
        address = await bare_database(self._servers)
        async with self._servers.program("bare-app", _BARE_APP, address, processes=PROCESSES) as app:
            warm, requests = (bare_wishes("/book/{}", season.SPREAD, count) for count in (WARM, self._effort.bookings))
            await under_load(app.port, warm, CLIENTS)
            await self._load("app-spread", app, requests, CREATED)

    async def _submissions(self) -> None:
        address = await self._servers.databases.create("diagnostics")
        await open_region(address)
        allowed = LIBRARY.paper_for(3, GRADE).allowed
        answered = [options[place * 7 % len(options)] for place, options in enumerate(allowed)]
        pupils = await begin(address, 3, WARM + self._effort.bookings, answered=answered)
        requests = submissions(self._servers.tokens, pupils)
        async with self._servers.program("diagnostics", _API, address, processes=PROCESSES) as api:
            expect(await under_load(api.port, requests[:WARM], CLIENTS), {OK: WARM})
            await self._load("submissions", api, requests[WARM:], OK)
        await check_submitted(pupils)
        await self._servers.databases.drop(address)

    async def _load(self, key: str, app: Program, requests: Sequence[bytes], status: int) -> None:
        await quiet()
        components = (app, self._servers.postgres.component)
        before = costs(*components)
        with Noise() as noise:
            load = await under_load(app.port, requests, CLIENTS)
        self._spent[key] = costs(*components).since(before, len(requests))
        expect(load, {status: len(requests)})
        self._told(key, load)
        self._keep(key, load.per_second, noise)

    def _told(self, key: str, load: Load) -> None:
        p50, p99 = (percentile(load.latencies, share) * 1_000 for share in (0.5, 0.99))
        self._tails[key] = f"{p50:.1f} / {p99:.1f} ms"

    def _keep(self, key: str, value: float, noise: Noise) -> None:
        self._run[key] = Measured(value, noise.foreign)
        line = next(line for line in LINES if line.key == key)
        PROGRESS.step(f"  {line.what}: {value:,.2f} {line.unit}")
