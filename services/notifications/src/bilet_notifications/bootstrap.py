"""The composition root: everything notifications is made of."""

from pydantic import SecretStr

from bilet_kit.process.service import Service
from bilet_kit.storage.database import Database
from bilet_kit.storage.migrations import migrations_beside
from bilet_kit.web.auth import KeySet, RemoteKeySet
from bilet_notifications.api.parts import Parts
from bilet_notifications.api.problems import PROBLEMS
from bilet_notifications.api.routes import router
from bilet_notifications.consumers import CONSUMERS
from bilet_notifications.dispatch import Providers
from bilet_notifications.domain.errors import DomainError
from bilet_notifications.jobs import jobs
from bilet_notifications.publications import PUBLICATIONS
from bilet_notifications.rendering.texts import Renderer
from bilet_notifications.sending.breaker import Breaker
from bilet_notifications.sending.contacts import Contacts, IdentityContacts
from bilet_notifications.sending.email import EmailCarrier, SmtpConfiguration
from bilet_notifications.settings import Settings


def build(
    settings: Settings | None = None, verifier: KeySet | None = None, contacts: Contacts | None = None
) -> Service:
    """Build the service; settings come from the environment, and contacts from identity, unless given."""
    settings = settings or Settings()
    renderer = Renderer(settings.public_url)
    carrier = EmailCarrier(_mail_server(settings), renderer)
    providers = Providers(contacts or _contacts(settings), carrier, Breaker("identity"), Breaker(carrier.channel.name))
    return Service(
        name="notifications",
        title="Билет: уведомления",
        settings=settings,
        database=Database(settings, PUBLICATIONS),
        verifier=verifier or RemoteKeySet(settings),
        publications=PUBLICATIONS,
        consumers=CONSUMERS,
        domain_error=DomainError,
        problems=PROBLEMS,
        migrations=migrations_beside(__file__),
        router=router,
        jobs=jobs((providers,), renderer, connections=settings.smtp_connections),
        parts=Parts(renderer),
    )


def _contacts(settings: Settings) -> IdentityContacts:
    return IdentityContacts(
        base_url=settings.identity_internal_url, signing_key=_revealed(settings.service_signing_key)
    )


def _mail_server(settings: Settings) -> SmtpConfiguration:
    return SmtpConfiguration(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from,
        username=settings.smtp_username,
        password=_revealed(settings.smtp_password),
        start_tls=settings.smtp_start_tls,
    )


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
