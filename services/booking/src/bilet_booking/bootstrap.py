"""The composition root: everything booking is made of."""

from pathlib import Path

from bilet_booking.api.claiming import body_of
from bilet_booking.api.keeping import KeptPages
from bilet_booking.api.parts import Parts
from bilet_booking.api.routes import router
from bilet_booking.consumers import CONSUMERS
from bilet_booking.domain import errors
from bilet_booking.publications import PUBLICATIONS
from bilet_booking.settings import Settings
from bilet_booking.use_cases.claiming import ClaimDesk
from bilet_booking.use_cases.expiry import BATCH, expire_overdue
from bilet_booking.use_cases.republishing import REPUBLISH
from bilet_kit.process.service import Job, Service
from bilet_kit.storage.database import Database
from bilet_kit.web.auth import KeySet, RemoteKeySet

PROBLEMS: dict[type[Exception], int] = {
    errors.NotFound: 404,
    errors.NotEligible: 409,
    errors.Conflict: 409,
    errors.RegionForbidden: 403,
    errors.TextOutOfBounds: 422,
    errors.FileUnreadable: 422,
}


def migrations_folder() -> Path:
    """Where the migrations lie: inside the installed package, or beside the sources in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "migrations"
    return installed if installed.is_dir() else package.parents[1] / "migrations"


def build(settings: Settings | None = None, verifier: KeySet | None = None) -> Service:
    """The service; settings come from the environment unless given."""
    settings = settings or Settings()
    database = Database(settings, PUBLICATIONS)
    return Service(
        name="booking",
        title="Билет: запись на профпробы",
        settings=settings,
        database=database,
        verifier=verifier or RemoteKeySet(settings),
        publications=PUBLICATIONS,
        consumers=CONSUMERS,
        domain_error=errors.DomainError,
        problems=PROBLEMS,
        migrations=migrations_folder(),
        router=router,
        jobs=(Job(name="expire-bookings", every=1.0, run=expire_bookings),),
        republish=REPUBLISH,
        parts=Parts(ClaimDesk(database, PUBLICATIONS.translate, body_of), KeptPages()),
    )


async def expire_bookings(database: Database) -> bool:
    """Expire one batch of overdue requests; whether there may be more."""
    async with database.transaction() as tx:
        return await expire_overdue(tx) == BATCH
