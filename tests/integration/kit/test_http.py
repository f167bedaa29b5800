"""The HTTP edge over a real database: what was answered was committed, and who asks is known."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
import httpx
import pytest

from bilet_kit.process.api import create_api
from bilet_kit.process.worker import create_worker
from bilet_kit.settings import ServiceSettings
from bilet_kit.storage.migrations import StaleSchemaError
from bilet_kit.web.auth import KeySet
from tests.support.asgi import client_of
from tests.support.echo_service.bootstrap import build
from tests.support.echo_service.settings import settings_for
from tests.support.locks import locked, somebody_waits
from tests.support.tokens import TokenMaker
from tests.support.waiting import wait_until

REFUSE_AT_COMMIT = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
CREATE CONSTRAINT TRIGGER refusal AFTER INSERT ON calls DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION refuse()
"""


@pytest.fixture
def settings(address: str, tokens: TokenMaker) -> ServiceSettings:
    return settings_for(address, jwks_url=tokens.jwks_url, token_issuer=tokens.issuer)


@pytest.fixture
async def client(settings: ServiceSettings, tokens: TokenMaker) -> AsyncIterator[httpx.AsyncClient]:
    keys = KeySet(settings, {tokens.key.kid: tokens.key.private.public_key()})
    async with client_of(create_api(build(settings, keys))) as client:
        yield client


@dataclass(frozen=True)
class Call:
    """One call as a request body."""

    number: int = 1
    caller_id: str = "00000000-0000-4000-8000-000000000001"

    @property
    def body(self) -> dict[str, object]:
        return {"caller_id": self.caller_id, "number": self.number}


async def stored(look: asyncpg.Connection) -> tuple[int, int]:
    return (
        await look.fetchval("SELECT count(*) FROM calls"),
        await look.fetchval("SELECT count(*) FROM outbox"),
    )


async def test_what_is_answered_is_committed_with_its_event(
    client: httpx.AsyncClient, look: asyncpg.Connection
) -> None:
    assert (await client.post("/echo/calls", json=Call().body)).status_code == 201
    assert await stored(look) == (1, 1)


async def test_a_commit_that_fails_is_not_answered_with_success(
    client: httpx.AsyncClient, look: asyncpg.Connection
) -> None:
    await look.execute(REFUSE_AT_COMMIT)
    answer = await client.post("/echo/calls", json=Call().body)
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal-error"
    assert await stored(look) == (0, 0)


async def test_a_refused_request_changes_nothing(client: httpx.AsyncClient, look: asyncpg.Connection) -> None:
    assert (await client.post("/echo/calls", json={"caller_id": "x", "number": 0})).status_code == 422
    assert await stored(look) == (0, 0)


async def test_a_connection_lost_in_the_middle_is_a_503_that_may_be_tried_again(
    client: httpx.AsyncClient, look: asyncpg.Connection, address: str
) -> None:
    async with locked(address, "calls"):
        asked = asyncio.create_task(client.post("/echo/calls", json=Call().body))
        await look.execute("SELECT pg_terminate_backend($1)", await somebody_waits(look))
        answer = await asked
    assert (answer.status_code, answer.json()["code"]) == (503, "try-again")
    assert answer.headers["retry-after"]
    assert (await client.post("/echo/calls", json=Call().body)).status_code == 201


async def test_a_request_without_a_token_or_role_is_turned_away(client: httpx.AsyncClient, tokens: TokenMaker) -> None:
    subject = uuid4()
    assert (await client.get("/echo/me")).json()["code"] == "token-missing"
    assert (await client.get("/echo/me", headers={"Authorization": "Basic abc"})).status_code == 401
    me = await client.get("/echo/me", headers=tokens.headers("mentor", subject))
    assert me.json() == {"subject": str(subject), "role": "mentor"}
    assert (await client.get("/echo/mentors-only", headers=tokens.headers("mentor", subject))).status_code == 200
    refused = await client.get("/echo/mentors-only", headers=tokens.headers("student", subject))
    assert (refused.status_code, refused.json()["code"]) == (403, "role-not-allowed")


