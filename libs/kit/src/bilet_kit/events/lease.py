"""A lease, by which one process at a time makes progress; it gives liveness, not exclusion.

Its holder has a session lock in PostgreSQL, which a killed process loses with its connection, at once. A process that
stands still keeps connection and lock: so the lease has a term as well, and whoever finds it past ends the holder's
connection. Session locks need a connection of their own to PostgreSQL, past any pooler that shares connections.
"""

from collections.abc import Callable
from time import monotonic
from uuid import UUID

import asyncpg

from bilet_kit.ids import new_id

LEASE_SECONDS = 5.0

_LOCK = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended($1, 0))"
_RENEW = """
INSERT INTO relay_lease AS held (name, holder, expires_at)
VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
"""
_END_OVERDUE_HOLDER = """
SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND d.datname = current_database()
    AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0)
    AND EXISTS (SELECT FROM relay_lease r WHERE r.name = $1 AND r.expires_at < clock_timestamp())
"""
_RELEASE = "DELETE FROM relay_lease WHERE name = $1 AND holder = $2"


class Lease:
    """This process's claim to a name, on one connection after another; times are real time in seconds."""

    def __init__(self, name: str, seconds: float = LEASE_SECONDS, clock: Callable[[], float] = monotonic) -> None:
        self._name = name
        self._seconds = seconds
        self._clock = clock
        self._holder: UUID = new_id()
        self._renew_at = 0.0
        self._locked_on: asyncpg.Connection | None = None

    async def held(self, connection: asyncpg.Connection) -> bool:
        """Take the lease, or renew it when that is due; whether this process holds it."""
        if self._locked_on is connection and self._clock() < self._renew_at:
            return True
        if self._locked_on is not connection and not await self._lock(connection):
            return False
        asked = self._clock()
        await connection.execute(_RENEW, self._name, self._holder, self._seconds)
        self._renew_at = asked + self._seconds / 3
        return True

    async def release(self, connection: asyncpg.Connection) -> None:
        """Give the lease up, so that the next holder begins at once."""
        if self._locked_on is not connection:
            return
        self._locked_on = None
        await connection.execute(_RELEASE, self._name, self._holder)
        await connection.execute(_UNLOCK, self._name)

    async def _lock(self, connection: asyncpg.Connection) -> bool:
        """Take the lock; from a holder whose term is over, by ending its connection."""
        taken: bool = await connection.fetchval(_LOCK, self._name)
        if not taken and await connection.fetch(_END_OVERDUE_HOLDER, self._name):
            taken = await connection.fetchval(_LOCK, self._name)
        if taken:
            self._locked_on = connection
        return taken
