"""What the kit's own tables keep and for how long, and the gauges of what is in them."""

import structlog

from bilet_kit import metrics
from bilet_kit.database import Database
from bilet_kit.idempotency import KEEP_HOURS
from bilet_kit.parking import KEEP_DAYS
from bilet_kit.service import Job

INBOX_DAYS = 60
_PAGE = 10_000

_log = structlog.get_logger()

_FORGET = (
    """DELETE FROM inbox WHERE fact_id IN (
        SELECT fact_id FROM inbox WHERE received_at < clock_timestamp() - make_interval(days => $1) LIMIT $2)""",
    """DELETE FROM idempotency_keys WHERE ctid IN (
        SELECT ctid FROM idempotency_keys WHERE created_at < clock_timestamp() - make_interval(hours => $1) LIMIT $2)""",
    """DELETE FROM parked_messages WHERE id IN (
        SELECT id FROM parked_messages WHERE parked_at < clock_timestamp() - make_interval(days => $1) LIMIT $2)""",
    """DELETE FROM inbox_attempts WHERE ctid IN (
        SELECT ctid FROM inbox_attempts WHERE last_at < clock_timestamp() - make_interval(days => $1) LIMIT $2)""",
)
_TERMS = (INBOX_DAYS, KEEP_HOURS, KEEP_DAYS, 7)


async def forget_old(database: Database) -> bool:
    """Remove what has outlived its term, a page per table; whether there is more."""
    done = [await database.pool.execute(*forgetting, _PAGE) for forgetting in zip(_FORGET, _TERMS, strict=True)]
    _log.info("old-rows-removed", rows=done)
    return f"DELETE {_PAGE}" in done


async def measure(database: Database) -> None:
    """Set the gauges of the outbox and of what is parked."""
    metrics.OUTBOX_ROWS.set(await database.pool.fetchval("SELECT count(*) FROM outbox"))
    metrics.PARKED_ROWS.set(await database.pool.fetchval("SELECT count(*) FROM parked_messages"))


HOUSEKEEPING = (Job(name="forget-old", every=600.0, run=forget_old), Job(name="measure", every=5.0, run=measure))
