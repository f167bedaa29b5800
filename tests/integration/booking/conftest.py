"""The booking service on a real database: a small region, pupils who may book, and everybody around them."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from bilet_booking.bootstrap import build
from bilet_booking.settings import Settings
from bilet_contracts.base import Event
from bilet_contracts.diagnostics import (
    DiagnosticsCompletedV1,
    RecommendationsChangedV1,
    RecommendedCompetency,
    StageCompletedV1,
    StageStartedV1,
)
from bilet_contracts.identity import StaffScope, StaffScopeChangedV1, StudentChangedV1
from bilet_kit.process.api import create_api
from bilet_kit.process.service import Service
from tests.support.plugin import DatabaseUrl, SetClock
from tests.support.records import HandMade
from tests.support.tokens import TokenMaker
from tests.support.waiting import wait_until

REGION = "63"
SEASON = "63-2026"
OPENING = datetime(2026, 8, 1, 9, 0, tzinfo=UTC)
"""Business time at which tests begin: booking is open and slots are weeks away."""

SEASON_CSV = """season,region_code,region,timezone,registration_from,diagnostics_from,booking_from,try_outs_from,\
try_outs_until,recommendations_until,closes,max_bookings,max_in_person
2026,63,Самарская область,Europe/Samara,2026-07-07,2026-07-07,2026-07-07,2026-08-01,2026-12-01,2026-12-15,2026-12-31,2,1
"""
SITES_CSV = """site_code,name,municipality,address,timezone,wheelchair_access
63-S01,Колледж,г.о. Самара,"ул. Луначарского, 12",Europe/Samara,да
63-S02,Училище,г.о. Тольятти,"ул. Победы, 36",Europe/Samara,нет
"""
COMPETENCIES_CSV = """slug,ws_code,title,field,riasec
welding,WS10,Сварочные технологии,Производство,RCI
cooking,WS34,Поварское дело,Сфера услуг,RAE
"""
TRY_OUTS_CSV = """try_out_code,competency,site_code,mentor_code,format,title,grade_from,grade_to,duration_minutes
W-ON,welding,63-S01,63-M01,online,Сварка онлайн,6,11,90
W-IP,welding,63-S01,63-M01,in_person,Сварка в мастерской,8,11,120
C-IP,cooking,63-S02,63-M02,in_person,Поварское дело,6,11,120
"""
SLOTS_CSV = """slot_code,try_out_code,starts_at_local,capacity
ON-1,W-ON,2026-09-03T15:00,2
ON-2,W-ON,2026-09-05T15:00,30
ON-3,W-ON,2026-09-07T15:00,30
IP-1,W-IP,2026-09-10T10:00,10
IP-2,C-IP,2026-09-12T10:00,10
CLASH,C-IP,2026-09-03T16:00,10
"""


@dataclass(frozen=True)
class Pupil:
    id: UUID = field(default_factory=uuid4)
    guardian: UUID = field(default_factory=uuid4)


@dataclass
class Region:
    """What a test does with the service."""

    service: Service
    client: httpx.AsyncClient
    tokens: TokenMaker
    address: str
    set_clock_in: SetClock
    operator: UUID = field(default_factory=uuid4)
    mentor: UUID = field(default_factory=uuid4)
    slots: dict[str, UUID] = field(default_factory=dict)
    _sequences: dict[str, int] = field(default_factory=dict)

    async def hear(self, *events: Event) -> None:
        """Consume these events as their producers would publish them next for their keys."""
        records = []
        for event in events:
            place = f"{event.topic} {event.key}"
            self._sequences[place] = self._sequences.get(place, 0) + 1
            records.append(HandMade.of(event, self._sequences[place]))
        await self.service.processor.process(records)

    async def rows(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await self.service.database.pool.fetch(sql, *arguments)
        return rows

    async def value(self, sql: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the statement gives
        return await self.service.database.pool.fetchval(sql, *arguments)

    async def clock(self, moment: datetime) -> None:
        await self.set_clock_in(self.address, moment)

    async def said(self, name: str) -> list[dict[str, Any]]:
        """Read the published events of this type from the outbox, oldest first."""
        found = await self.rows("SELECT payload FROM outbox WHERE type = $1 ORDER BY id", f"booking.{name}.v1")
        return [json.loads(row["payload"]) for row in found]

    async def staff(self, role: str, staff_id: UUID | None = None, **place: str) -> UUID:
        staff_id = staff_id or uuid4()
        scope = StaffScope.model_validate({"role": role, "region_code": REGION, **place})
        await self.hear(StaffScopeChangedV1(region_code=REGION, staff_id=staff_id, scopes=(scope,), changed_at=OPENING))
        return staff_id

    async def knows(self, pupil: Pupil, **state: object) -> Pupil:
        """Let booking consume the pupil's state: active, grade 8, with every consent, unless `state` says otherwise."""
        await self.hear(student_changed(pupil, **state))
        return pupil

    async def unlock(self, *pupils: Pupil, recommended: str = "welding") -> None:
        await self.hear(*(_unlocked(pupil, recommended) for pupil in pupils))

    async def recommend_anew(self, pupil: Pupil, *recommended: str) -> None:
        """Let diagnostics publish another list for a pupil who has completed it."""
        fits = tuple(RecommendedCompetency(competency=one, fit=0.5) for one in recommended)
        await self.hear(
            RecommendationsChangedV1(region_code=REGION, student_id=pupil.id, season_code=SEASON, recommended=fits)
        )

    async def pupil(self, **state: object) -> Pupil:
        """Make a pupil who may book."""
        pupil = await self.knows(Pupil(), **state)
        await self.unlock(pupil)
        return pupil

    async def pupils(self, count: int) -> list[Pupil]:
        pupils = [Pupil() for _ in range(count)]
        await self.hear(*(event for pupil in pupils for event in (student_changed(pupil), _unlocked(pupil))))
        return pupils

    async def stage(self, pupil: Pupil, stage: int) -> None:
        about: dict[str, Any] = {
            "region_code": REGION,
            "student_id": pupil.id,
            "season_code": SEASON,
            "stage": stage,
            "instruments": (),
        }
        await self.hear(StageStartedV1.model_validate(about), StageCompletedV1.model_validate(about))

    def headers(self, role: str, subject: UUID) -> dict[str, str]:
        return self.tokens.headers(role, subject)

    async def book(self, pupil: Pupil, slot: str, *, key: str | None = None) -> httpx.Response:
        headers = self.headers("student", pupil.id) | {"Idempotency-Key": key or str(uuid4())}
        wanted = {"slot_id": str(self.slots[slot])}
        return await self.client.post("/bookings", json=wanted, headers=headers)

    async def booked(self, pupil: Pupil, slot: str) -> str:
        answer = await self.book(pupil, slot)
        assert answer.status_code == 201, answer.text
        booking_id: str = answer.json()["booking_id"]
        return booking_id

    async def act(
        self, role: str, subject: UUID, booking_id: str, action: str, body: object = None, **headers: str
    ) -> httpx.Response:
        """POST one of a booking's actions."""
        return await self.client.post(
            f"/bookings/{booking_id}/{action}", json=body, headers=self.headers(role, subject) | headers
        )

    async def approved(self, pupil: Pupil, slot: str) -> str:
        booking_id = await self.booked(pupil, slot)
        answer = await self.act("guardian", pupil.guardian, booking_id, "approval")
        assert answer.status_code == 200, answer.text
        return booking_id

    async def attended(self, pupil: Pupil, slot: str = "ON-2") -> str:
        """Book, approve and attend; the clock then stands an hour after the start."""
        booking_id = await self.approved(pupil, slot)
        starts_at = await self.value("SELECT starts_at FROM slots WHERE slot_id = $1", self.slots[slot])
        await self.clock(starts_at + timedelta(hours=1))
        answer = await self.act("mentor", self.mentor, booking_id, "attendance", {"attendance": "attended"})
        assert answer.status_code == 200, answer.text
        return booking_id

    async def see(self, role: str, subject: UUID, address: str) -> httpx.Response:
        return await self.client.get(address, headers=self.headers(role, subject))

    async def load(self, kind: str, text: str | bytes, **query: str) -> httpx.Response:
        content = text.encode() if isinstance(text, str) else text
        headers = self.headers("regional-operator", self.operator) | {"Content-Type": "text/csv"}
        return await self.client.post(f"/imports/{kind}", content=content, headers=headers, params=query)

    async def claimed(self, slot: str) -> int:
        found: int = await self.value("SELECT claimed FROM slots WHERE slot_id = $1", self.slots[slot])
        return found

    async def quota(self, pupil: Pupil) -> tuple[int, int]:
        (row,) = await self.rows("SELECT booked, in_person FROM quotas WHERE student_id = $1", pupil.id)
        return row["booked"], row["in_person"]

    async def learn_slots(self) -> None:
        self.slots = {r["slot_code"]: r["slot_id"] for r in await self.rows("SELECT slot_code, slot_id FROM slots")}


