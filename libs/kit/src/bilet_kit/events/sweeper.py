"""Empties the outbox where something else carries it to Kafka, as Debezium does: it reads the log and deletes nothing.

A row may go when every logical replication slot of the database is past the place in the log where it was committed.
"""

from collections.abc import Sequence

from bilet_kit.storage.database import Database

_PAGE = 10_000
_SEEN = "SELECT id FROM outbox ORDER BY id LIMIT $1"
_WRITTEN = "SELECT pg_current_wal_insert_lsn()::text"
_READERS = """
SELECT slot_name::text AS name, coalesce(confirmed_flush_lsn >= $1::text::pg_lsn, false) AS passed
FROM pg_replication_slots WHERE slot_type = 'logical' AND database = current_database() ORDER BY slot_name
"""
_REMOVE = "DELETE FROM outbox WHERE id = ANY ($1::bigint[])"


class NobodyReadsError(RuntimeError):
    """The relay is off, and the database has no logical replication slot: events wait for somebody to carry them."""


class Sweeper:
    """Notes which rows are there, and removes them once whoever reads the log has passed that moment."""

    def __init__(self) -> None:
        self._noted: Sequence[int] = ()
        self._written = ""
        self._readers: Sequence[str] = ()

    async def sweep(self, database: Database) -> bool:
        """Do one round; whether there is more to do at once. Replicas may do the same beside each other.

        Raises:
            NobodyReadsError: nothing is removed then.
        """
        slots = await database.pool.fetch(_READERS, self._written or "0/0")
        readers = [slot["name"] for slot in slots]
        if not readers:
            raise NobodyReadsError
        if readers == self._readers:  # a new one confirms the place of its beginning, and has carried nothing before it
            if self._noted and not all(slot["passed"] for slot in slots):
                return False
            await database.pool.execute(_REMOVE, self._noted)
        self._readers = readers
        self._noted = [row["id"] for row in await database.pool.fetch(_SEEN, _PAGE)]
        self._written = await database.pool.fetchval(_WRITTEN)
        return len(self._noted) == _PAGE
