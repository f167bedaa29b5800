"""The composition root: everything booking is made of."""

from bilet_booking.api.claiming import body_of
from bilet_booking.api.keeping import KeptPages
from bilet_booking.api.parts import Parts
from bilet_booking.api.problems import PROBLEMS
from bilet_booking.api.routes import router
from bilet_booking.consumers import CONSUMERS
from bilet_booking.domain.errors import DomainError
from bilet_booking.jobs import jobs
from bilet_booking.publications import PUBLICATIONS
from bilet_booking.settings import Settings
from bilet_booking.use_cases.claiming import ClaimDesk
from bilet_booking.use_cases.republishing import REPUBLISH
from bilet_kit.process.service import Service
from bilet_kit.storage.database import Database
from bilet_kit.storage.migrations import migrations_beside
from bilet_kit.web.auth import KeySet, RemoteKeySet


def build(settings: Settings | None = None, verifier: KeySet | None = None) -> Service:
    """Build the service; settings come from the environment unless given."""
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
        domain_error=DomainError,
        problems=PROBLEMS,
        migrations=migrations_beside(__file__),
        router=router,
        jobs=jobs(),
        republish=REPUBLISH,
        parts=Parts(ClaimDesk(database, PUBLICATIONS.translate, body_of), KeptPages()),
    )
