"""The composition root: everything identity is made of."""

from uuid import UUID

import httpx
import jwt

from bilet_identity.api.parts import Parts
from bilet_identity.api.problems import PROBLEMS
from bilet_identity.api.routes import router
from bilet_identity.consumers import CONSUMERS
from bilet_identity.domain.errors import DomainError
from bilet_identity.esia import EsiaClient, EsiaConfiguration, RsaSigner
from bilet_identity.jobs import jobs
from bilet_identity.publications import PUBLICATIONS
from bilet_identity.security.passwords import Passwords
from bilet_identity.security.services import TrustedServices
from bilet_identity.security.tokens import AccessTokens
from bilet_identity.settings import Settings
from bilet_identity.storage.sealing import Vault
from bilet_identity.use_cases.republishing import republish_staff, republish_students
from bilet_kit.process.service import Republish, Service
from bilet_kit.storage.database import Database, Transaction
from bilet_kit.storage.migrations import migrations_beside
from bilet_kit.web.auth import KeySet


def build(settings: Settings | None = None, esia_http: httpx.AsyncClient | None = None) -> Service:
    """Build the service; settings come from the environment, and the way to ESIA is a plain client, unless given."""
    settings = settings or Settings()
    parts = build_parts(settings, esia_http or httpx.AsyncClient())
    return Service(
        name="identity",
        title="Билет: участники и доступ",
        settings=settings,
        database=Database(settings, PUBLICATIONS),
        verifier=KeySet(settings, _own_keys(parts.tokens)),
        publications=PUBLICATIONS,
        consumers=CONSUMERS,
        domain_error=DomainError,
        problems=PROBLEMS,
        migrations=migrations_beside(__file__),
        router=router,
        jobs=jobs(parts.vault),
        republish=_republishing(parts.vault),
        parts=parts,
    )


def build_parts(settings: Settings, esia_http: httpx.AsyncClient) -> Parts:
    """Make keys, hashes and the way to ESIA from the settings."""
    configuration = EsiaConfiguration(
        base_url=settings.esia_base_url,
        portal_url=settings.esia_portal_url,
        client_id=settings.esia_client_id,
        redirect_uri=settings.esia_redirect_uri,
        public_key=settings.esia_public_key,
    )
    signer = RsaSigner(settings.esia_signing_key.get_secret_value(), settings.esia_certificate)
    return Parts(
        vault=Vault(settings.personal_data_secret),
        tokens=AccessTokens(
            settings.signing_key.get_secret_value(), issuer=settings.token_issuer, audience=settings.token_audience
        ),
        passwords=Passwords(),
        services=TrustedServices(settings.trusted_services),
        esia=EsiaClient(esia_http, configuration, signer),
        public_url=settings.public_url,
    )


def _own_keys(tokens: AccessTokens) -> dict[str, object]:
    return {str(key.key_id): key.key for key in jwt.PyJWKSet.from_dict(tokens.jwks).keys}


def _republishing(vault: Vault) -> dict[str, Republish]:
    async def students(tx: Transaction, after: UUID | None) -> UUID | None:
        return await republish_students(tx, vault, after)

    return {"students": students, "staff": republish_staff}
