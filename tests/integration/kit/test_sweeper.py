"""Where Debezium carries the outbox, a row goes once every reader of the log has passed it, and not before."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from bilet_kit.events.sweeper import NobodyReadsError, Sweeper
from bilet_kit.storage.database import Database
from bilet_local.components.postgres import PostgreSQL
from tests.support.databases import Databases
from tests.support.echo_service.domain import Called
from tests.support.echo_service.publications import PUBLICATIONS
from tests.support.echo_service.settings import settings_for
from tests.support.migrations import migrate
from tests.support.postgres import SETTINGS, LocalPostgres

SLOT = "SELECT pg_create_logical_replication_slot($1, 'pgoutput')"
READ_ON = "SELECT pg_replication_slot_advance($1, pg_current_wal_insert_lsn())"


@pytest.fixture(scope="module")
def logical_postgres() -> Iterator[LocalPostgres]:
    """Start a server whose log says enough to be read by others."""
    directory = Path(tempfile.mkdtemp(prefix="bilet-pg-"))
    server = LocalPostgres(PostgreSQL(directory=directory, settings=SETTINGS | {"wal_level": "logical"}))
    try:
        asyncio.run(server.start())
        yield server
    finally:
        asyncio.run(server.component.stop())
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
async def address(logical_postgres: LocalPostgres) -> str:
    return await Databases(logical_postgres, migrate).create("echo")


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    database = Database(settings_for(address), PUBLICATIONS)
    await database.start()
    yield database
    await database.stop()


async def say(database: Database, *numbers: int) -> None:
    async with database.transaction() as tx:
        tx.record(*(Called(CALLER, number) for number in numbers))


async def waiting(look: asyncpg.Connection) -> list[int]:
    return [row["sequence"] for row in await look.fetch("SELECT sequence FROM outbox ORDER BY id")]


async def read_on(look: asyncpg.Connection, slot: str) -> None:
    """Let a reader pass everything that is there; something has to be written behind it, as Debezium's heartbeat does."""
    await look.execute("SELECT pg_logical_emit_message(true, 'heartbeat', '')")
    await look.fetchval(READ_ON, slot)


CALLER: UUID = uuid4()


async def test_a_row_stays_until_every_reader_has_passed_it(database: Database, look: asyncpg.Connection) -> None:
    sweeper = Sweeper()
    for slot in ("one", "other"):
        await look.fetchval(SLOT, slot)
    await say(database, 1, 2)

    for _ in range(3):
        await sweeper.sweep(database)
    assert await waiting(look) == [1, 2]
    await say(database, 3)
    await read_on(look, "one")
    await sweeper.sweep(database)
    assert await waiting(look) == [1, 2, 3]

    await read_on(look, "other")
    await sweeper.sweep(database)
    assert await waiting(look) == [3]


async def test_a_row_with_a_smaller_id_that_commits_later_is_not_taken_with_the_others(
    database: Database, look: asyncpg.Connection
) -> None:
    sweeper = Sweeper()
    await look.fetchval(SLOT, "late")
    async with database.transaction() as slow:
        await slow.execute(
            """INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, topic, key, sequence, payload, headers,
            occurred_at) VALUES (gen_random_uuid(), 'x', 'x', 'x', 'x', 'x', 77, '{}', '{}', now())"""
        )
        await say(database, 1)
        await sweeper.sweep(database)
        await read_on(look, "late")
        await sweeper.sweep(database)
        assert await waiting(look) == []

    await sweeper.sweep(database)
    assert await waiting(look) == [77]


async def test_with_nobody_who_reads_nothing_is_removed(database: Database, look: asyncpg.Connection) -> None:
    await say(database, 1)
    with pytest.raises(NobodyReadsError):
        await Sweeper().sweep(database)
    assert await waiting(look) == [1]


async def test_what_debezium_takes_from_columns_is_what_the_relay_takes_from_headers(
    database: Database, look: asyncpg.Connection
) -> None:
    await say(database, 1)
    row = await look.fetchrow(
        "SELECT headers::jsonb->>'ce_region' AS told, ce_region, ce_factid, traceparent FROM outbox"
    )
    assert row is not None
    assert row["ce_region"] == row["told"] == "63"
    assert row["ce_factid"] is None
