"""What the stand-in refuses, as ЕСИА does."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from bilet_identity.esia import EsiaRefused
from tests.integration.esia.conftest import BASE_URL, MOTHER, UNCONFIRMED, Desk, Keys, callback_of

STATE = "a-state-of-ours"


def changed(url: str, **changes: str | None) -> str:
    parts = urlsplit(url)
    parameters = dict(parse_qsl(parts.query)) | changes
    return parts._replace(query=urlencode({k: v for k, v in parameters.items() if v is not None})).geturl()


@pytest.mark.parametrize(
    ("changes", "error", "number"),
    [
        ({"state": "another"}, "invalid_client", "007053"),
        ({"scope": "openid fullname"}, "invalid_client", "007053"),
        ({"client_secret": "bm8="}, "invalid_client", "007053"),
        ({"client_secret": "не подпись"}, "invalid_client", "007053"),
        ({"client_secret": None}, "invalid_request", "007014"),
        ({"client_certificate_hash": "00"}, "unauthorized_client", "007002"),
        ({"timestamp": "вчера"}, "invalid_request", "007003"),
        ({"scope": "openid everything"}, "invalid_scope", "007006"),
        ({"scope": "fullname"}, "invalid_scope", "007006"),
        ({"response_type": "token"}, "invalid_request", "007003"),
        ({"access_type": "forever"}, "invalid_request", "007003"),
    ],
)
async def test_a_spoiled_request_goes_back_with_its_reason(
    desk: Desk, changes: dict[str, str | None], error: str, number: str
) -> None:
    url = changed(desk.client().authorize_url(STATE), **changes)

    back = await desk.signed_in(url, MOTHER["oid"])

    assert back["error"] == error
    assert back["error_description"].startswith(f"ESIA-{number}")
    assert "code" not in back


async def test_a_repeated_parameter_is_refused(desk: Desk) -> None:
    back = await desk.http.get(desk.client().authorize_url(STATE) + "&state=another")

    assert back.status_code == 400
    assert "ESIA-007003" in back.text


@pytest.mark.parametrize(
    ("changes", "status"), [({"redirect_uri": "http://evil.test/"}, 400), ({"client_id": "OTHER"}, 401)]
)
async def test_nobody_is_sent_to_an_unknown_address_or_for_an_unknown_system(
    desk: Desk, changes: dict[str, str | None], status: int
) -> None:
    url = changed(desk.client().authorize_url(STATE), **changes, standin_login=MOTHER["oid"])

    answer = await desk.http.get(url)

    assert answer.status_code == status
    assert "location" not in answer.headers


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(minutes=-6)])
async def test_a_request_of_another_time_is_refused(desk: Desk, age: timedelta) -> None:
    url = desk.client().authorize_url(STATE)
    desk.clock.advance(age)

    back = callback_of(await desk.http.get(url))

    assert back["error_description"].startswith("ESIA-007015")


async def test_a_request_signed_with_another_key_is_refused(desk: Desk, stranger_keys: Keys) -> None:
    stranger = desk.client(signing=stranger_keys)
    honest_hash = dict(parse_qsl(urlsplit(desk.client().authorize_url(STATE)).query))["client_certificate_hash"]

    back = callback_of(await desk.http.get(changed(stranger.authorize_url(STATE), client_certificate_hash=honest_hash)))

    assert back["error_description"].startswith("ESIA-007053")


async def test_a_stolen_code_is_worthless_without_the_key(desk: Desk, stranger_keys: Keys) -> None:
    back = await desk.signed_in(desk.client().authorize_url(STATE), MOTHER["oid"])

    with pytest.raises(EsiaRefused) as refused:
        await desk.client(signing=stranger_keys).exchange(back["code"], state=STATE)

    assert refused.value.error == "unauthorized_client"


async def token_answer(desk: Desk, login: str = MOTHER["oid"]) -> dict[str, Any]:
    client = desk.client()
    back = await desk.signed_in(client.authorize_url(STATE), login)
    form = client._signed("x", back["code"]) | {
        "grant_type": "authorization_code",
        "token_type": "Bearer",
        "code": back["code"],
    }
    answer = await desk.http.post(f"{BASE_URL}/aas/oauth2/v3/te", data=form)
    body: dict[str, Any] = answer.raise_for_status().json()
    return body


async def test_a_token_opens_its_own_persons_data_only(desk: Desk) -> None:
    tokens = await token_answer(desk)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    foreign = await desk.http.get(f"{BASE_URL}/rs/prns/{UNCONFIRMED['oid']}", headers=headers)
    own = await desk.http.get(f"{BASE_URL}/rs/prns/{MOTHER['oid']}", headers=headers)

    assert (foreign.status_code, own.status_code) == (403, 200)


async def test_an_unconfirmed_account_has_no_children_to_show(desk: Desk) -> None:
    tokens = await token_answer(desk, UNCONFIRMED["oid"])
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    answer = await desk.http.get(f"{BASE_URL}/rs/prns/{UNCONFIRMED['oid']}/kids", headers=headers)

    assert answer.status_code == 403


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic abc"])
async def test_data_without_a_valid_token_is_refused(desk: Desk, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}

    answer = await desk.http.get(f"{BASE_URL}/rs/prns/{MOTHER['oid']}", headers=headers)

    assert answer.status_code == 401


async def test_an_id_token_is_no_access_token(desk: Desk) -> None:
    tokens = await token_answer(desk)

    answer = await desk.http.get(
        f"{BASE_URL}/rs/prns/{MOTHER['oid']}", headers={"Authorization": f"Bearer {tokens['id_token']}"}
    )

    assert answer.status_code == 401


async def test_malformed_persons_are_refused_without_repeating_them(desk: Desk) -> None:
    answer = await desk.http.put(
        f"{BASE_URL}/admin/persons", json={"persons": [MOTHER | {"oid": "", "snils": "123-Тайный"}]}
    )

    assert answer.status_code == 422
    assert {item["place"] for item in answer.json()["errors"]} == {"body.persons.0.oid", "body.persons.0.snils"}
    assert "Тайный" not in answer.text


async def test_the_sign_in_page_escapes_what_it_shows(desk: Desk) -> None:
    await desk.load(MOTHER | {"last_name": "<script>"})

    page: httpx.Response = await desk.http.get(desk.client().authorize_url(STATE))

    assert "<script>" not in page.text