def student_changed(pupil: Pupil, **state: object) -> StudentChangedV1:
    """Make the state of an active pupil of grade 8 with every consent, unless `state` says otherwise."""
    usual: dict[str, object] = {
        "region_code": REGION,
        "student_id": pupil.id,
        "status": "active",
        "grade": 8,
        "school_code": "630001",
        "decides_alone": False,
        "guardian_ids": (pupil.guardian,),
        "purposes": ("processing", "transfer"),
    }
    return StudentChangedV1.model_validate(usual | state)


def _unlocked(pupil: Pupil, competency: str = "welding") -> DiagnosticsCompletedV1:
    return DiagnosticsCompletedV1(
        region_code=REGION,
        student_id=pupil.id,
        season_code=SEASON,
        recommended=(RecommendedCompetency(competency=competency, fit=0.5),),
    )


def is_problem(answer: httpx.Response, status: int, code: str) -> None:
    """Assert that the answer is this problem, as RFC 9457 has it."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.fixture
async def service(database_url: DatabaseUrl, tokens: TokenMaker) -> AsyncIterator[Service]:
    values = {
        "environment": "test",
        "database_url": await database_url("booking"),
        "jwks_url": tokens.jwks_url,
        "token_issuer": tokens.issuer,
    }
    service = build(Settings.model_validate(values))
    async with service.running():
        await wait_until(lambda: service.verifier.ready, what="the keys")
        yield service


@pytest.fixture
async def empty_region(service: Service, tokens: TokenMaker, set_clock: SetClock) -> AsyncIterator[Region]:
    """Make an operator, and nothing to book yet; the clock stands at `OPENING`."""
    transport = httpx.ASGITransport(create_api(service))
    address = str(service.settings.database_url)
    async with httpx.AsyncClient(transport=transport, base_url="http://booking.test") as client:
        region = Region(service, client, tokens, address, set_clock)
        await region.clock(OPENING)
        await region.staff("regional-operator", region.operator)
        yield region


@pytest.fixture
async def region(empty_region: Region) -> Region:
    """Make the small region: two sites, two competencies, three try-outs, six slots, a mentor."""
    for kind, text in (
        ("seasons", SEASON_CSV),
        ("sites", SITES_CSV),
        ("competencies", COMPETENCIES_CSV),
        ("try-outs", TRY_OUTS_CSV),
        ("slots", SLOTS_CSV),
    ):
        answer = await empty_region.load(kind, text)
        assert answer.status_code == 200, answer.text
        assert answer.json()["rejected"] == []
    await empty_region.staff("mentor", empty_region.mentor, staff_code="63-M01")
    await empty_region.learn_slots()
    return empty_region
