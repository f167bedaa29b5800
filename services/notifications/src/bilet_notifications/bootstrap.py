"""The composition root: which parts make up the notifications service."""

from pathlib import Path

from pydantic import SecretStr

from bilet_kit.process.service import Job, Service
from bilet_kit.storage.database import Database
from bilet_kit.web.auth import RemoteKeySet
from bilet_notifications.api.parts import Parts
from bilet_notifications.api.routes import router
from bilet_notifications.consumers import CONSUMERS
from bilet_notifications.domain.errors import DomainError, MessageNotFound
from bilet_notifications.publications import PUBLICATIONS
from bilet_notifications.rendering import Renderer
from bilet_notifications.sending.contacts import Contacts, IdentityContacts
from bilet_notifications.sending.post import SmtpConfiguration, SmtpPost
from bilet_notifications.sending.sender import Sender
from bilet_notifications.settings import Settings
from bilet_notifications.use_cases.announcing import release_waiting

RELEASED_AT_ONCE = 200


def migrations_folder() -> Path:
    """Where the migrations lie: inside the installed package, or beside the sources in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "migrations"
    return installed if installed.is_dir() else package.parents[1] / "migrations"


def build(settings: Settings | None = None, contacts: Contacts | None = None) -> Service:
    """Build the service from the environment, or from settings and an address book that are given."""
    settings = settings or Settings()
    renderer = Renderer(settings.public_url)
    sender = Sender(contacts=contacts or _contacts(settings), post=_post(settings), renderer=renderer)
    return Service(
        name="notifications",
        title="Билет: уведомления",
        settings=settings,
        database=Database(settings, PUBLICATIONS),
        verifier=RemoteKeySet(settings),
        publications=PUBLICATIONS,
        consumers=CONSUMERS,
        domain_error=DomainError,
        problems={MessageNotFound: 404},
        migrations=migrations_folder(),
        router=router,
        jobs=(
            Job(name="send-email", every=1.0, run=sender.run),
            Job(name="release-waiting-notices", every=1.0, run=release_notices),
        ),
        parts=Parts(renderer),
    )


async def release_notices(database: Database) -> bool:
    """Address notices whose pupils have become known; whether there may be more."""
    async with database.transaction() as tx:
        return await release_waiting(tx, most=RELEASED_AT_ONCE) == RELEASED_AT_ONCE


def _contacts(settings: Settings) -> IdentityContacts:
    return IdentityContacts(
        base_url=settings.identity_internal_url, signing_key=_revealed(settings.service_signing_key)
    )


def _post(settings: Settings) -> SmtpPost:
    return SmtpPost(
        SmtpConfiguration(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.smtp_from,
            username=settings.smtp_username,
            password=_revealed(settings.smtp_password),
            start_tls=settings.smtp_start_tls,
        )
    )


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
