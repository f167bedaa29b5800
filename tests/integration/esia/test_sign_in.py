"""The contract between our client and ЕСИА, as the stand-in keeps it."""

import logging
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from bilet_identity.esia import EsiaAnswerInvalid, EsiaChild, EsiaRefused, EsiaUnavailable
from tests.integration.esia.conftest import BASE_URL, MOTHER, UNCONFIRMED, Desk, Keys

STATE = "a-state-of-ours"
PERSONAL = ("Архипова", "Ева", "Ершов", "112-233-445 95", "eva@example.test", "+79664988220", "1984")


async def test_a_confirmed_parent_comes_back_with_contacts_and_children(desk: Desk) -> None:
    client = desk.client()

    back = await desk.signed_in(client.authorize_url(STATE), "1000000001")
    person = await client.exchange(back["code"], state=back["state"])

    assert back["state"] == STATE
    assert (person.oid, person.trusted, person.snils) == ("1000000001", True, "112-233-445 95")
    assert (person.last_name, person.first_name, person.patronymic) == ("Архипова", "Ева", "Михайловна")
    assert person.birth_date == date(1984, 2, 29)
    assert (person.email, person.phone) == ("eva@example.test", "+79664988220")
    assert person.children == (
        EsiaChild(last_name="Ершов", first_name="Артём", birth_date=date(2012, 12, 11), snils="611-250-403 20"),
        EsiaChild(last_name="Ершова", first_name="Яна", patronymic="Ильинична", birth_date=date(2014, 1, 5)),
    )


async def test_an_unconfirmed_account_says_so_and_shows_no_children(desk: Desk) -> None:
    client = desk.client()
    back = await desk.signed_in(client.authorize_url(STATE), UNCONFIRMED["oid"])

    person = await client.exchange(back["code"], state=STATE)

    assert not person.trusted
    assert person.children == ()
    assert (person.snils, person.email, person.phone) == (None, None, None)


@pytest.mark.parametrize("login", ["112-233-445 95", "eva@example.test", "+7 (966) 498-82-20"])
async def test_a_person_may_sign_in_by_any_of_their_logins(desk: Desk, login: str) -> None:
    page = await desk.http.get(desk.client().authorize_url(STATE))
    assert page.status_code == 200

    answer = await desk.http.post(desk.client().authorize_url(STATE), data={"login": login})

    assert "code=" in answer.headers["location"]


async def test_a_code_works_once(desk: Desk) -> None:
    client = desk.client()
    back = await desk.signed_in(client.authorize_url(STATE), MOTHER["oid"])
    await client.exchange(back["code"], state=STATE)

    with pytest.raises(EsiaRefused) as refused:
        await client.exchange(back["code"], state=STATE)

    assert (refused.value.error, refused.value.number) == ("invalid_grant", "007011")


async def test_a_code_dies_after_a_minute(desk: Desk) -> None:
    client = desk.client()
    back = await desk.signed_in(client.authorize_url(STATE), MOTHER["oid"])
    desk.clock.advance(timedelta(minutes=1))

    with pytest.raises(EsiaRefused) as refused:
        await client.exchange(back["code"], state=STATE)

    assert refused.value.number == "007011"


async def test_a_code_of_another_browser_session_is_not_accepted(desk: Desk) -> None:
    client = desk.client()
    back = await desk.signed_in(client.authorize_url(STATE), MOTHER["oid"])

    with pytest.raises(EsiaAnswerInvalid, match="nonce"):
        await client.exchange(back["code"], state="the-state-of-a-victim")


async def test_a_token_signed_by_another_key_is_not_believed(desk: Desk, stranger_keys: Keys) -> None:
    client = desk.client(checking=stranger_keys)
    back = await desk.signed_in(client.authorize_url(STATE), MOTHER["oid"])

    with pytest.raises(EsiaAnswerInvalid, match="InvalidSignatureError"):
        await client.exchange(back["code"], state=STATE)


async def test_a_token_of_another_issuer_is_not_believed(desk: Desk) -> None:
    client = desk.client(issuer="http://esia.elsewhere/")
    back = await desk.signed_in(client.authorize_url(STATE), MOTHER["oid"])

    with pytest.raises(EsiaAnswerInvalid, match="InvalidIssuerError"):
        await client.exchange(back["code"], state=STATE)


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
async def test_a_silent_esia_is_unavailable(desk: Desk, failure: type[httpx.TransportError]) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise failure("no answer", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(fail)) as desk.http:
        with pytest.raises(EsiaUnavailable, match=failure.__name__):
            await desk.client().exchange("code", state=STATE)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_an_overloaded_esia_is_unavailable(desk: Desk, status: int) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status))
    async with httpx.AsyncClient(transport=transport) as desk.http:
        with pytest.raises(EsiaUnavailable, match=str(status)):
            await desk.client().exchange("code", state=STATE)


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"access_token": 5}'])
async def test_an_answer_that_is_not_esias_is_invalid(desk: Desk, body: bytes) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    async with httpx.AsyncClient(transport=transport) as desk.http:
        with pytest.raises(EsiaAnswerInvalid, match="TokenAnswer"):
            await desk.client().exchange("code", state=STATE)


async def test_a_refusal_without_words_is_still_a_refusal(desk: Desk) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(404, text="Архипова"))
    async with httpx.AsyncClient(transport=transport) as desk.http:
        with pytest.raises(EsiaRefused) as refused:
            await desk.client().exchange("code", state=STATE)

    assert str(refused.value) == "HTTP 404"


async def test_nothing_personal_is_logged_or_repeated_in_an_error(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = desk.client()
    back = await desk.signed_in(client.authorize_url(STATE), MOTHER["oid"])
    person = await client.exchange(back["code"], state=STATE)
    spoiled: dict[str, Any] = MOTHER | {"first_name": "Ева" * 40}
    await desk.load(spoiled)
    back = await desk.signed_in(client.authorize_url(STATE), MOTHER["oid"])

    with pytest.raises(EsiaAnswerInvalid) as invalid:
        await client.exchange(back["code"], state=STATE)

    said = caplog.text + repr(person) + str(invalid.value) + repr(invalid.value.__cause__)
    assert str(invalid.value) == "PersonAnswer: firstName"
    assert [word for word in PERSONAL if word in said] == []


async def test_forgotten_persons_cannot_sign_in(desk: Desk) -> None:
    await desk.http.delete(f"{BASE_URL}/admin/persons")

    answer = await desk.http.get(f"{desk.client().authorize_url(STATE)}&standin_login={MOTHER['oid']}")

    assert answer.status_code == 401
    assert "Такой учётной записи на стенде нет" in answer.text
