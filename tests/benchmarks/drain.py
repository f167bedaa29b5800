"""A full outbox through relay, Kafka, inbox and a projection; the relay alone; the consumer alone; one worker each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
from opentelemetry import trace

from bilet_kit.events.lease import Lease
from bilet_kit.ids import new_id
from bilet_kit.observability.tracing import configure_tracing
from bilet_kit.settings import ServiceSettings
from bilet_kit.storage.database import Database
from bilet_local.components.program import Program
from tests.benchmarks.costs import Costs, costs
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Line, Measured, Run, Section, Target
from tests.benchmarks.floors.chain import chain_drain
from tests.benchmarks.ledger.speech import PUBLICATIONS, SeatHeld
from tests.benchmarks.noise import Noise, quiet
from tests.benchmarks.progress import PROGRESS
from tests.benchmarks.servers import Servers, servers
from tests.benchmarks.watch import Watch, watching

_SENDER = "tests.benchmarks.ledger.service:sender"
_RECEIVER = "tests.benchmarks.ledger.service:receiver"
_WITHIN = 120.0
_PER_TRANSACTION = 500
LINES = (
    Line(key="chain", what="bare chain, 500 per transaction", unit="events/s"),
    Line(
        key="drain",
        what="outbox → relay → Kafka → inbox → projection",
        unit="events/s",
        targets=(Target(sense="≥", bound=0.25, floor="chain"),),
    ),
    Line(key="relay", what="relay alone", unit="events/s", targets=(Target(sense="≥", bound=10_000),)),
    Line(key="consumer", what="consumer alone", unit="events/s", targets=(Target(sense="≥", bound=5_000),)),
)


async def measure(effort: Effort) -> Section:
    """All runs of this benchmark."""
    configure_tracing("ledger", 0.0)
    async with servers(with_kafka=True) as started:
        drain = Drain(started, effort.events)
        for number in range(effort.runs):
            PROGRESS.step(f"drain, run {number + 1} of {effort.runs}: {effort.events} events on {started.broker_name}")
            await drain.run()
    return Section(name="drain", title="Draining a full outbox", lines=LINES, runs=drain.runs, notes=drain.notes())


@dataclass(frozen=True, slots=True)
class FullOutbox:
    """A worker whose relay waits for a lease that is held on this connection."""

    relay: Program
    lease: Lease
    connection: asyncpg.Connection


class Drain:
    """The runs of this benchmark on one set of servers."""

    def __init__(self, started: Servers, events: int) -> None:
        self._servers = started
        self._events = events
        self.runs: list[Run] = []
        self._spent: dict[str, str] = {}
        self._transactions = 0

    def notes(self) -> list[str]:
        """Say what a reader has to know about the figures."""
        spent = (f"{name}: {words}" for name, words in self._spent.items())
        broker = (
            f"Broker: {self._servers.broker_name}. {self._events} events shaped as `booking.booking-requested.v1` in each run, "
            "two per pupil; one worker process per side, as in production; the bare chain has 3 partitions, ours 12."
        )
        end = (
            "The end is the commit that a statement trigger tells of; for the consumer alone the first batch is left out, "
            f"because it waits for the group to form. It took {self._transactions} transactions."
        )
        cpu = (
            f"CPU in microseconds per event, last run: {'; '.join(spent)}. What the processes spend together, on the cores there are, "
            "bounds the whole chain; a worker's own share bounds it where it has a core to itself."
        )
        return [broker, end, cpu]

    async def run(self) -> None:
        """Everything once."""
        run: dict[str, Measured] = {"chain": await self._chain()}
        sender = await self._servers.databases.create("ledger")
        receiver = await self._servers.databases.create("ledger")
        async with watching(receiver, "held_seats") as arrived:
            async with self._servers.program("receiver", _RECEIVER, receiver) as worker:
                run["drain"] = await self._drained(sender, arrived, worker)
            run["relay"] = await self._relayed(sender)
            run["consumer"] = await self._consumed(receiver, arrived)
        self.runs.append(run)

    async def _chain(self) -> Measured:
        await quiet()
        with Noise() as noise:
            rate = await chain_drain(self._servers, self._events)
        return shown("chain", Measured(rate, noise.foreign))

    async def _drained(self, sender: str, arrived: Watch, receiver: Program) -> Measured:
        async with self._full_outbox(sender) as full, watching(sender, "relay_lease") as leases:
            relay = full.relay
            await quiet()
            before = self._costs(relay, receiver)
            with Noise() as noise:
                began = await released(full, leases)
                await arrived.counted(self._events, _WITHIN)
            self._remember("whole chain", before, relay, receiver)
            return shown("drain", Measured(self._events / (arrived.counts[-1][0] - began), noise.foreign))

    async def _relayed(self, sender: str) -> Measured:
        async with (
            self._full_outbox(sender) as full,
            watching(sender, "relay_lease") as leases,
            watching(sender, "outbox", event="DELETE") as gone,
        ):
            relay = full.relay
            await quiet()
            before = self._costs(relay)
            with Noise() as noise:
                began = await released(full, leases)
                await gone.counted(self._events, _WITHIN)
            self._remember("relay alone", before, relay)
            return shown("relay", Measured(self._events / (gone.counts[-1][0] - began), noise.foreign))

    async def _consumed(self, receiver: str, arrived: Watch) -> Measured:
        arrived.counts.clear()
        await quiet()
        with Noise() as noise:
            async with self._servers.program("receiver", _RECEIVER, receiver) as worker:
                await arrived.counted(1, _WITHIN)
                before = self._costs(worker)
                await arrived.counted(self._events, _WITHIN)
                self._remember("consumer alone", before, worker)
        (first, left_out), (last, _) = arrived.counts[0], arrived.counts[-1]
        self._transactions = len(arrived.counts)
        return shown("consumer", Measured((self._events - left_out) / (last - first), noise.foreign))

    def _costs(self, *workers: Program) -> Costs:
        return costs(*workers, self._servers.postgres.component, self._servers.broker)

    def _remember(self, name: str, before: Costs, *workers: Program) -> None:
        self._spent[name] = self._costs(*workers).since(before, self._events)

    @asynccontextmanager
    async def _full_outbox(self, address: str) -> AsyncIterator[FullOutbox]:
        """Start a worker that cannot have the relay's lease yet, with events that wait for it."""
        connection = await asyncpg.connect(address)
        lease = Lease("relay", seconds=_WITHIN)
        try:
            await lease.held(connection)
            async with self._servers.program("sender", _SENDER, address) as worker:
                await say(address, self._events)
                yield FullOutbox(worker, lease, connection)
        finally:
            await connection.close()


