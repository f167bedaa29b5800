"""The region pack's entities: one bulk statement writes a file's rows and returns those that are new or changed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import Select, Table, select

from bilet_booking.domain.booking import AHEAD
from bilet_booking.domain.catalogue import Competency, Format, Season, Site, Slot, TryOut
from bilet_booking.domain.imports import Engagement, Frame
from bilet_booking.storage.tables import bookings, competencies, seasons, sites, slots, try_outs
from bilet_kit.storage.database import Transaction

Entity = TypeVar("Entity", Season, Site, Competency, TryOut, Slot)

_TABLES: Mapping[type, tuple[Table, str]] = {
    Season: (seasons, "season_code"),
    Site: (sites, "site_code"),
    Competency: (competencies, "competency"),
    TryOut: (try_outs, "try_out_code"),
    Slot: (slots, "slot_code"),
}
# A competency's grades come from its try-outs, not from its file.
_KEPT: Mapping[type, set[str]] = {Competency: {"grade_from", "grade_to"}}


async def upsert(tx: Transaction, entities: Sequence[Entity]) -> list[Entity]:
    """Write entities by region and code; returns those that are new or changed, with the ids they keep."""
    if not entities:
        return []
    kind = type(entities[0])
    rows = await tx.fetch(_statement(kind), orjson.dumps([asdict(entity) for entity in entities]).decode())
    return [_entity(kind, dict(row)) for row in rows]


async def spread_grades(tx: Transaction, region_code: str) -> list[Competency]:
    """Set each competency's grades to those of its try-outs; returns the changed competencies."""
    named = ", ".join(f"c.{name}" for name in Competency.__dataclass_fields__)
    rows = await tx.fetch(
        f"""UPDATE competencies c SET grade_from = t.grade_from, grade_to = t.grade_to
        FROM (SELECT competency, min(grade_from) AS grade_from, max(grade_to) AS grade_to
            FROM try_outs WHERE region_code = $1 GROUP BY competency) t
        WHERE c.region_code = $1 AND c.competency = t.competency
            AND (c.grade_from, c.grade_to) IS DISTINCT FROM (t.grade_from, t.grade_to)
        RETURNING {named}""",  # noqa: S608 - names come from our own definitions
        region_code,
    )
    return [_entity(Competency, dict(row)) for row in rows]


async def codes(tx: Transaction, kind: type, region_code: str) -> frozenset[str]:
    """List all codes of a kind in a region."""
    table, code = _TABLES[kind]
    return frozenset(await tx.column(select(table.c[code]).where(table.c.region_code == region_code)))


async def frames(tx: Transaction, region_code: str) -> dict[str, Frame]:
    """Find what slots inherit from each try-out of a region, by the try-out's code."""
    query = (
        select(
            try_outs.c.try_out_code,
            sites.c.timezone,
            try_outs.c.duration_minutes,
            try_outs.c.mentor_code,
            seasons.c.try_outs_from,
            seasons.c.try_outs_until,
        )
        .join(sites, (sites.c.region_code == try_outs.c.region_code) & (sites.c.site_code == try_outs.c.site_code))
        .join(seasons, seasons.c.season_code == try_outs.c.season_code)
        .where(try_outs.c.region_code == region_code)
    )
    return {row.pop("try_out_code"): Frame(**row) for row in await _dicts(tx, query)}


async def engagements(tx: Transaction, region_code: str) -> list[Engagement]:
    """Find when the region's mentors are busy with the slots there are."""
    query = (
        select(try_outs.c.mentor_code, slots.c.slot_code, slots.c.starts_at, slots.c.ends_at)
        .join(
            try_outs,
            (try_outs.c.region_code == slots.c.region_code) & (try_outs.c.try_out_code == slots.c.try_out_code),
        )
        .where(slots.c.region_code == region_code)
    )
    return [Engagement(**row, row=None) for row in await _dicts(tx, query)]


async def locked_slots(tx: Transaction, region_code: str) -> dict[str, dict[str, Any]]:
    """Lock the region's slots against claims; by code, each with its claimed seats and whether it has bookings ahead."""
    query = select(slots).where(slots.c.region_code == region_code).order_by(slots.c.slot_id).with_for_update()
    found = {row["slot_code"]: row for row in await _dicts(tx, query)}
    booked = select(bookings.c.slot_id).where(
        bookings.c.slot_id.in_([row["slot_id"] for row in found.values()]), bookings.c.status.in_(AHEAD)
    )
    ahead = set(await tx.column(booked.distinct()))
    return {code: {**row, "booked": row["slot_id"] in ahead} for code, row in found.items()}


def _statement(kind: type[Entity]) -> str:
    table, code = _TABLES[kind]
    named = list(kind.__dataclass_fields__)
    key = {f"{code.removesuffix('_code')}_id", "region_code", code}
    compared = [name for name in named if name not in key | _KEPT.get(kind, set())]
    listed = ", ".join(named)
    return (
        f"INSERT INTO {table.name} AS t ({listed}) "  # noqa: S608 - names come from our own definitions
        f"SELECT {listed} FROM jsonb_populate_recordset(NULL::{table.name}, $1::jsonb) "
        f"ON CONFLICT (region_code, {code}) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in compared)} "
        f"WHERE ({', '.join(f't.{n}' for n in compared)}) IS DISTINCT FROM "
        f"({', '.join(f'excluded.{n}' for n in compared)}) RETURNING {listed}"
    )


def _entity(kind: type[Entity], row: Mapping[str, Any]) -> Entity:
    values = {name: row[name] for name in kind.__dataclass_fields__}
    if "format" in values:
        values["format"] = Format(values["format"])
    return kind(**values)


async def _dicts(tx: Transaction, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in await tx.rows(query)]


async def page(tx: Transaction, kind: type[Entity], after: UUID | None, limit: int) -> list[tuple[UUID, Entity]]:
    """Find a page of a kind by id, beginning after one; each entity with its id."""
    table, _ = _TABLES[kind]
    (id_column,) = table.primary_key.columns
    query = select(table).order_by(id_column).limit(limit)
    if after:
        query = query.where(id_column > after)
    return [(row[id_column.name], _entity(kind, row)) for row in await _dicts(tx, query)]
