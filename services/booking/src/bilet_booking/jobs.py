"""What booking's worker does by itself."""

from bilet_booking.use_cases.expiry import BATCH, expire_overdue
from bilet_kit.process.service import Job
from bilet_kit.storage.database import Database


def jobs() -> tuple[Job, ...]:
    """List the worker's jobs."""
    return (Job(name="expire-bookings", every=1.0, run=expire_bookings),)


async def expire_bookings(database: Database) -> bool:
    """Expire one batch of overdue requests; returns whether there may be more."""
    async with database.transaction() as tx:
        return await expire_overdue(tx) == BATCH
