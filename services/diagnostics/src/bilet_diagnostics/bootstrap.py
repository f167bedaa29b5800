"""The composition root: everything diagnostics is made of."""

from bilet_diagnostics.api.parts import Parts
from bilet_diagnostics.api.problems import PROBLEMS
from bilet_diagnostics.api.routes import router
from bilet_diagnostics.consumers import CONSUMERS
from bilet_diagnostics.domain.errors import DomainError
from bilet_diagnostics.jobs import jobs
from bilet_diagnostics.publications import PUBLICATIONS
from bilet_diagnostics.settings import Settings
from bilet_diagnostics.storage.answers import HotAnswers
from bilet_diagnostics.storage.instrument_files import folder_of, load_library
from bilet_diagnostics.storage.submissions import HotSubmissions
from bilet_diagnostics.use_cases.submitting import Desk
from bilet_kit.process.service import Service
from bilet_kit.storage.database import Database
from bilet_kit.storage.migrations import migrations_beside
from bilet_kit.web.auth import KeySet, RemoteKeySet


def build(settings: Settings | None = None, verifier: KeySet | None = None) -> Service:
    """Build the service; settings come from the environment unless given.

    Raises:
        InstrumentFileError: an instrument file cannot be used; it names every fault.
    """
    settings = settings or Settings()
    database = Database(settings, PUBLICATIONS)
    library = load_library(folder_of(settings))
    answers = HotAnswers(database, library)

    desk = Desk(library, answers, HotSubmissions(database, PUBLICATIONS.translate))
    return Service(
        name="diagnostics",
        title="Билет: диагностика",
        settings=settings,
        database=database,
        verifier=verifier or RemoteKeySet(settings),
        publications=PUBLICATIONS,
        consumers=CONSUMERS,
        domain_error=DomainError,
        migrations=migrations_beside(__file__),
        router=router,
        problems=PROBLEMS,
        jobs=jobs(library),
        parts=Parts(database, library, answers, desk),
    )
