"""Making a process stop at a known place: a table locked by the test, and the sight of somebody waiting for it."""

import contextlib
from collections.abc import AsyncIterator

import asyncpg

from tests.support.waiting import wait_until

# pg_locks and not pg_stat_activity, which shows a transaction the same picture all along.
WAITING = """
SELECT pid FROM pg_locks
WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1
"""


@contextlib.asynccontextmanager
async def locked(address: str, table: str) -> AsyncIterator[asyncpg.Connection]:
    """Nobody else gets at the table inside; the connection is the one that holds it."""
    connection = await asyncpg.connect(address)
    try:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield connection
        await transaction.rollback()
    finally:
        await connection.close()


async def somebody_waits(connection: asyncpg.Connection, within: float = 10.0) -> int:
    """Wait until a session of this database waits for another; its process id."""
    return int(
        await wait_until(
            lambda: connection.fetchval(WAITING), within, every=0.05, what="a session that waits for a lock"
        )
    )
