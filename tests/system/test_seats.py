"""Seats under concurrency over HTTP, and the twin that counts first."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest

from tests.support.checker import no_seat_too_many
from tests.support.echo_processes import Echo
from tests.support.kafka import Kafka

pytestmark = pytest.mark.system
CAPACITY, ASKERS = 20, 200


@pytest.fixture
def each_kafka(tansu: Kafka) -> Kafka:
    """No broker takes part in a claim: one is enough."""
    return tansu


async def rush(echo: Echo, slot: UUID, *, sabotage: str = "") -> list[int]:
    """Everybody wants a seat at the same moment; the statuses of the answers."""
    async with echo.connection() as connection:
        await connection.execute("INSERT INTO slots (slot_id, capacity) VALUES ($1, $2)", slot, CAPACITY)
    api = await echo.api(sabotage=sabotage)
    limits = httpx.Limits(max_connections=64)
    async with httpx.AsyncClient(base_url=f"http://{api.address}/echo", limits=limits, timeout=60) as client:
        asked = [client.post(f"/slots/{slot}/seats", json={"caller_id": str(uuid4())}) for _ in range(ASKERS)]
        return [answer.status_code for answer in await asyncio.gather(*asked)]


async def test_exactly_as_many_get_a_seat_as_there_are_seats(echo: Echo) -> None:
    statuses = await rush(echo, uuid4())
    assert sorted(set(statuses)) == [201, 409]
    assert statuses.count(201) == CAPACITY
    assert await no_seat_too_many(echo.database_url) == []


async def test_counting_before_taking_seats_too_many_and_the_checker_sees_it(echo: Echo) -> None:
    slot = uuid4()
    statuses = await rush(echo, slot, sabotage="count-then-insert")
    assert statuses.count(201) > CAPACITY
    assert any(finding.startswith(str(slot)) for finding in await no_seat_too_many(echo.database_url))
