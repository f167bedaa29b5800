"""A small season of one region for benchmarks, made by the services' own imports and events."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from bilet_contracts.diagnostics import DiagnosticsCompletedV1
from bilet_contracts.identity import StudentActivatedV1
from tests.support.records import HandMade

REGION = "63"
SEASON = "63-2026"
NOW = datetime(2026, 8, 5, 8, tzinfo=UTC)
HOT_SLOT = "HOT"
SCARCE_SLOT = "SCARCE"
SCARCE_SEATS = 500
SPREAD = 100
_ROOMY = 10_000
_FIRST_DAY = date(2026, 8, 20)


_SEASON_COLUMNS = (
    "season,region_code,timezone,registration_from,diagnostics_from,booking_from,try_outs_from,try_outs_until,"
    "recommendations_until,closes,max_bookings,max_in_person"
)
_SEASONS = (
    _SEASON_COLUMNS,
    "2026,63,Europe/Samara,2026-07-07,2026-07-07,2026-07-07,2026-08-01,2026-12-01,2026-12-15,2026-12-31,2,1",
)
_SITES = (
    "site_code,name,municipality,address,timezone,wheelchair_access",
    "63-S01,Колледж,г.о. Самара,ул. Первая 1,Europe/Samara,да",
)
_COMPETENCIES = (
    "slug,ws_code,title,field,riasec",
    "bricklaying,WS20,Кирпичная кладка,Строительство,RCI",
    "joinery,WS25,Столярное дело,Строительство,RAC",
)
_TRY_OUTS = (
    "try_out_code,competency,site_code,mentor_code,format,title,grade_from,grade_to,duration_minutes",
    "63-M01-ON,bricklaying,63-S01,63-M01,online,Кирпичная кладка,6,11,60",
    "63-M02-ON,joinery,63-S01,63-M02,online,Столярное дело,6,11,60",
)


def pack() -> Mapping[str, bytes]:
    """Make the files of the import, by kind, in their order."""
    return {
        "seasons": _csv(*_SEASONS),
        "sites": _csv(*_SITES),
        "competencies": _csv(*_COMPETENCIES),
        "try-outs": _csv(*_TRY_OUTS),
        "slots": _csv("slot_code,try_out_code,starts_at_local,capacity", *_slots()),
    }


def _slots() -> Iterator[str]:
    """Make a hundred roomy slots, a hot one with room for all, and one with too few seats; no two at the same time."""
    for number in range(SPREAD):
        day = _FIRST_DAY + timedelta(days=number % 90)
        yield f"S{number:03},63-M01-ON,{day}T{9 + number // 90:02}:00,{_ROOMY}"
    yield f"{HOT_SLOT},63-M01-ON,2026-11-20T09:00,{_ROOMY}"
    yield f"{SCARCE_SLOT},63-M01-ON,2026-11-21T09:00,{SCARCE_SEATS}"


def pupils(count: int) -> list[UUID]:
    """Make new pseudonyms."""
    return [uuid4() for _ in range(count)]


def activated(students: Iterable[UUID]) -> list[HandMade]:
    """Identity's word that these pupils may take part, each with one guardian and the consents that booking needs."""
    return [
        HandMade.of(
            StudentActivatedV1(
                region_code=REGION,
                student_id=student,
                status="active",
                grade=9,
                school_code="630001",
                decides_alone=False,
                guardian_ids=(uuid4(),),
                purposes=("processing", "transfer"),
            ),
            sequence=1,
        )
        for student in students
    ]


def unlocked(students: Iterable[UUID]) -> list[HandMade]:
    """Diagnostics' word that these pupils have taken all three stages."""
    return [
        HandMade.of(
            DiagnosticsCompletedV1(region_code=REGION, student_id=student, season_code=SEASON, recommended=()),
            sequence=1,
        )
        for student in students
    ]


async def set_clock(address: str) -> None:
    """Let business time go on from `NOW` in a service's database."""
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(
            """INSERT INTO business_clock ("offset") VALUES ($1 - clock_timestamp())
            ON CONFLICT (id) DO UPDATE SET "offset" = excluded."offset" """,
            NOW,
        )
    finally:
        await connection.close()


def _csv(*lines: str) -> bytes:
    return "\n".join((*lines, "")).encode()
