"""What the kit's own tables keep and for how long, and the gauges of what is in them."""

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

_TERMS = (
    ("inbox", "received_at", timedelta(days=INBOX_DAYS)),
    ("idempotency_keys", "created_at", timedelta(hours=KEEP_HOURS)),
    ("parked_messages", "parked_at", timedelta(days=KEEP_DAYS)),
    ("inbox_attempts", "last_at", timedelta(days=7)),
)
_FORGET = "DELETE FROM {0} WHERE ctid IN (SELECT ctid FROM {0} WHERE {1} < clock_timestamp() - $1::interval LIMIT $2)"


async def forget_old(database: Database) -> bool:
    """Remove what has outlived its term, a page per table; whether there is more."""
    done = [await database.pool.execute(_FORGET.format(*of), term, _PAGE) for *of, term in _TERMS]
    _log.info("old-rows-removed", rows=done)
    return f"DELETE {_PAGE}" in done


async def measure(database: Database) -> None:
    """Set the gauges of the outbox and of what is parked."""
    metrics.OUTBOX_ROWS.set(await database.pool.fetchval("SELECT count(*) FROM outbox"))
    metrics.PARKED_ROWS.set(await database.pool.fetchval("SELECT count(*) FROM parked_messages"))


HOUSEKEEPING = (Job(name="forget-old", every=600.0, run=forget_old), Job(name="measure", every=5.0, run=measure))
