"""How long the kit's own tables keep their rows, and the gauges of what is in them."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from bilet_kit.consuming.parking import KEEP_DAYS
from bilet_kit.observability import metrics
from bilet_kit.process.service import Job
from bilet_kit.storage.database import Database
from bilet_kit.web.idempotency import KEEP_HOURS

INBOX_DAYS = 60
_PAGE = 10_000

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Term:
    """How long a table keeps its rows, counted in real time from one of its columns."""

    table: str
    since: str
    kept: timedelta

    @property
    def deletion(self) -> str:
        """The statement that deletes a page of old rows; `$1` is the term, `$2` the size of the page.

        `now()` stays the same throughout a statement, so the index on the column serves; `clock_timestamp()` does not.
        """
        return (
            f"DELETE FROM {self.table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {self.table} "  # noqa: S608 - names from below
            f"WHERE {self.since} < now() - $1::interval LIMIT $2))"
        )


_TERMS = (
    Term("inbox", "received_at", timedelta(days=INBOX_DAYS)),
    Term("idempotency_keys", "created_at", timedelta(hours=KEEP_HOURS)),
    Term("parked_messages", "parked_at", timedelta(days=KEEP_DAYS)),
    Term("inbox_attempts", "last_at", timedelta(days=7)),
)


async def forget_old(database: Database) -> bool:
    """Delete rows that have outlived their term, a page per table; whether there are more."""
    done = [await database.pool.execute(term.deletion, term.kept, _PAGE) for term in _TERMS]
    _log.info("old-rows-removed", rows=done)
    return f"DELETE {_PAGE}" in done


async def measure(database: Database) -> None:
    """Set the gauges of the outbox and of what is parked."""
    metrics.OUTBOX_ROWS.set(await database.pool.fetchval("SELECT count(*) FROM outbox"))
    metrics.PARKED_ROWS.set(await database.pool.fetchval("SELECT count(*) FROM parked_messages"))


HOUSEKEEPING = (Job(name="forget-old", every=600.0, run=forget_old), Job(name="measure", every=5.0, run=measure))
