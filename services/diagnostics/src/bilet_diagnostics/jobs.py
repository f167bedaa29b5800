"""What the worker does by itself: it renews recommendations that rest on an older offer or on a wrong key."""

from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.use_cases.renewing import renew_recommendations
from bilet_kit.process.service import Job
from bilet_kit.storage.database import Database


def jobs(library: Library) -> tuple[Job, ...]:
    """List the worker's jobs."""

    async def renew(database: Database) -> bool:
        async with database.transaction() as tx:
            return await renew_recommendations(tx, library)

    return (Job(name="renew-recommendations", every=10.0, run=renew),)
