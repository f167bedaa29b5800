"""What may be booked, as clients see it: filtered, paged by keyset, recommended competencies first if asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Table, bindparam, case, cast, func, literal, select, tuple_

from bilet_booking.domain.catalogue import BOOKING_CLOSES_BEFORE
from bilet_booking.storage.selects import OFFERED
from bilet_booking.storage.tables import competencies, seasons, sites, slots, try_outs, unlocks
from bilet_kit.storage.database import Row, Transaction
from bilet_kit.storage.statements import Statement

_RECOMMENDED = Statement(
    select(unlocks.c.recommended)
    .where(unlocks.c.student_id == bindparam("student_id"))
    .order_by(unlocks.c.season_year.desc())
    .limit(1)
)
KINDS: dict[str, tuple[Table, str]] = {
    "seasons": (seasons, "season_code"),
    "sites": (sites, "site_code"),
    "competencies": (competencies, "competency"),
    "try-outs": (try_outs, "try_out_code"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of slots ends and the next begins. `rank` is a competency's place among those recommended."""

    rank: int
    starts_at: datetime
    slot_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which slots are wanted; None and empty mean any.

    Attributes:
        date_from, date_to: days in the site's zone, both included.
        free, wheelchair: only slots with a free seat, only sites with wheelchair access.
    """

    region: str | None = None
    competency: str | None = None
    field: str | None = None
    site: str | None = None
    municipality: str | None = None
    format: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    grade: int | None = None
    free: bool | None = None
    wheelchair: bool | None = None
    after: Place | None = None
    limit: int = 50


async def slots_page(tx: Transaction, wanted: Wanted, recommended: tuple[str, ...]) -> Sequence[Row]:
    """Find slots that have not begun: recommended competencies first, best before others, then the soonest.

    Returns one row more than `limit` when there is another page.
    """
    places = {competency: place for place, competency in enumerate(recommended)}
    rank = case(places, value=try_outs.c.competency, else_=len(places)) if places else literal(0)
    source = OFFERED.join(
        competencies,
        (competencies.c.region_code == try_outs.c.region_code) & (competencies.c.competency == try_outs.c.competency),
    )
    query = (
        select(*_columns(), rank.label("rank"))
        .select_from(source)
        .where(slots.c.starts_at > tx.now, *_conditions(wanted))
    )
    if wanted.after:
        place = (wanted.after.rank, wanted.after.starts_at, wanted.after.slot_id)
        query = query.where(tuple_(rank, slots.c.starts_at, slots.c.slot_id) > tuple_(*map(literal, place)))
    query = query.order_by(rank, slots.c.starts_at, slots.c.slot_id).limit(wanted.limit + 1)
    return await tx.rows(query)


async def entities_page(
    tx: Transaction, kind: str, region: str | None, after: tuple[str, str] | None, limit: int
) -> Sequence[Row]:
    """Find seasons, sites, competencies or try-outs by region and code; one row more than `limit` if a page follows."""
    table, code = KINDS[kind]
    query: Select[Any] = select(table).order_by(table.c.region_code, table.c[code]).limit(limit + 1)
    if region:
        query = query.where(table.c.region_code == region)
    if after:
        query = query.where(tuple_(table.c.region_code, table.c[code]) > tuple_(*map(literal, after)))
    return await tx.rows(query)


async def recommended_to(tx: Transaction, student_id: UUID) -> tuple[str, ...]:
    """Find the competencies that diagnostics recommended to a pupil in the newest season, best first."""
    return tuple(await tx.value(_RECOMMENDED, student_id=student_id) or ())


def _columns() -> list[ColumnElement[Any]]:
    return [
        slots.c.slot_id,
        slots.c.slot_code,
        slots.c.region_code,
        slots.c.try_out_code,
        try_outs.c.title,
        try_outs.c.competency,
        competencies.c.title.label("competency_title"),
        competencies.c.field,
        try_outs.c.site_code,
        sites.c.name.label("site_name"),
        sites.c.municipality,
        sites.c.address,
        sites.c.wheelchair_access,
        try_outs.c.format,
        try_outs.c.grade_from,
        try_outs.c.grade_to,
        slots.c.starts_at,
        slots.c.ends_at,
        (slots.c.starts_at - BOOKING_CLOSES_BEFORE).label("booking_closes_at"),
        sites.c.timezone,
        slots.c.capacity,
        (slots.c.capacity - slots.c.claimed).label("free"),
    ]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Compare only what was given: SQLAlchemy refuses to order anything against None."""
    local_day = cast(func.timezone(sites.c.timezone, slots.c.starts_at), Date)
    equal = (
        (slots.c.region_code, wanted.region),
        (try_outs.c.competency, wanted.competency),
        (competencies.c.field, wanted.field),
        (try_outs.c.site_code, wanted.site),
        (sites.c.municipality, wanted.municipality),
        (try_outs.c.format, wanted.format),
    )
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal if value]
    if wanted.date_from:
        conditions.append(local_day >= wanted.date_from)
    if wanted.date_to:
        conditions.append(local_day <= wanted.date_to)
    if wanted.grade:
        conditions.append(literal(wanted.grade).between(try_outs.c.grade_from, try_outs.c.grade_to))
    if wanted.free:
        conditions.append(slots.c.claimed < slots.c.capacity)
    if wanted.wheelchair:
        conditions.append(sites.c.wheelchair_access)
    return conditions