async def test_a_new_key_of_the_issuer_is_learnt_and_a_withdrawn_one_forgotten(settings: ServiceSettings) -> None:
    with TokenMaker() as issuer:
        own = settings.model_copy(update={"jwks_url": issuer.jwks_url, "token_issuer": issuer.issuer})
        async with client_of(create_api(build(own))) as client:

            async def status(headers: dict[str, str]) -> int:
                return (await client.get("/echo/me", headers=headers)).status_code

            async def accepted(headers: dict[str, str]) -> bool:
                return await status(headers) == 200

            old = issuer.headers("student", uuid4())
            await wait_until(lambda: accepted(old), what="the first key")
            withdrawn = issuer.key
            issuer.rotate()
            issuer.published.remove(withdrawn)
            new = issuer.headers("student", uuid4())
            assert await status(new) == 401
            await wait_until(lambda: accepted(new), every=0.1, what="the new key")
            assert await status(old) == 401


async def test_a_service_that_starts_while_identity_is_away_sends_nobody_to_sign_in_anew(
    settings: ServiceSettings,
) -> None:
    away = settings.model_copy(update={"jwks_url": "http://127.0.0.1:9/jwks.json"})
    with TokenMaker() as issuer:
        async with client_of(create_api(build(away.model_copy(update={"token_issuer": issuer.issuer})))) as client:
            answer = await client.get("/echo/me", headers=issuer.headers("student", uuid4()))
            ready = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "try-again", "1")
    assert ready.status_code == 503


async def test_a_service_starts_without_identity_on_the_keys_it_kept(
    settings: ServiceSettings, look: asyncpg.Connection
) -> None:
    with TokenMaker() as issuer:
        near = settings.model_copy(update={"jwks_url": issuer.jwks_url, "token_issuer": issuer.issuer})

        async def kept() -> bool:
            return bool(await look.fetchval("SELECT count(*) FROM published_keys"))

        async with client_of(create_api(build(near))):
            await wait_until(kept, what="the keys to be kept")
        away = near.model_copy(update={"jwks_url": "http://127.0.0.1:9/jwks.json"})
        async with client_of(create_api(build(away))) as client:
            assert (await client.get("/health/ready")).status_code == 200
            assert (await client.get("/echo/me", headers=issuer.headers("student", uuid4()))).status_code == 200
            issuer.rotate()
            unseen = await client.get("/echo/me", headers=issuer.headers("student", uuid4()))
    assert (unseen.status_code, unseen.json()["code"]) == (503, "try-again")


@pytest.mark.parametrize("create", [create_api, create_worker], ids=["api", "worker"])
@pytest.mark.parametrize("revision", ["0000", None], ids=["older", "none"])
async def test_a_process_with_a_stale_schema_refuses_to_start(
    settings: ServiceSettings, look: asyncpg.Connection, create: object, revision: str | None
) -> None:
    await look.execute("DELETE FROM alembic_version")
    if revision:
        await look.execute("INSERT INTO alembic_version VALUES ($1)", revision)
    app = (create_api if create is create_api else create_worker)(build(settings, KeySet(settings)))
    with pytest.raises(StaleSchemaError, match="0001"):
        async with client_of(app):
            pass


async def test_ready_is_said_with_keys_and_a_database_only(settings: ServiceSettings, tokens: TokenMaker) -> None:
    keyless = KeySet(settings)
    async with client_of(create_api(build(settings, keyless))) as client:
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/health/ready")).status_code == 503
        keyless.keys = {tokens.key.kid: tokens.key.private.public_key()}
        assert (await client.get("/health/ready")).status_code == 200


async def test_metrics_name_routes_and_never_their_values(client: httpx.AsyncClient) -> None:
    await client.get("/echo/accident/ivanov")
    metrics = (await client.get("/metrics/")).text
    assert "/echo/accident/{secret}" in metrics
    assert "ivanov" not in metrics
