"""The identity service on a real database, with the stand-in as ESIA, and people who use it."""

import base64
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import asyncpg
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI

from bilet_esia_standin.app import create_app
from bilet_esia_standin.settings import StandinSettings
from bilet_identity.api.parts import Parts
from bilet_identity.bootstrap import build
from bilet_identity.domain.names import PersonName
from bilet_identity.security.pkce import challenge_of
from bilet_identity.settings import Settings
from bilet_identity.storage.people import PersonalData
from bilet_identity.use_cases.staff import create_operator
from bilet_identity.use_cases.students import Credentials
from bilet_kit.process.api import create_api
from bilet_kit.process.service import Service
from tests.integration.esia.conftest import make_keys
from tests.support.plugin import DatabaseUrl, SetClock
from tests.support.records import HandMade
from tests.support.tokens import SigningKey

ESIA = "http://esia.test"
REDIRECT = "http://bilet.test/api/v1/identity/esia/callback"
SEVENTH_OF_JULY = datetime(2026, 7, 7, 8, tzinfo=UTC)
PASSWORD = "правильный пароль 1"
VERIFIER = "what-only-this-browser-knows-until-the-very-end"
NOTIFICATIONS = SigningKey.new()
SCHOOLS = "school_code,name,municipality\n630001,Школа № 1,Самара\n630002,Лицей № 2,Самара\n"


@dataclass
class Someone:
    """A signed-in person under one role."""

    http: httpx.AsyncClient
    tokens: dict[str, Any]

    @property
    def id(self) -> UUID:
        return UUID(self.tokens["subject"])

    async def get(self, path: str) -> httpx.Response:
        return await self.call("GET", path)

    async def post(self, path: str, body: object = None, *, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key or str(uuid4())}
        if isinstance(body, bytes):
            return await self.call("POST", path, content=body, headers=headers | {"Content-Type": "text/csv"})
        return await self.call("POST", path, json=body, headers=headers)

    async def delete(self, path: str) -> httpx.Response:
        return await self.call("DELETE", path)

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        headers = more.pop("headers", {})
        if self.tokens:
            headers = headers | {"Authorization": f"Bearer {self.tokens['access_token']}"}
        return await self.http.request(method, path, headers=headers, **more)


