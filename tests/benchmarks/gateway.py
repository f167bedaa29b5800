"""Replicas in trouble behind the gateway, as those who ask see it, and what compression saves and costs."""

from dataclasses import dataclass

from tests.benchmarks import replicas
from tests.benchmarks.booking import CLIENTS, WARM, expect
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Line, Measured, Run, Section, Target
from tests.benchmarks.load import Answer, Connection, request, under_load
from tests.benchmarks.noise import Noise, quiet
from tests.benchmarks.progress import PROGRESS
from tests.benchmarks.replicas import Outcome, Trouble
from tests.benchmarks.samples import percentile
from tests.benchmarks.servers import Servers, servers

OK = 200
_PAGE = f"{replicas.PREFIX}/catalogue/slots?region=63&limit=100"
_CODINGS = ("zstd", "br", "gzip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A kind of trouble, how many requests meet it, and at which rate per second."""

    key: str
    what: str
    trouble: Trouble
    rate: float
    count: int


CASES = (
    Case(key="calm", what="two replicas, no trouble", trouble=replicas.none, rate=200, count=2_000),
    Case(key="dead", what="one of two killed", trouble=replicas.death, rate=200, count=2_000),
    Case(key="frozen", what="one of two frozen", trouble=replicas.standstill, rate=200, count=2_000),
    Case(key="restarted", what="both restarted in turn", trouble=replicas.restarts, rate=100, count=5_000),
)


def _lines_of(case: Case) -> tuple[Line, Line]:
    asked = f"{case.what}, {case.rate:g}/s"
    slowest = (Target(sense="≤", bound=3),) if case.key == "frozen" else ()
    failed = () if case.key == "calm" else (Target(sense="≤", bound=0),)
    return (
        Line(key=case.key, what=f"**{asked}: failed of {case.count:,}**", unit="requests", targets=failed),
        Line(key=f"{case.key}-slowest", what=f"{asked}: the slowest", unit="s", targets=slowest),
    )


LINES = (
    *(line for case in CASES for line in _lines_of(case)),
    Line(key="plain-bytes", what="a catalogue page of 100, not compressed", unit="bytes"),
    *(
        Line(key=f"{coding}-bytes", what=f"the same in {coding}", unit="bytes", beside=("plain-bytes",))
        for coding in _CODINGS
    ),
    Line(key="plain-p99", what=f"the page, {CLIENTS} clients, not compressed, p99", unit="ms"),
    *(
        Line(
            key=f"{coding}-p99",
            what=f"the same in {coding}, p99",
            unit="ms",
            targets=(Target(sense="≤", bound=1.1, floor="plain-p99"),),
        )
        for coding in _CODINGS
    ),
)


async def measure(effort: Effort) -> Section:
    """All runs of this benchmark."""
    async with servers(with_kafka=False) as started:
        gateway = Behind(started, effort)
        for number in range(effort.runs):
            PROGRESS.step(f"gateway, run {number + 1} of {effort.runs}")
            await gateway.run()
    return Section(name="gateway", title="The gateway", lines=LINES, runs=gateway.runs, notes=gateway.notes())


class Behind:
    """The runs of this benchmark on one set of servers."""

    def __init__(self, started: Servers, effort: Effort) -> None:
        self._servers = started
        self._effort = effort
        self._run: dict[str, Measured] = {}
        self.runs: list[Run] = []

    def notes(self) -> list[str]:
        """Say what a reader has to know about the figures."""
        trouble = (
            "Two replicas of booking, one process each; an open loop (Poisson) of pages of the catalogue, pupils' own "
            "bookings, and bookings with an Idempotency-Key, a third each. The trouble comes after a third of the time and "
            "stays to the end. Every seat that was answered is in the database afterwards, and none besides."
        )
        return [
            trouble,
            "Compression: the same page, which the service keeps as bytes, for clients of different abilities.",
        ]

    async def run(self) -> None:
        """Everything once."""
        self._run = {}
        for case in CASES:
            await self._outlive(case)
        await self._compressed()
        self.runs.append(self._run)

    async def _outlive(self, case: Case) -> None:
        count = max(300, int(case.count * self._effort.troubled))
        async with replicas.two_replicas(self._servers, count) as pair:
            await quiet()
            with Noise() as noise:
                outcome: Outcome = await replicas.outlive(
                    self._servers, pair, case.trouble, rate=case.rate, count=count
                )
        self._keep(case.key, outcome.failed, noise)
        self._keep(f"{case.key}-slowest", outcome.slowest, noise)
        PROGRESS.step(f"    statuses: {dict(outcome.statuses)}")

    async def _compressed(self) -> None:
        async with replicas.two_replicas(self._servers, 100) as pair:
            for coding in ("plain", *_CODINGS):
                accepted = {} if coding == "plain" else {"Accept_Encoding": coding}
                page = request("GET", _PAGE, **accepted)
                expect(await under_load(pair.gate, [page] * WARM, CLIENTS), {OK: WARM})
                await quiet()
                with Noise() as noise:
                    load = await under_load(pair.gate, [page] * self._effort.ordinary, CLIENTS)
                expect(load, {OK: self._effort.ordinary})
                self._keep(f"{coding}-bytes", len((await _one(pair.gate, page)).body), noise)
                self._keep(f"{coding}-p99", percentile(load.latencies, 0.99) * 1_000, noise)

    def _keep(self, key: str, value: float, noise: Noise) -> None:
        self._run[key] = Measured(value, noise.foreign)
        line = next(line for line in LINES if line.key == key)
        PROGRESS.step(f"  {line.what}: {value:,.2f} {line.unit}")


async def _one(port: int, asked: bytes) -> Answer:
    connection = await Connection.open("127.0.0.1", port)
    try:
        return await connection.ask(asked)
    finally:
        connection.close()
