"""Servers die as well: PostgreSQL by kill -9 between and during commits, Apache Kafka with everything it had."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.support.brokers import LocalBroker
from tests.support.databases import Databases
from tests.support.echo_processes import Echo
from tests.support.kafka import Kafka
from tests.support.locks import locked, somebody_waits
from tests.support.migrations import migrate
from tests.support.plugin import DatabaseUrl
from tests.support.postgres import LocalPostgres
from tests.support.tokens import TokenMaker
from tests.support.waiting import wait_until

pytestmark = pytest.mark.system


@pytest.fixture
async def on_mortal_postgres(
    mortal_postgres: LocalPostgres, tansu: Kafka, tmp_path: Path, tokens: TokenMaker
) -> AsyncIterator[Echo]:
    address = await Databases(mortal_postgres, migrate).create("echo")
    echo = await Echo.create(tansu, address, tmp_path, tokens)
    yield echo
    await echo.stop()


async def keep_calling(client: httpx.AsyncClient, caller: UUID, count: int) -> set[int]:
    """Call until `count` calls were answered with success; a call that failed may or may not have been committed."""
    confirmed: set[int] = set()
    number = 0
    while len(confirmed) < count:
        number += 1
        answer = await client.post("/calls", json={"caller_id": str(caller), "number": number})
        if answer.status_code == 201:
            confirmed.add(number)
        else:
            assert answer.status_code == 503
            await asyncio.sleep(0.05)
    return confirmed


async def test_postgres_may_be_killed_between_and_during_commits(
    on_mortal_postgres: Echo, mortal_postgres: LocalPostgres
) -> None:
    echo = on_mortal_postgres
    await echo.worker()
    api = await echo.api()
    callers = [uuid4() for _ in range(4)]
    async with echo.client(api) as client:
        calling = [asyncio.create_task(keep_calling(client, caller, 60)) for caller in callers]
        for effects in (10, 40):
            await echo.wait_for_effects(effects)
            await mortal_postgres.kill()
            await mortal_postgres.start()
        confirmed = dict(zip(callers, await asyncio.gather(*calling), strict=True))
    await echo.wait_for_effects(sum(len(numbers) for numbers in confirmed.values()))
    await echo.settled()

    assert await echo.broken_promises() == []
    async with echo.connection() as connection:
        for caller, numbers in confirmed.items():
            rows = await connection.fetch("SELECT number FROM effects WHERE caller_id = $1", caller)
            assert numbers <= {row["number"] for row in rows}


async def test_postgres_killed_in_the_middle_of_a_batch_rolls_it_back_and_the_worker_does_it_again(
    on_mortal_postgres: Echo, mortal_postgres: LocalPostgres
) -> None:
    echo = on_mortal_postgres
    await echo.worker()
    await echo.say([uuid4()], range(1, 3))
    await echo.wait_for_effects(2)
    with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        async with locked(echo.database_url, "effects") as obstacle:
            await echo.say([uuid4()], range(1, 5))
            await somebody_waits(obstacle, 30)
            await mortal_postgres.kill()
    assert mortal_postgres.component.pid is None
    await mortal_postgres.start()
    await echo.wait_for_effects(6)
    await echo.settled()
    assert await echo.broken_promises() == []


@pytest.mark.apache_kafka
async def test_apache_kafka_may_be_killed_and_started_again(
    mortal_apache_kafka: LocalBroker, database_url: DatabaseUrl, tmp_path: Path, tokens: TokenMaker
) -> None:
    echo = await Echo.create(mortal_apache_kafka.kafka, await database_url("echo"), tmp_path, tokens)
    try:
        await echo.worker()
        api = await echo.api()
        caller = uuid4()
        async with echo.client(api) as client:
            await keep_calling(client, caller, 20)
            await echo.wait_for_effects(20)
            mortal_apache_kafka.component.kill()
            await wait_until(lambda: mortal_apache_kafka.component.pid is None)
            for number in range(21, 41):
                answer = await client.post("/calls", json={"caller_id": str(caller), "number": number})
                assert answer.status_code == 201
            await mortal_apache_kafka.start()
        await echo.wait_for_effects(40, 60)
        await echo.settled(60)
        assert await echo.broken_promises() == []
    finally:
        await echo.stop()
