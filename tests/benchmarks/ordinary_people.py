"""Who asks the ordinary questions: in each service's database the rows that an answer is made of, and their requests."""

import base64
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bilet_diagnostics.bootstrap import build as build_diagnostics
from bilet_diagnostics.settings import Settings as DiagnosticsSettings
from bilet_kit.web.auth import KeySet
from tests.benchmarks import diagnostics_region, season
from tests.benchmarks.booking_region import open_region
from tests.benchmarks.load import request
from tests.benchmarks.servers import Servers
from tests.support.tokens import SigningKey

PEOPLE = 500
"""So many; more requests than that are theirs in turn."""

CATALOGUE = "/catalogue/slots?region=63&limit=50"
_LIVES_SECONDS = 3_600
_MESSAGES = """
INSERT INTO deliveries (delivery_id, fact_id, recipient_kind, recipient_id, channel, student_id, region_code, template,
    template_version, variables, created_at, urgency, status, attempts, maybe_repeated)
SELECT gen_random_uuid(), gen_random_uuid(), 'student', s, 'inbox', s, '63', 'booking-approved', 2, $2::jsonb,
    clock_timestamp(), 'ordinary', 'delivered', 0, false
FROM unnest($1::uuid[]) AS s, generate_series(1, 25)
"""
_PROJECTED = """
INSERT INTO students (student_id, status, region_code, grade, decides_alone, guardian_ids, purposes, sequence)
SELECT s, 'active', '63', 8, false, ARRAY[gen_random_uuid()], '{processing}', 1 FROM unnest($1::uuid[]) AS s
"""
_VARIABLES = {
    "booking_id": str(uuid4()),
    "slot_code": "63-T01-1",
    "site_code": "63-S01",
    "competency": "welding",
    "format": "in-person",
    "starts_at": "2026-08-15T06:00:00+00:00",
    "timezone": "Europe/Samara",
}
_SESSIONS = """
INSERT INTO sessions (session_id, subject_id, role, created_at, expires_at)
SELECT s, gen_random_uuid(), 'student', $2, $3 FROM unnest($1::uuid[]) AS s
"""
_TOKENS = """
INSERT INTO refresh_tokens (token_hash, session_id, expires_at)
SELECT h, s, $3 FROM unnest($1::bytea[], $2::uuid[]) AS t (h, s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A database that is ready, and requests whose answers are all 200."""

    address: str
    requests: Sequence[bytes]
    pages: Sequence[bytes] = ()
    environment: dict[str, Any] = field(default_factory=dict)


async def of_booking(servers: Servers, count: int) -> Asked:
    """Let pupils ask whether they may book, and for the catalogue with what was recommended to them first."""
    address = await servers.databases.create("booking")
    region = await open_region(address, PEOPLE)
    bearers = [_bearer(servers, pupil) for pupil in region.pupils]
    return Asked(
        address=address,
        requests=_in_turn("/eligibility", bearers, count),
        pages=_in_turn(f"{CATALOGUE}&recommended=true", bearers, count),
    )


async def of_diagnostics(servers: Servers, count: int) -> Asked:
    """Let pupils with a begun stage ask where they are."""
    address = await servers.databases.create("diagnostics")
    await diagnostics_region.open_region(address)
    pupils = list((await diagnostics_region.begin(address, 1, PEOPLE)).attempts)
    settings = DiagnosticsSettings.model_validate({"environment": "test", "database_url": address})
    service = build_diagnostics(settings, KeySet(settings))
    await service.database.start()
    try:
        await service.processor.process(season.activated(pupils))
    finally:
        await service.database.stop()
    return Asked(address=address, requests=_in_turn("/stages", [_bearer(servers, pupil) for pupil in pupils], count))


async def of_notifications(servers: Servers, count: int) -> Asked:
    """Let pupils with some messages read the first page of them."""
    address = await servers.databases.create("notifications")
    pupils = season.pupils(PEOPLE)
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(_PROJECTED, pupils)
        await connection.execute(_MESSAGES, pupils, orjson.dumps(_VARIABLES).decode())
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    environment: dict[str, Any] = {"BILET_SERVICE_SIGNING_KEY": SigningKey.new().pem()}
    requests = _in_turn("/inbox", [_bearer(servers, pupil) for pupil in pupils], count)
    return Asked(address=address, requests=requests, environment=environment)


async def of_identity(servers: Servers, count: int) -> Asked:
    """Let signed-in pupils exchange refresh tokens, each of which serves once."""
    address = await servers.databases.create("identity")
    secrets = [token_urlsafe(32) for _ in range(count)]
    sessions = [uuid4() for _ in secrets]
    now = datetime.now(UTC)
    term = now + timedelta(days=1)
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(_SESSIONS, sessions, now, term)
        await connection.execute(_TOKENS, [sha256(one.encode()).digest() for one in secrets], sessions, term)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    requests = [request("POST", "/sessions/refresh", orjson.dumps({"refresh_token": one})) for one in secrets]
    return Asked(address=address, requests=requests, environment=_secrets())


def _in_turn(path: str, bearers: Sequence[str], count: int) -> list[bytes]:
    ready = [request("GET", path, Authorization=bearer) for bearer in bearers]
    return [ready[number % len(ready)] for number in range(count)]


def _bearer(servers: Servers, pupil: object) -> str:
    return f"Bearer {servers.tokens.token('student', str(pupil), exp=int(time.time()) + _LIVES_SECONDS)}"


def _secrets() -> dict[str, Any]:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "BILET_SIGNING_KEY": SigningKey.new().pem(),
        "BILET_PERSONAL_DATA_KEY": base64.b64encode(os.urandom(32)).decode(),
        "BILET_ESIA_SIGNING_KEY": private.decode(),
        "BILET_ESIA_PUBLIC_KEY": public.decode(),
    }
