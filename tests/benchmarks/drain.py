"""A full outbox through relay, Kafka, inbox and a projection; the relay alone; the consumer alone; one worker each."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg

from bilet_kit.database import OUTBOX_CHANNEL, Database
from bilet_kit.ids import new_id
from bilet_kit.settings import ServiceSettings
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
_BLOCK_LEASE = """
INSERT INTO relay_lease (name, holder, expires_at) VALUES ('relay', $1, clock_timestamp() + interval '1 hour')
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
"""
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
    runs = []
    async with servers(with_kafka=True) as started:
        for number in range(effort.runs):
            PROGRESS.step(f"drain, run {number + 1} of {effort.runs}: {effort.events} events on {started.broker}")
            runs.append(await _run(started, effort.events))
        notes = [
            f"Broker: {started.broker}. {effort.events} events shaped as `booking.booking-requested.v1` in each run, two per pupil; "
            "one worker process per side, as in production.",
            "The end is the commit that a statement trigger tells of; for the consumer alone the first batch is left out, "
            "because it waits for the group to form.",
        ]
    return Section(name="drain", title="Draining a full outbox", lines=LINES, runs=runs, notes=notes)


async def _run(started: Servers, events: int) -> Run:
    run: dict[str, Measured] = {}
    await quiet()
    with Noise() as noise:
        rate = await chain_drain(started, events)
    run["chain"] = Measured(rate, noise.foreign)
    sender = await started.databases.create("ledger")
    receiver = await started.databases.create("ledger")
    async with watching(receiver, "held_seats") as arrived:
        async with started.program("receiver", _RECEIVER, receiver):
            run["drain"] = await _drained(started, sender, arrived, events)
        run["relay"] = await _relayed(started, sender, events)
        run["consumer"] = await _consumed(started, receiver, arrived, events)
    for line in LINES:
        PROGRESS.step(f"  {line.what}: {run[line.key].value:,.0f} events/s")
    return run


async def _drained(started: Servers, sender: str, arrived: Watch, events: int) -> Measured:
    async with _full_outbox(started, sender, events) as release:
        await quiet()
        with Noise() as noise:
            began = await release()
            await arrived.counted(events, _WITHIN)
        return Measured(events / (arrived.counts[-1][0] - began), noise.foreign)


async def _relayed(started: Servers, sender: str, events: int) -> Measured:
    async with _full_outbox(started, sender, events) as release, watching(sender, "outbox", event="DELETE") as gone:
        await quiet()
        with Noise() as noise:
            began = await release()
            await gone.counted(events, _WITHIN)
        return Measured(events / (gone.counts[-1][0] - began), noise.foreign)


async def _consumed(started: Servers, receiver: str, arrived: Watch, events: int) -> Measured:
    arrived.counts.clear()
    await quiet()
    with Noise() as noise:
        async with started.program("receiver", _RECEIVER, receiver):
            await arrived.counted(events, _WITHIN)
    (first, left_out), (last, _) = arrived.counts[0], arrived.counts[-1]
    return Measured((events - left_out) / (last - first), noise.foreign)


class Release:
    """Lets the relay begin, and says when."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def __call__(self) -> float:
        connection = await asyncpg.connect(self._address)
        try:
            began = time.monotonic()
            await connection.execute(f"DELETE FROM relay_lease; NOTIFY {OUTBOX_CHANNEL}")
        finally:
            await connection.close()
        return began


@asynccontextmanager
async def _full_outbox(started: Servers, address: str, events: int) -> AsyncIterator[Release]:
    """A worker that cannot have the relay's lease yet, and events that wait for it."""
    connection = await asyncpg.connect(address)
    await connection.execute(_BLOCK_LEASE, uuid4())
    await connection.close()
    async with started.program("sender", _SENDER, address):
        await _say(address, events)
        yield Release(address)


async def _say(address: str, events: int) -> None:
    """Fill the outbox by the kit's own transactions."""
    settings = ServiceSettings.model_validate({"environment": "test", "database_url": address})
    database = Database(settings, PUBLICATIONS)
    await database.start()
    try:
        for start in range(0, events, _PER_TRANSACTION):
            students = [uuid4() for _ in range(_PER_TRANSACTION // 2)]
            async with database.transaction() as tx:
                tx.record(*(SeatHeld(new_id(), students[n // 2], new_id()) for n in range(min(_PER_TRANSACTION, events - start))))
    finally:
        await database.stop()
