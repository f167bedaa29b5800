"""Idempotency keys: a repeat answers what the first request answered, and does nothing."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import httpx
import pytest

from bilet_kit.process.api import create_api
from bilet_kit.web.auth import KeySet
from tests.support.asgi import client_of
from tests.support.echo_service.bootstrap import build
from tests.support.echo_service.settings import settings_for
from tests.support.locks import locked, somebody_waits
from tests.support.tokens import TokenMaker

PATH = "/echo/calls/once"
CALL = {"caller_id": "00000000-0000-4000-8000-000000000001", "number": 1, "mood": "calm"}


@pytest.fixture
async def client(address: str, tokens: TokenMaker) -> AsyncIterator[httpx.AsyncClient]:
    settings = settings_for(address, token_issuer=tokens.issuer)
    keys = KeySet(settings, {tokens.key.kid: tokens.key.private.public_key()})
    async with client_of(create_api(build(settings, keys))) as client:
        yield client


@pytest.fixture
def somebody(tokens: TokenMaker) -> dict[str, str]:
    return tokens.headers("student", uuid4()) | {"Idempotency-Key": f"key-{uuid4()}"}


async def calls(look: asyncpg.Connection) -> int:
    return int(await look.fetchval("SELECT count(*) FROM calls"))


async def test_a_repeat_is_answered_as_the_first_time_and_does_nothing(
    client: httpx.AsyncClient, look: asyncpg.Connection, somebody: dict[str, str]
) -> None:
    first = await client.post(PATH, json=CALL, headers=somebody)
    again = await client.post(PATH, json=CALL, headers=somebody)
    assert (first.status_code, first.json()) == (201, CALL)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert await calls(look) == 1


async def test_a_known_key_with_another_request_is_refused(
    client: httpx.AsyncClient, look: asyncpg.Connection, somebody: dict[str, str]
) -> None:
    await client.post(PATH, json=CALL, headers=somebody)
    other = await client.post(PATH, json=CALL | {"number": 2}, headers=somebody)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert await calls(look) == 1


async def test_a_key_belongs_to_its_principal(
    client: httpx.AsyncClient, look: asyncpg.Connection, somebody: dict[str, str], tokens: TokenMaker
) -> None:
    other = tokens.headers("student", uuid4()) | {"Idempotency-Key": somebody["Idempotency-Key"]}
    for headers in (somebody, other):
        answer = await client.post(PATH, json=CALL, headers=headers)
        assert answer.status_code == 201
        assert "idempotency-replayed" not in answer.headers
    assert await calls(look) == 2


async def test_a_repeat_while_the_first_is_in_flight_is_refused(
    client: httpx.AsyncClient, look: asyncpg.Connection, address: str, somebody: dict[str, str]
) -> None:
    async with locked(address, "calls"):
        first = asyncio.create_task(client.post(PATH, json=CALL, headers=somebody))
        await somebody_waits(look)
        second = await client.post(PATH, json=CALL, headers=somebody)
        assert (second.status_code, second.json()["code"]) == (409, "request-in-flight")
        assert second.headers["idempotency-in-flight"] == "true"

    assert (await first).status_code == 201
    assert await calls(look) == 1


async def test_many_repeats_at_once_do_the_work_once(
    client: httpx.AsyncClient, look: asyncpg.Connection, somebody: dict[str, str]
) -> None:
    answers = await asyncio.gather(*(client.post(PATH, json=CALL, headers=somebody) for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert 201 in {answer.status_code for answer in answers}
    assert await calls(look) == 1


async def test_a_failed_request_leaves_its_key_free(
    client: httpx.AsyncClient, look: asyncpg.Connection, somebody: dict[str, str]
) -> None:
    await look.execute("ALTER TABLE calls ADD CONSTRAINT none_yet CHECK (number > 1)")
    assert (await client.post(PATH, json=CALL, headers=somebody)).status_code == 500
    await look.execute("ALTER TABLE calls DROP CONSTRAINT none_yet")
    assert (await client.post(PATH, json=CALL, headers=somebody)).status_code == 201


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency-key-missing"),
        ("short", "idempotency-key-invalid"),
        ("x" * 201, "idempotency-key-invalid"),
        ("\x7f" * 8, "idempotency-key-invalid"),
    ],
    ids=["none", "short", "long", "unprintable"],
)
async def test_an_unusable_key_is_refused(
    client: httpx.AsyncClient, look: asyncpg.Connection, tokens: TokenMaker, key: str | None, code: str
) -> None:
    headers = tokens.headers("student", uuid4()) | ({"Idempotency-Key": key} if key else {})
    answer = await client.post(PATH, json=CALL, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert await calls(look) == 0
