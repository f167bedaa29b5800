"""A timed lease, by which one process at a time makes progress; it gives liveness, not exclusion."""

from collections.abc import Callable
from time import monotonic
from uuid import UUID

import asyncpg

from bilet_kit.ids import new_id

LEASE_SECONDS = 5.0

_TAKE = """
INSERT INTO relay_lease AS held (name, holder, expires_at)
VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
WHERE held.holder = excluded.holder OR held.expires_at < clock_timestamp()
RETURNING true
"""
_RELEASE = "DELETE FROM relay_lease WHERE name = $1 AND holder = $2"


class Lease:
    """This process's claim to a name in the database; times are real time in seconds."""

    def __init__(self, name: str, seconds: float = LEASE_SECONDS, clock: Callable[[], float] = monotonic) -> None:
        self._name = name
        self._seconds = seconds
        self._clock = clock
        self._holder: UUID = new_id()
        self._renew_at = 0.0

    async def held(self, connection: asyncpg.Connection) -> bool:
        """Take the lease, or renew it when that is due; whether this process holds it."""
        if self._clock() < self._renew_at:
            return True
        asked = self._clock()
        taken = await connection.fetchval(_TAKE, self._name, self._holder, self._seconds)
        self._renew_at = asked + self._seconds / 3 if taken else 0.0
        return bool(taken)

    async def release(self, connection: asyncpg.Connection) -> None:
        """Give the lease up, so that the next holder begins at once."""
        self._renew_at = 0.0
        await connection.execute(_RELEASE, self._name, self._holder)
