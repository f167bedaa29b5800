"""A guardian's way through ESIA and back: once, in time, and by the browser that began it."""

import asyncio

import httpx
import pytest

from bilet_identity.security.pkce import challenge_of
from tests.integration.identity.conftest import VERIFIER, World, parameters


async def test_a_state_is_good_once(world: World) -> None:
    back = await world.back_from_esia(await world.esia_person("1000000001"))
    first = await world.http.get("/esia/callback", params=back)

    second = await world.http.get("/esia/callback", params=back)

    assert first.status_code == 303
    assert first.headers["location"].startswith("http://bilet.test/sign-in?code=")
    assert (second.status_code, second.json()["code"]) == (404, "code-invalid")


async def test_a_made_up_or_expired_state_is_refused(world: World) -> None:
    back = await world.back_from_esia(await world.esia_person("1000000001"))
    await world.rows("UPDATE esia_sign_ins SET expires_at = clock_timestamp()")

    expired = await world.http.get("/esia/callback", params=back)
    made_up = await world.http.get("/esia/callback", params={"state": "made-up", "code": back["code"]})

    assert [expired.status_code, made_up.status_code] == [404, 404]
    assert not await world.rows("SELECT 1 FROM guardians")


async def test_a_sign_in_code_is_good_once_and_for_a_minute(world: World) -> None:
    oid = await world.esia_person("1000000001")
    used = await signed_in_code(world, oid)
    await exchange(world, used)
    late = await signed_in_code(world, oid)
    await world.rows("UPDATE sign_in_codes SET expires_at = clock_timestamp()")

    answers = [await exchange(world, code) for code in (used, late, "made-up")]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "code-invalid")] * 3


async def test_another_browser_cannot_finish_a_sign_in_it_did_not_start(world: World) -> None:
    code = await signed_in_code(world, await world.esia_person("1000000001"))

    strange = await exchange(world, code, verifier="another-browsers-own-secret-of-43-characters-")
    late = await exchange(world, code)

    assert [(answer.status_code, answer.json()["code"]) for answer in (strange, late)] == [(404, "code-invalid")] * 2
    assert not await world.rows("SELECT 1 FROM sessions")


async def test_a_callback_begun_elsewhere_does_not_sign_a_browser_in_as_its_sender(world: World) -> None:
    oid = await world.esia_person("1000000001")
    prepared = await world.back_from_esia(oid, verifier="the-secret-of-whoever-sends-the-link-around-43")

    victims_cabinet = await world.http.get("/esia/callback", params=prepared)
    answer = await exchange(world, parameters(victims_cabinet)["code"])

    assert (answer.status_code, answer.json()["code"]) == (404, "code-invalid")


@pytest.mark.parametrize("verifier", [{}, {"code_verifier": None}, {"code_verifier": ""}, {"code_verifier": "short"}])
async def test_without_a_verifier_nobody_is_signed_in(world: World, verifier: dict[str, str | None]) -> None:
    code = await signed_in_code(world, await world.esia_person("1000000001"))

    answer = await world.http.post("/sessions/exchange", json={"code": code} | verifier)

    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")
    assert [fault["field"] for fault in answer.json()["errors"]] == ["code_verifier"]
    assert not await world.rows("SELECT 1 FROM sessions")


@pytest.mark.parametrize("challenge", [None, "", "A" * 42, "A" * 44, "A" * 42 + "=", "A" * 42 + "я", VERIFIER])
async def test_a_sign_in_begins_only_with_a_challenge(world: World, challenge: str | None) -> None:
    body = {} if challenge is None else {"code_challenge": challenge}

    answer = await world.http.post("/esia/sign-ins", json=body)

    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")
    assert not await world.rows("SELECT 1 FROM esia_sign_ins")


async def test_of_parallel_exchanges_of_one_code_one_succeeds(world: World) -> None:
    code = await signed_in_code(world, await world.esia_person("1000000001"))

    answers = await asyncio.gather(*(exchange(world, code) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [201] + [404] * 4


async def test_the_database_alone_ends_no_sign_in(world: World) -> None:
    await signed_in_code(world, await world.esia_person("1000000001"))

    stored = (await world.rows("SELECT code_challenge FROM sign_in_codes"))[0]["code_challenge"]

    assert stored == challenge_of(VERIFIER) != VERIFIER


async def test_an_unconfirmed_account_is_refused_in_russian_and_leaves_nothing(world: World) -> None:
    oid = await world.esia_person("1000000001", trusted=False, snils=None, email=None, phone=None)
    back = await world.back_from_esia(oid)

    answer = await world.http.get("/esia/callback", params=back)

    assert (answer.status_code, answer.json()["code"]) == (403, "esia-account-not-confirmed")
    assert "Подтвердите учётную запись" in answer.json()["detail"]
    assert not await world.rows("SELECT 1 FROM persons")


async def test_a_minor_is_nobodys_guardian(world: World) -> None:
    back = await world.back_from_esia(await world.esia_person("1000000001", birth_date="2010-01-01"))

    answer = await world.http.get("/esia/callback", params=back)

    assert (answer.status_code, answer.json()["code"]) == (403, "guardian-underage")


async def test_whoever_declines_at_esia_is_told_so(world: World) -> None:
    back = await world.back_from_esia(await world.esia_person("1000000001"))

    answer = await world.http.get("/esia/callback", params={"state": back["state"], "error": "access_denied"})

    assert (answer.status_code, answer.json()["code"]) == (403, "esia-declined")


async def test_a_code_of_another_sign_in_is_refused(world: World) -> None:
    oid = await world.esia_person("1000000001")
    one, other = await world.back_from_esia(oid), await world.back_from_esia(oid)

    answer = await world.http.get("/esia/callback", params={"state": one["state"], "code": other["code"]})

    assert (answer.status_code, answer.json()["code"]) == (403, "esia-refused")


async def signed_in_code(world: World, oid: str) -> str:
    answer: httpx.Response = await world.http.get("/esia/callback", params=await world.back_from_esia(oid))
    return parameters(answer)["code"]


async def exchange(world: World, code: str, *, verifier: str = VERIFIER) -> httpx.Response:
    return await world.http.post("/sessions/exchange", json={"code": code, "code_verifier": verifier})
