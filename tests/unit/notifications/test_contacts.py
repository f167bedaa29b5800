"""Asking identity for contacts: with our own signature, keeping nothing, saying nothing."""

import json
import time
from collections.abc import Callable
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bilet_notifications.sending.contacts import Contact, ContactsUnavailableError, IdentityContacts

KEY = ec.generate_private_key(ec.SECP256R1())
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
MOTHER, MENTOR = uuid4(), uuid4()
Answer = Callable[[httpx.Request], httpx.Response]


def contacts(answer: Answer, key: str | None = PEM) -> IdentityContacts:
    transport = httpx.MockTransport(answer)
    return IdentityContacts(base_url="http://identity.test/", signing_key=key, transport=transport)


def saying(*items: dict[str, object]) -> Answer:
    return lambda _: httpx.Response(200, json={"items": items})


async def test_identity_is_asked_with_a_short_token_signed_by_us() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"items": []})

    await contacts(answer).find([MENTOR, MOTHER, MOTHER])

    (request,) = seen
    assert str(request.url) == "http://identity.test/internal/v1/contacts"
    assert json.loads(request.content) == {"ids": sorted([str(MOTHER), str(MENTOR)])}
    token = request.headers["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, KEY.public_key(), algorithms=["ES256"], audience="bilet-identity")
    assert claims["iss"] == claims["sub"] == "notifications"
    assert claims["exp"] - time.time() <= 60


async def test_who_has_no_address_can_still_be_greeted() -> None:
    found = await contacts(
        saying(
            {"id": str(MOTHER), "first_name": "Ева", "patronymic": "Михайловна", "email": "eva@example.test"},
            {"id": str(MENTOR), "first_name": "Илья", "email": None},
        )
    ).find([MOTHER, MENTOR, uuid4()])

    assert found == {
        MOTHER: Contact("eva@example.test", "Ева", "Михайловна"),
        MENTOR: Contact(None, "Илья"),
    }


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
async def test_any_refusal_means_later(status: int) -> None:
    with pytest.raises(ContactsUnavailableError, match=str(status)):
        await contacts(lambda _: httpx.Response(status)).find([MOTHER])


async def test_an_unreadable_answer_means_later_and_is_not_repeated() -> None:
    answer = saying({"id": "Ева", "email": "eva@example.test"})

    with pytest.raises(ContactsUnavailableError) as unavailable:
        await contacts(answer).find([MOTHER])

    assert str(unavailable.value) == "ValidationError"
    assert unavailable.value.__cause__ is None


async def test_a_silent_identity_means_later() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there", request=request)

    with pytest.raises(ContactsUnavailableError, match="ConnectError"):
        await contacts(fail).find([MOTHER])


async def test_without_a_key_nobody_is_asked() -> None:
    with pytest.raises(ContactsUnavailableError, match="key"):
        await contacts(saying(), key=None).find([MOTHER])


def test_a_contact_does_not_show_itself() -> None:
    assert "Ева" not in repr({UUID(int=1): Contact("eva@example.test", "Ева")})
    assert "example" not in repr(Contact("eva@example.test"))
