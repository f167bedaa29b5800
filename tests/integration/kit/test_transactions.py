"""A transaction leaves everything or nothing, and its connection as it found it."""

import asyncio
from contextlib import suppress
from uuid import uuid4

import asyncpg
import pytest

from bilet_kit.storage.database import Database, NotCommittedError
from bilet_kit.storage.transience import is_transient
from tests.support.echo_service.domain import Called
from tests.support.waiting import wait_until

NOBODY = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
)


class GaveUpError(Exception):
    """The use case failed."""


async def give_up(database: Database) -> None:
    async with database.transaction() as tx:
        tx.record(Called(uuid4(), 1))
        raise GaveUpError


async def pass_over_a_failure(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO key_sequence VALUES ('t', 'k', 1)")
        with suppress(asyncpg.PostgresError):
            await tx.fetch("SELECT 1 / 0")


async def nothing_is_open(look: asyncpg.Connection) -> None:
    async def closed() -> bool:
        return bool(await look.fetchval(NOBODY) == 0)

    await wait_until(closed, what="no transaction is left open")


async def test_a_failed_use_case_leaves_no_transaction_open(database: Database, look: asyncpg.Connection) -> None:
    for _ in range(20):  # more often than there are connections
        with pytest.raises(GaveUpError):
            await give_up(database)

    await nothing_is_open(look)
    async with database.transaction() as tx:
        assert await tx.fetch("SELECT FROM outbox") == []


async def test_a_cancelled_request_leaves_no_transaction_open(database: Database, look: asyncpg.Connection) -> None:
    async def stuck() -> None:
        async with database.transaction() as tx:
            await tx.execute("INSERT INTO key_sequence VALUES ('t', 'k', 1)")
            started.set()
            await tx.execute("SELECT pg_sleep(60)")

    for _ in range(20):
        started = asyncio.Event()
        task = asyncio.create_task(stuck())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    await nothing_is_open(look)
    assert await look.fetchval("SELECT count(*) FROM key_sequence") == 0


async def test_a_failure_that_somebody_passed_over_is_no_commit(database: Database, look: asyncpg.Connection) -> None:
    with pytest.raises(NotCommittedError):
        await pass_over_a_failure(database)

    assert await look.fetchval("SELECT count(*) FROM key_sequence") == 0


async def test_connections_killed_between_requests_are_replaced(database: Database, look: asyncpg.Connection) -> None:
    async with database.transaction() as tx:
        assert await tx.fetch("SELECT 1 AS one")

    await look.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    async def answers() -> bool:
        try:
            async with database.transaction() as tx:
                return bool(await tx.fetch("SELECT 1 AS one"))
        except Exception as error:
            if not is_transient(error):
                raise
            return False

    await wait_until(answers, what="the pool has new connections")
