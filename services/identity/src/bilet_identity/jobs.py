"""What the worker does by itself: birthdays change rights, and what has run out is forgotten."""

from bilet_identity.storage.sealing import Vault
from bilet_identity.use_cases.upkeep import forget_expired, review_students
from bilet_kit.clock import real_now
from bilet_kit.process.service import Job
from bilet_kit.storage.database import Database

REVIEW_SECONDS = 5.0
UPKEEP_SECONDS = 300.0


def jobs(vault: Vault) -> tuple[Job, ...]:
    """List the worker's jobs; reviewing needs birth dates, hence the vault."""

    async def review(database: Database) -> bool:
        async with database.transaction() as tx:
            return await review_students(tx, vault)

    return (
        Job(name="review-students", every=REVIEW_SECONDS, run=review),
        Job(name="forget-expired", every=UPKEEP_SECONDS, run=forget),
    )


async def forget(database: Database) -> bool:
    """Delete a page of what has run out, in one transaction; whether there may be more."""
    async with database.transaction() as tx:
        return await forget_expired(tx, now=real_now())
