"""The composition root of the echo service."""

import os

from bilet_kit.process.service import Service
from bilet_kit.settings import ServiceSettings
from bilet_kit.storage.database import Database
from bilet_kit.web.auth import KeySet, RemoteKeySet
from tests.support.echo_service.api import router
from tests.support.echo_service.consumers import listen
from tests.support.echo_service.domain import EchoError, SlotFullError
from tests.support.echo_service.publications import PUBLICATIONS
from tests.support.migrations import FOLDERS


def build(settings: ServiceSettings | None = None, verifier: KeySet | None = None) -> Service:
    """Build the service; ECHO_GROUP names its consumer group, so that tests on one broker do not share one."""
    settings = settings or ServiceSettings()
    return Service(
        name="echo",
        title="Эхо",
        settings=settings,
        database=Database(settings, PUBLICATIONS),
        verifier=verifier or RemoteKeySet(settings),
        publications=PUBLICATIONS,
        consumers=listen(os.environ.get("ECHO_GROUP", "echo")),
        domain_error=EchoError,
        migrations=FOLDERS["echo"],
        router=router,
        problems={SlotFullError: 409, EchoError: 422},
    )
