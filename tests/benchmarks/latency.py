"""From the answer to the last submission of stage three until booking accepts that pupil, beside the raw Kafka round trip."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID, uuid4

import orjson

from bilet_local.components.component import Component
from tests.benchmarks import season
from tests.benchmarks.costs import costs
from tests.benchmarks.diagnosis import Client, Cohort, submission
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Line, Measured, Run, Section, Target
from tests.benchmarks.floors.chain import chain_latencies
from tests.benchmarks.floors.round_trip import round_trips
from tests.benchmarks.load import request
from tests.benchmarks.noise import Noise, quiet
from tests.benchmarks.progress import PROGRESS
from tests.benchmarks.samples import arrivals, percentile
from tests.benchmarks.servers import Servers, behind_a_closed_door, servers
from tests.benchmarks.watch import Watch, watching

RATE = 20.0
PROVED_EVERY = 20
_WITHIN = 30.0
LINES = (
    Line(key="raw-p50", what="raw Kafka round trip, p50", unit="ms"),
    Line(key="raw-p99", what="raw Kafka round trip, p99", unit="ms"),
    Line(key="chain-p50", what="bare chain, p50", unit="ms", beside=("raw-p50",)),
    Line(key="chain-p99", what="bare chain, p99", unit="ms", beside=("raw-p99",)),
    Line(
        key="ours-p50",
        what="**answer to the last submission → booking accepts the pupil, p50**",
        unit="ms",
        targets=(Target(sense="≤", bound=4, floor="raw-p50"), Target(sense="≤", bound=2, floor="chain-p50")),
    ),
    Line(
        key="ours-p99",
        what="**answer to the last submission → booking accepts the pupil, p99**",
        unit="ms",
        targets=(Target(sense="≤", bound=6, floor="raw-p99"),),
        beside=("chain-p99",),
    ),
    Line(key="closed-raw-p50", what="raw Kafka round trip over SASL_SSL, p50", unit="ms", beside=("raw-p50",)),
    Line(
        key="closed-p50",
        what="the same over SASL_SSL with access rules, p50",
        unit="ms",
        targets=(Target(sense="≤", bound=1.15, floor="ours-p50"),),
    ),
    Line(key="closed-p99", what="the same over SASL_SSL with access rules, p99", unit="ms", beside=("ours-p99",)),
    Line(key="answer-p50", what="the submission's own answer, p50", unit="ms"),
)


async def measure(effort: Effort) -> Section:
    """All runs of this benchmark."""
    async with servers(with_kafka=True) as started, behind_a_closed_door(started) as closed:
        addresses = [await started.databases.create(name) for name in ("diagnostics", "booking")]
        latency = Latency(started, closed, *addresses, samples=effort.samples)
        for number in range(effort.runs):
            PROGRESS.step(f"latency, run {number + 1} of {effort.runs}: {effort.samples} pupils, {RATE:.0f} per second")
            await latency.run(seed=number)
    return Section(
        name="latency", title="From the last test to booking", lines=LINES, runs=latency.runs, notes=latency.notes()
    )


class Latency:
    """The runs of this benchmark on one set of servers, whose bus is open and closed in turn, and two databases."""

    def __init__(
        self, started: Servers, closed: Servers | None, diagnostics: str, booking: str, *, samples: int
    ) -> None:
        self._servers = started
        self._closed = closed
        self._diagnostics = diagnostics
        self._booking = booking
        self._samples = samples
        self._cohort: Cohort | None = None
        self._components: tuple[Component, ...] = ()
        self._proved = 0
        self._spent = ""
        self.runs: list[Run] = []

    def notes(self) -> list[str]:
        """Say what a reader has to know about the figures."""
        how = (
            f"Broker: {self._servers.broker_name}. {self._samples} samples a run, Poisson arrivals at {RATE:.0f} per second. "
            "Diagnostics' api and worker and booking's worker and api are processes of their own, as in production."
        )
        end = (
            "The end is the commit of booking's row that unlocks the pupil, as a trigger's notification arrives at the measuring "
            f"process. Proof: {self._proved} of the pupils booked over HTTP at that very moment; all got 201. "
            "The bare chain is counted from the beginning of its writer's transaction, ours from the answer."
        )
        bus = "The two brokers run beside each other; each service comes to the closed one under its own name."
        return [how, end, bus, f"CPU in microseconds per pupil, last run: {self._spent}."]

    async def run(self, seed: int) -> None:
        """Everything once."""
        run: dict[str, Measured] = {}
        _keep(run, "raw", *await self._raw(self._servers, seed))
        await quiet()
        with Noise() as noise:
            chain = await chain_latencies(self._servers, rate=RATE, count=self._samples, seed=seed)
        _keep(run, "chain", chain, noise)
        ours, answers, noise = await self._ours(self._servers, seed)
        _keep(run, "ours", ours, noise)
        _keep(run, "answer", answers, noise)
        if self._closed:
            _keep(run, "closed-raw", *await self._raw(self._closed, seed))
            closed, _, noise = await self._ours(self._closed, seed)
            _keep(run, "closed", closed, noise)
        self.runs.append(run)

    async def _raw(self, servers: Servers, seed: int) -> tuple[list[float], Noise]:
        await quiet()
        with Noise() as noise:
            waited = servers.fetch_wait_ms
            trips = await round_trips(servers.kafka, rate=RATE, count=self._samples, fetch_wait_ms=waited, seed=seed)
        return trips, noise

    async def _ours(self, servers: Servers, seed: int) -> tuple[list[float], list[float], Noise]:
        async with self._services(servers) as cohort:
            ready = await cohort.ready_to_submit(self._samples)
            async with watching(self._booking, "unlocks", column="student_id") as unlocked:
                pupils = [Pupil(cohort, student, attempt, unlocked) for student, attempt in ready.items()]
                await quiet()
                before = costs(*self._components)
                with Noise() as noise:
                    await self._submit_all(pupils, seed)
                self._spent = costs(*self._components).since(before, self._samples)
            self._proved += sum(pupil.proved for pupil in pupils)
        return [pupil.unlocked_after for pupil in pupils], [pupil.answered_after for pupil in pupils], noise

    async def _submit_all(self, pupils: Sequence["Pupil"], seed: int) -> None:
        async with asyncio.TaskGroup() as group:
            async for number in arrivals(RATE, len(pupils), seed):
                group.create_task(pupils[number].hand_in(prove=number % PROVED_EVERY == 0))
                PROGRESS.count("last submissions", number + 1, len(pupils))

    @asynccontextmanager
    async def _services(self, servers: Servers) -> AsyncIterator[Cohort]:
        """Run the four processes; the first time they come up, the season is opened."""
        async with AsyncExitStack() as stack:
            programs = [
                await stack.enter_async_context(
                    servers.program(f"{name}-{kind}", f"bilet_{name}.{kind}_app:create", address)
                )
                for name, address in (("diagnostics", self._diagnostics), ("booking", self._booking))
                for kind in ("worker", "api")
            ]
            self._components = (*programs, servers.postgres.component, servers.broker)
            diagnostics_api, booking_api = (Client(programs[place].port) for place in (1, 3))
            stack.callback(diagnostics_api.close)
            stack.callback(booking_api.close)
            if self._cohort is None:
                for address in (self._diagnostics, self._booking):
                    await season.set_clock(address)
                self._cohort = Cohort(servers, self._diagnostics, self._booking, diagnostics_api, booking_api)
                await self._cohort.open_season()
            self._cohort.started = servers
            self._cohort.diagnostics_api, self._cohort.booking_api = diagnostics_api, booking_api
            yield self._cohort


class Pupil:
    """One pupil at the end of the third stage."""

    def __init__(self, cohort: Cohort, student: UUID, attempt: UUID, unlocked: Watch) -> None:
        self._cohort = cohort
        self._student = student
        self._attempt = attempt
        self._unlocked = unlocked
        self._headers = cohort.started.tokens.headers("student", student)
        self.answered_after = 0.0
        self.unlocked_after = 0.0
        self.proved = False

    async def hand_in(self, *, prove: bool) -> None:
        """Submit, and see when booking knows; with `prove`, book at that moment."""
        asked = time.monotonic()
        await self._cohort.diagnostics_api.ask(submission(self._attempt, **self._headers), 200)
        answered = time.monotonic()
        self.answered_after = answered - asked
        self.unlocked_after = await self._unlocked.told(str(self._student), _WITHIN) - answered
        if prove:
            await self._book()

    async def _book(self) -> None:
        body = orjson.dumps({"slot_id": self._cohort.slot})
        sent = request("POST", "/bookings", body, **self._headers, Idempotency_Key=str(uuid4()))
        await self._cohort.booking_api.ask(sent, 201)
        self.proved = True


def _keep(run: dict[str, Measured], key: str, seconds: Sequence[float], noise: Noise) -> None:
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        run[f"{key}-{name}"] = Measured(percentile(seconds, share) * 1_000, noise.foreign)
    shown = " / ".join(f"{run[f'{key}-{name}'].value:.1f}" for name in ("p50", "p99"))
    PROGRESS.step(f"  {key}: p50 / p99 {shown} ms")
