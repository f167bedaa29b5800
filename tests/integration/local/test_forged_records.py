"""Where nobody guards the bus, its readers do: what another than identity says of a pupil makes nobody a guardian."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from uuid import UUID, uuid4

import asyncpg
import pytest

from bilet_contracts.base import TOPICS
from bilet_contracts.identity import StudentChangedV1
from bilet_kit.process.worker import create_worker
from tests.support.kafka import Kafka
from tests.support.plugin import DatabaseUrl
from tests.support.records import HandMade
from tests.support.tokens import TokenMaker
from tests.support.waiting import wait_until

pytestmark = pytest.mark.apache_kafka
LISTENERS = ["booking", "diagnostics", "notifications"]


def said_of(pupil: UUID, guardian: UUID, sequence: int) -> HandMade:
    state = StudentChangedV1(
        region_code="1",
        student_id=pupil,
        status="active",
        grade=8,
        school_code="1001",
        decides_alone=False,
        guardian_ids=(guardian,),
        purposes=("processing",),
    )
    return HandMade.of(state, sequence)


@asynccontextmanager
async def worker(service: str, kafka: Kafka, address: str, tokens: TokenMaker) -> AsyncIterator[None]:
    settings = import_module(f"bilet_{service}.settings").Settings.model_validate(
        {
            "environment": "test",
            "database_url": address,
            "kafka_bootstrap": kafka.bootstrap,
            "jwks_url": tokens.jwks_url,
            "token_issuer": tokens.issuer,
        }
    )
    app = create_worker(import_module(f"bilet_{service}.bootstrap").build(settings))
    async with app.router.lifespan_context(app):
        yield


@pytest.mark.parametrize("service", LISTENERS)
@pytest.mark.parametrize("forgery", [("ce_source", b"/bilet/booking"), ("ce_type", b"booking.student-changed.v1")])
async def test_a_forged_student_changed_is_parked_and_makes_nobody_a_guardian(
    service: str,
    forgery: tuple[str, bytes],
    apache_kafka: Kafka,
    database_url: DatabaseUrl,
    tokens: TokenMaker,
) -> None:
    address = await database_url(service)
    pupil, mother, stranger = uuid4(), uuid4(), uuid4()
    forged = said_of(pupil, stranger, 2).with_header(*forgery)
    await apache_kafka.create_topics(*TOPICS)
    connection = await asyncpg.connect(address)
    try:
        async with worker(service, apache_kafka, address, tokens):
            await apache_kafka.produce(
                record.for_kafka() for record in (said_of(pupil, mother, 1), forged, said_of(uuid4(), mother, 1))
            )
            await wait_until(lambda: parked(connection, pupil), 30, what="the forged record is parked")
            await wait_until(lambda: knows(connection, pupil), 30, what="the pupil is known")
        guardians = await connection.fetchval("SELECT guardian_ids FROM students WHERE student_id = $1", pupil)
        place = await connection.fetchval("SELECT error_place FROM parked_messages WHERE key = $1", f"foreign:{pupil}")
    finally:
        await connection.close()

    assert guardians == [mother]
    assert place == forgery[0]


async def parked(connection: asyncpg.Connection, pupil: UUID) -> bool:
    return bool(await connection.fetchval("SELECT count(*) FROM parked_messages WHERE key = $1", f"foreign:{pupil}"))


async def knows(connection: asyncpg.Connection, pupil: UUID) -> bool:
    return bool(await connection.fetchval("SELECT count(*) FROM students WHERE student_id = $1", pupil))