def shown(key: str, measured: Measured) -> Measured:
    """Print what was measured, and hand it on."""
    line = next(line for line in LINES if line.key == key)
    PROGRESS.step(f"  {line.what}: {measured.value:,.0f} {line.unit}")
    return measured


async def released(full: FullOutbox, leases: Watch) -> float:
    """Let the relay begin, and say when it took the lease: it asks for it twice a second."""
    await full.lease.release(full.connection)
    leases.counts.clear()
    await leases.counted(1, _WITHIN)
    return next(at for at, rows in leases.counts if rows)


async def say(address: str, events: int) -> None:
    """Fill the outbox by the kit's own transactions, each event with a trace that is not sampled, as from a request."""
    settings = ServiceSettings.model_validate({"environment": "test", "database_url": address})
    database = Database(settings, PUBLICATIONS)
    await database.start()
    try:
        for _ in range(events // _PER_TRANSACTION):
            with trace.get_tracer("ledger").start_as_current_span("say"):
                await _say_some(database)
    finally:
        await database.stop()


async def _say_some(database: Database) -> None:
    students = [uuid4() for _ in range(_PER_TRANSACTION // 2)]
    async with database.transaction() as tx:
        tx.record(*(SeatHeld(new_id(), student, new_id()) for student in (*students, *students)))
