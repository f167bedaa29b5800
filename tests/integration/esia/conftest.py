"""A running stand-in, its keys, and a client that talks to it without a network."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI

from bilet_esia_standin.app import create_app
from bilet_esia_standin.settings import StandinSettings
from bilet_identity.esia import EsiaClient, EsiaConfiguration, RsaSigner

BASE_URL = "http://esia.test"
ISSUER = "http://esia.gosuslugi.ru/"
REDIRECT_URI = "http://bilet.test/api/v1/identity/esia/callback"
MOTHER: dict[str, Any] = {
    "oid": "1000000001",
    "last_name": "Архипова",
    "first_name": "Ева",
    "middle_name": "Михайловна",
    "birth_date": "1984-02-29",
    "snils": "112-233-445 95",
    "email": "eva@example.test",
    "phone": "+79664988220",
    "children": [
        {"last_name": "Ершов", "first_name": "Артём", "birth_date": "2012-12-11", "snils": "611-250-403 20"},
        {"last_name": "Ершова", "first_name": "Яна", "middle_name": "Ильинична", "birth_date": "2014-01-05"},
    ],
}
UNCONFIRMED = MOTHER | {"oid": "1000000002", "snils": None, "email": None, "phone": None, "trusted": False}


@dataclass(frozen=True)
class Keys:
    private: str
    public: str


def make_keys() -> Keys:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Keys(private.decode(), public.decode())


@dataclass
class Clock:
    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, delta: timedelta) -> None:
        self.moment += delta


@dataclass
class Desk:
    """Both sides of the counter: the stand-in's HTTP surface and our client."""

    http: httpx.AsyncClient
    app: FastAPI
    clock: Clock
    client_keys: Keys
    esia_keys: Keys

    def client(self, *, signing: Keys | None = None, checking: Keys | None = None, issuer: str = ISSUER) -> EsiaClient:
        configuration = EsiaConfiguration(
            base_url=BASE_URL,
            client_id="BILET",
            redirect_uri=REDIRECT_URI,
            public_key=(checking or self.esia_keys).public,
            issuer=issuer,
        )
        signer = RsaSigner((signing or self.client_keys).private)
        return EsiaClient(self.http, configuration, signer, clock=self.clock)

    async def load(self, *persons: dict[str, Any]) -> None:
        answer = await self.http.put(f"{BASE_URL}/admin/persons", json={"persons": list(persons)})
        answer.raise_for_status()

    async def signed_in(self, url: str, login: str) -> dict[str, str]:
        """Sign in at `url` as `login` and return what comes back to our callback."""
        return callback_of(await self.http.get(f"{url}&standin_login={login}"))


def callback_of(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 303, response.text
    location = urlsplit(response.headers["location"])
    assert location._replace(query="").geturl() == REDIRECT_URI
    return {name: values[0] for name, values in parse_qs(location.query).items()}


@pytest.fixture(scope="session")
def client_keys() -> Keys:
    return make_keys()


@pytest.fixture(scope="session")
def esia_keys() -> Keys:
    return make_keys()


@pytest.fixture(scope="session")
def stranger_keys() -> Keys:
    return make_keys()


@pytest.fixture
async def desk(client_keys: Keys, esia_keys: Keys) -> AsyncIterator[Desk]:
    clock = Clock()
    settings = StandinSettings(
        environment="test",
        client_certificate=client_keys.public,
        signing_key=esia_keys.private,
        redirect_uris=(REDIRECT_URI,),
        issuer=ISSUER,
    )
    app = create_app(settings, clock=clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as http:
        desk = Desk(http, app, clock, client_keys, esia_keys)
        await desk.load(MOTHER, UNCONFIRMED)
        yield desk
