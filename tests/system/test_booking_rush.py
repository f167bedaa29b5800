"""The real booking service as processes: everybody wants the same seat, and one pupil wants everything."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from bilet_local.components.program import Program
from bilet_local.components.tansu import Tansu
from bilet_local.ports import port_or_free
from bilet_local.topics import create_topics, read_topics
from bilet_local.topology import script
from tests.integration.booking.conftest import Pupil, Region, empty_region, region, service
from tests.integration.booking.promises import no_booking_beyond_the_seats, no_pupil_beyond_the_quota
from tests.support.brokers import local_broker
from tests.support.checker import everything_committed_was_carried, numbers_without_gaps, one_event_per_number
from tests.support.kafka import Kafka
from tests.support.waiting import wait_until

__all__ = ["empty_region", "region", "service"]
pytestmark = pytest.mark.system
ASKERS = 500
TOPICS = ("booking.events", "booking.catalogue")


@dataclass
class Processes:
    """Two API processes and a worker of booking over the database of `region`."""

    region: Region
    kafka: Kafka
    directory: Path
    apis: list[Program]

    async def start(self, kind: str) -> Program:
        port = port_or_free(0)
        environment = {
            "BILET_ENVIRONMENT": "test",
            "BILET_DATABASE_URL": self.region.address,
            "BILET_KAFKA_BOOTSTRAP": self.kafka.bootstrap,
            "BILET_KAFKA_IDEMPOTENCE": "false",
            "BILET_KAFKA_FETCH_MAX_WAIT_MS": "20",
            "BILET_JWKS_URL": self.region.tokens.jwks_url,
            "BILET_TOKEN_ISSUER": self.region.tokens.issuer,
            "BILET_HTTP_PORT": str(port),
            "BILET_WORKER_HTTP_PORT": str(port),
        }
        program = Program(
            f"booking-{kind}-{port}",
            directory=self.directory,
            command=(script("bilet-booking"), kind),
            environment=environment,
            port=port,
            health="/health/ready",
        )
        await program.start()
        await program.ready()
        return program

    async def book(self, wishes: list[tuple[Pupil, str]]) -> Counter[int]:
        """All at once, over real HTTP, to both processes in turn; how often each status was answered."""
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(limits=limits, timeout=120, trust_env=False) as client:
            asked = [
                client.post(
                    f"http://{self.apis[turn % len(self.apis)].address}/bookings",
                    json={"slot_id": str(self.region.slots[slot])},
                    headers=self.region.headers("student", pupil.id) | {"Idempotency-Key": str(uuid4())},
                )
                for turn, (pupil, slot) in enumerate(wishes)
            ]
            return Counter(answer.status_code for answer in await asyncio.gather(*asked))

    async def broken_promises(self) -> list[str]:
        """Ask the checkers about booking's topics and rows, once its worker has carried everything."""
        worker = await self.start("worker")
        try:
            await wait_until(self._nothing_waits, 30, every=0.1, what="an empty outbox")
            records = await self.kafka.records(*TOPICS)
        finally:
            await worker.stop()
        events = [record for record in records if record.topic == "booking.events"]
        return [
            *numbers_without_gaps(events),
            *one_event_per_number(records),
            *await everything_committed_was_carried(self.region.address, records, TOPICS),
            *await no_booking_beyond_the_seats(self.region.address),
            *await no_pupil_beyond_the_quota(self.region.address),
        ]

    async def _nothing_waits(self) -> bool:
        return bool(await self.region.value("SELECT count(*) = 0 FROM outbox"))


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[Kafka]:
    with local_broker(Tansu(directory=tmp_path / "tansu")) as broker:
        asyncio.run(create_topics(broker.component.settings, read_topics()))
        yield broker.kafka


@pytest.fixture
async def processes(own_kafka: Kafka, region: Region, tmp_path: Path) -> AsyncIterator[Processes]:
    processes = Processes(region, own_kafka, tmp_path, [])
    processes.apis += await asyncio.gather(processes.start("api"), processes.start("api"))
    yield processes
    for api in processes.apis:
        await api.stop()


async def test_five_hundred_for_one_slot_get_exactly_its_seats(processes: Processes) -> None:
    pupils = await processes.region.pupils(ASKERS)
    answers = await processes.book([(pupil, "ON-2") for pupil in pupils])

    capacity = 30
    assert answers == {201: capacity, 409: ASKERS - capacity}
    assert await processes.region.claimed("ON-2") == capacity
    assert await processes.region.value("SELECT count(*) FROM bookings") == capacity
    assert await processes.broken_promises() == []


async def test_a_hundred_bookings_of_one_pupil_at_once_give_two_and_one_in_person(processes: Processes) -> None:
    pupil = await processes.region.pupil()
    slots = ["ON-2", "ON-3", "IP-1", "IP-2"]
    answers = await processes.book([(pupil, slots[turn % 4]) for turn in range(100)])

    assert answers == {201: 2, 409: 98}
    booked, in_person = await processes.region.quota(pupil)
    assert booked == 2
    assert in_person <= 1
    assert await held_seats(processes.region.address, pupil.id) == 2
    assert await processes.broken_promises() == []


async def held_seats(address: str, student: UUID) -> int:
    """Seats that slots have given away, counted from the slots' side."""
    connection = await asyncpg.connect(address)
    try:
        bookings = await connection.fetchval("SELECT count(*) FROM bookings WHERE student_id = $1", student)
        claimed = await connection.fetchval("SELECT sum(claimed) FROM slots")
    finally:
        await connection.close()
    assert bookings == claimed
    return int(claimed)