@dataclass
class World:
    """Everything a test does with the service."""

    service: Service
    settings: Settings
    http: httpx.AsyncClient
    esia: httpx.AsyncClient
    set_clock: SetClock
    _people: list[dict[str, Any]] = field(default_factory=list)
    _logins: int = 0

    @property
    def parts(self) -> Parts:
        parts = self.service.parts
        assert isinstance(parts, Parts)
        return parts

    @property
    def nobody(self) -> Someone:
        return Someone(self.http, {})

    def login(self) -> str:
        self._logins += 1
        return f"person-{self._logins}"

    async def turn_clock(self, moment: datetime) -> None:
        await self.set_clock(str(self.settings.database_url), moment)

    async def rows(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await self.service.database.pool.fetch(sql, *arguments)
        return rows

    async def said(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Read the events in the outbox, oldest first."""
        rows = await self.rows("SELECT type, payload FROM outbox ORDER BY id")
        events = [{"type": row["type"], **json.loads(row["payload"])} for row in rows]
        return [event for event in events if kind is None or event["type"] == f"identity.{kind}.v1"]

    async def hear(self, *records: HandMade) -> None:
        """Let the service consume these records."""
        await self.service.processor.process(records)

    async def sign_in(self, login: str, role: str | None = None) -> Someone:
        body = {"login": login, "password": PASSWORD} | ({"role": role} if role else {})
        answer = await self.http.post("/sessions", json=body)
        assert answer.status_code == 201, answer.text
        return Someone(self.http, answer.json())

    async def operator(self, region: str = "63") -> Someone:
        login = self.login()
        person = PersonalData(name=PersonName("Оператор", "Ольга"), email="operator@bilet.test")
        hashed = await self.parts.passwords.hash(PASSWORD)
        async with self.service.database.transaction() as tx:
            await create_operator(tx, self.parts.vault, region, person, Credentials(login, hashed))
        return await self.sign_in(login)

    async def staff(self, operator: Someone, role: str, **scope: str) -> Someone:
        body = {"last_name": "Сотрудникова", "first_name": "Софья", "email": "staff@bilet.test", "role": role}
        invited = await operator.post("/staff", body | {"region_code": "63"} | scope)
        assert invited.status_code == 201, invited.text
        return await self.activate(invited.json()["activation_code"])

    async def activate(self, code: str) -> Someone:
        login = self.login()
        body = {"code": code, "login": login, "password": PASSWORD}
        activated = await self.nobody.post("/staff-activations", body)
        assert activated.status_code == 201, activated.text
        return await self.sign_in(login)

    async def schools(self) -> Someone:
        """Make a region with two schools, and its operator."""
        operator = await self.operator()
        answer = await operator.post("/imports/schools", SCHOOLS.encode())
        assert answer.status_code == 200, answer.text
        return operator

    async def pupil(self, **given: object) -> Someone:
        login = self.login()
        answer = await self.nobody.post("/students", registration(login=login, **given))
        assert answer.status_code == 201, answer.text
        return await self.sign_in(login)

    async def esia_person(self, oid: str, children: list[dict[str, Any]] | None = None, **given: object) -> str:
        """Make ESIA know somebody; returns the login."""
        person = {
            "oid": oid,
            "last_name": "Архипова",
            "first_name": "Ева",
            "middle_name": "Михайловна",
            "birth_date": "1984-02-29",
            "snils": "112-233-445 95",
            "email": f"eva{oid}@example.test",
            "phone": "+79664988220",
            "children": children or [],
        }
        self._people.append(person | given)
        answer = await self.esia.put(f"{ESIA}/admin/persons", json={"persons": self._people})
        assert answer.is_success, answer.text
        return oid

    async def back_from_esia(
        self, oid: str, invitation_code: str | None = None, *, verifier: str = VERIFIER
    ) -> dict[str, str]:
        """Return what ESIA sends the browser back with."""
        body = {"code_challenge": challenge_of(verifier)}
        body |= {"invitation_code": invitation_code} if invitation_code else {}
        begun = await self.http.post("/esia/sign-ins", json=body)
        assert begun.status_code == 201, begun.text
        shown = await self.esia.get(f"{begun.json()['authorize_url']}&standin_login={oid}")
        return parameters(shown)

    async def guardian(self, oid: str = "1000000001", invitation_code: str | None = None) -> Someone:
        back = await self.back_from_esia(oid, invitation_code)
        answer = await self.http.get("/esia/callback", params=back)
        assert answer.status_code == 303, answer.text
        tokens = await self.http.post("/sessions/exchange", json=parameters(answer) | {"code_verifier": VERIFIER})
        assert tokens.status_code == 201, tokens.text
        return Someone(self.http, tokens.json())

    async def family(self, **given: object) -> tuple[Someone, Someone]:
        """Make a pupil and a guardian tied by the pupil's invitation; nobody has consented yet."""
        pupil = await self.pupil(**given)
        oid = await self.esia_person(str(1000000001 + len(self._people)))
        code = (await pupil.post("/guardian-invitations")).json()["code"]
        guardian = await self.guardian(oid, code)
        confirmed = await guardian.post("/guardianships", {"invitation_code": code})
        assert confirmed.status_code == 201, confirmed.text
        return pupil, guardian

    async def active_family(self, **given: object) -> tuple[Someone, Someone]:
        pupil, guardian = await self.family(**given)
        await consent(guardian, pupil.id, "processing")
        await consent(pupil, pupil.id, "processing")
        assert (await status(pupil)) == "active"
        return pupil, guardian


def registration(**given: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "login": "pupil",
        "password": PASSWORD,
        "last_name": "Ершов",
        "first_name": "Артём",
        "patronymic": "Фёдорович",
        "birth_date": "2011-12-11",
        "school_code": "630001",
        "grade": 8,
    }
    return usual | given


def parameters(redirect: httpx.Response) -> dict[str, str]:
    assert redirect.status_code == 303, redirect.text
    return {name: values[0] for name, values in parse_qs(urlsplit(redirect.headers["location"]).query).items()}


async def consent(who: Someone, student: UUID, purpose: str, version: str = "1") -> httpx.Response:
    return await who.post("/consents", {"student_id": str(student), "purpose": purpose, "text_version": version})


async def status(pupil: Someone) -> str:
    return str((await pupil.get("/me")).json()["student"]["status"])


def service_token(key: SigningKey = NOTIFICATIONS, **claims: object) -> str:
    now = datetime.now(UTC)
    usual: dict[str, object] = {"iss": "notifications", "sub": "notifications", "aud": "bilet-identity", "iat": now}
    return jwt.encode(usual | {"exp": now + timedelta(seconds=60)} | claims, key.private, algorithm="ES256")


def public_pem(key: SigningKey) -> str:
    return key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


ESIA_CLIENT, ESIA_SERVER = make_keys(), make_keys()


@pytest.fixture
async def settings(database_url: DatabaseUrl) -> Settings:
    return Settings.model_validate(
        {
            "environment": "test",
            "database_url": await database_url("identity"),
            "signing_key": SigningKey.new().pem(),
            "personal_data_key": base64.b64encode(os.urandom(32)).decode(),
            "trusted_services": {"notifications": public_pem(NOTIFICATIONS)},
            "public_url": "http://bilet.test",
            "esia_base_url": ESIA,
            "esia_signing_key": ESIA_CLIENT.private,
            "esia_public_key": ESIA_SERVER.public,
            "esia_redirect_uri": REDIRECT,
        }
    )


@pytest.fixture
def esia_app() -> FastAPI:
    return create_app(
        StandinSettings(
            environment="test",
            client_certificate=ESIA_CLIENT.public,
            signing_key=ESIA_SERVER.private,
            redirect_uris=(REDIRECT,),
        )
    )


@pytest.fixture
async def world(settings: Settings, esia_app: FastAPI, set_clock: SetClock) -> AsyncIterator[World]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=esia_app)) as esia:
        service = build(settings, esia)
        app = create_api(service)
        transport = httpx.ASGITransport(app=app)
        async with service.running(), httpx.AsyncClient(transport=transport, base_url="http://bilet.test") as http:
            world = World(service, settings, http, esia, set_clock)
            await world.turn_clock(SEVENTH_OF_JULY)
            yield world
