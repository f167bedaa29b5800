"""How long nobody carries or consumes after a worker was killed, frozen or asked to end, while another one stands by."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
from aiokafka.admin import AIOKafkaAdminClient

from bilet_kit.ids import new_id
from bilet_kit.settings import ServiceSettings
from bilet_kit.storage.database import Database
from bilet_local.components.program import Program
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Line, Measured, Run, Section, Target
from tests.benchmarks.ledger.speech import PUBLICATIONS, SeatHeld
from tests.benchmarks.noise import Noise, quiet
from tests.benchmarks.progress import PROGRESS
from tests.benchmarks.servers import Servers, servers
from tests.benchmarks.watch import Watch, watching
from tests.support.waiting import wait_until

_SENDER = "tests.benchmarks.ledger.service:sender"
_RECEIVER = "tests.benchmarks.ledger.service:receiver"
_GROUP = "bilet-ledger-receiver"
_KEYS = 60
"""Pupils; with so many every partition of a dozen has some."""

_EVERY_SECONDS = 0.25
_WITHIN = 60.0
LINES = (
    Line(key="calm", what="an event from commit to commit, both at work, worst", unit="s"),
    Line(key="relay-killed", what="**relay killed**", unit="s", targets=(Target(sense="≤", bound=1.5),)),
    Line(key="relay-left", what="**relay asked to end**", unit="s", targets=(Target(sense="≤", bound=1.2),)),
    Line(key="relay-frozen", what="**relay frozen**", unit="s", targets=(Target(sense="≤", bound=6),)),
    Line(key="consumer-killed", what="**consumer killed**", unit="s", targets=(Target(sense="≤", bound=6.5),)),
    Line(key="consumer-left", what="**consumer asked to end**", unit="s", targets=(Target(sense="≤", bound=1.2),)),
)

Trouble = Callable[[Program], Coroutine[Any, Any, None]]


async def measure(effort: Effort) -> Section:
    """All runs of this benchmark."""
    async with servers(with_kafka=True) as started:
        runs = []
        for number in range(effort.runs):
            PROGRESS.step(f"takeovers, run {number + 1} of {effort.runs}: {effort.takeovers} of each kind")
            runs.append(await _run(started, effort.takeovers))
    how = (
        f"Broker: {started.broker_name}. Two workers with a relay and two with consumers. Every {_EVERY_SECONDS * 1_000:.0f} ms a "
        f"transaction says one event for each of {_KEYS} pupils, once more at the moment of the signal; a takeover lasted as long as the longest of the events said from "
        f"the signal on, until all is well, was on its way to the receivers' database. Worst of {effort.takeovers}. Kafka itself gives a silent "
        "consumer 6 s (`group.min.session.timeout.ms`); the relay's lease has a term of 5 s."
    )
    return Section(name="takeovers", title="Takeovers", lines=LINES, runs=runs, notes=[how])


async def _run(started: Servers, count: int) -> Run:
    sender, receiver = [await started.databases.create("ledger") for _ in range(2)]
    async with (
        watching(receiver, "held_seats", column="booking_id") as arrived,
        started.program("sender-1", _SENDER, sender) as one,
        started.program("sender-2", _SENDER, sender) as two,
        started.program("receiver-1", _RECEIVER, receiver) as three,
        started.program("receiver-2", _RECEIVER, receiver) as four,
        _speaking(sender) as said,
    ):
        bench = Takeovers(started, said, arrived, (one, two), (three, four))
        await quiet()
        with Noise() as noise:
            worst = {
                "calm": await bench.worst(count, bench.nobody),
                "relay-killed": await bench.worst(count, bench.relay, _kill),
                "relay-left": await bench.worst(count, bench.relay, _ask_to_end),
                "relay-frozen": await bench.worst(count, bench.relay, _freeze),
                "consumer-killed": await bench.worst(count, bench.consumer, _kill),
                "consumer-left": await bench.worst(count, bench.consumer, _ask_to_end),
            }
    for line in LINES:
        PROGRESS.step(f"  {line.what}: {worst[line.key]:.2f} s")
    return {key: Measured(value, noise.foreign) for key, value in worst.items()}


@dataclass(frozen=True, slots=True)
class Takeovers:
    """The workers, what is said, and what has arrived."""

    started: Servers
    said: "Speech"
    arrived: Watch
    senders: Sequence[Program]
    receivers: Sequence[Program]

    async def worst(self, count: int, one: Callable[..., Awaitable[float]], *how: Trouble) -> float:
        """Measure so many of a kind; the longest, in seconds."""
        lasted = []
        for number in range(count):
            await self._settled()
            lasted.append(await one(*how))
            PROGRESS.count("takeovers", number + 1, count)
        return max(lasted)

    async def nobody(self) -> float:
        """Let nothing happen."""
        began = time.monotonic()
        await self._heard_after(began)
        return await self._longest(began)

    async def relay(self, trouble: Trouble) -> float:
        """Give trouble to the worker whose relay is at work."""
        (leader,) = [worker for worker in self.senders if await _leads(worker)]
        return await self._outlived(leader, trouble)

    async def consumer(self, trouble: Trouble) -> float:
        """Give trouble to one of the consumers."""
        return await self._outlived(self.receivers[0], trouble)

    async def _outlived(self, worker: Program, trouble: Trouble) -> float:
        began = time.monotonic()
        saying = asyncio.create_task(self.said.say())
        await trouble(worker)
        await saying
        await self._heard_after(time.monotonic())
        lasted = await self._longest(began)
        await _well_again(worker)
        return lasted

    async def _heard_after(self, moment: float) -> None:
        """Wait until something said after this moment has arrived for every pupil."""

        async def heard() -> bool:
            return all(
                any(at > moment and name in self.arrived.times for at, name in events)
                for events in self.said.of_pupils.values()
            )

        await wait_until(heard, _WITHIN, what="events for every pupil")

    async def _longest(self, since: float) -> float:
        """Wait for everything that was said from this moment until now; the longest that an event was under way."""
        said = [(at, name) for events in self.said.of_pupils.values() for at, name in events if at >= since]
        return max([await self.arrived.told(name, _WITHIN) - at for at, name in said])

    async def _settled(self) -> None:
        """Wait until one relay leads, both consumers have their share, and what is said arrives."""
        self.said.forget()
        self.arrived.times.clear()

        async def one_leads() -> bool:
            return sum([await _leads(worker) for worker in self.senders]) == 1

        await wait_until(one_leads, _WITHIN, what="one relay that leads")
        await wait_until(self._shared, _WITHIN, what="two consumers with partitions")
        await self._heard_after(time.monotonic())

    async def _shared(self) -> bool:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.started.kafka.bootstrap)
        await admin.start()
        try:
            (answer,) = await admin.describe_consumer_groups([_GROUP])
            _, _, state, _, _, members, *_ = answer.groups[0]
            return bool(state == "Stable" and len(members) == len(self.receivers))
        finally:
            await admin.close()


class Speech:
    """Says events by the kit's own transactions.

    Attributes:
        of_pupils: what was said of each, with the moment.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.of_pupils: dict[UUID, list[tuple[float, str]]] = {uuid4(): [] for _ in range(_KEYS)}

    async def say(self) -> None:
        """Say one event for every pupil, in one transaction."""
        held = [SeatHeld(new_id(), pupil, new_id()) for pupil in self.of_pupils]
        began = time.monotonic()
        async with self._database.transaction() as tx:
            tx.record(*held)
        for one in held:
            self.of_pupils[one.student_id].append((began, str(one.booking_id)))

    async def go_on(self) -> None:
        """Say them again and again."""
        while True:
            await self.say()
            await asyncio.sleep(_EVERY_SECONDS)

    def forget(self) -> None:
        """Begin anew, so that looking stays cheap."""
        for events in self.of_pupils.values():
            events.clear()


@asynccontextmanager
async def _speaking(address: str) -> AsyncIterator[Speech]:
    database = Database(ServiceSettings.model_validate({"environment": "test", "database_url": address}), PUBLICATIONS)
    await database.start()
    speech = Speech(database)
    task = asyncio.create_task(speech.go_on())
    try:
        yield speech
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await database.stop()


async def _leads(worker: Program) -> bool:
    async with httpx.AsyncClient(trust_env=False) as client:
        metrics = (await client.get(f"http://{worker.address}/metrics/")).text
    return "\nbilet_relay_active 1.0" in metrics


async def _kill(worker: Program) -> None:
    worker.kill()


async def _freeze(worker: Program) -> None:
    worker.pause()


async def _ask_to_end(worker: Program) -> None:
    await worker.stop()


async def _well_again(worker: Program) -> None:
    worker.resume()
    if worker.pid is None:
        await worker.start()
    await worker.ready()
