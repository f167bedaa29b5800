"""Import of a region's pack: good rows are taken, bad ones reported, and only what changed is published."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bilet_booking.domain import events, imports, reading
from bilet_booking.domain.catalogue import Competency, Season, Site, Slot, TryOut
from bilet_booking.domain.errors import SeasonUnknown
from bilet_booking.domain.imports import Engagement, Known
from bilet_booking.domain.reading import CellError, Line, Parsed, Rejected, Warned
from bilet_booking.storage import pack, seasons
from bilet_kit.ids import new_id
from bilet_kit.storage.database import Transaction

T = TypeVar("T", Season, Site, Competency, TryOut, Slot)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a file: every row is accepted or rejected; `published` counts the accepted that are new or changed."""

    rows: int
    accepted: int
    published: int
    rejected: tuple[Rejected, ...]
    warned: tuple[Warned, ...] = ()


Import = Callable[[Transaction, bytes, str], Awaitable[ImportReport]]


async def import_seasons(tx: Transaction, raw: bytes, region_code: str) -> ImportReport:
    """Import seasons, one a row. Raises: FileUnreadable."""
    read = partial(imports.read_season, region_code=region_code, new_id=new_id)
    parsed = _parsed(raw, imports.SEASON_COLUMNS, read, lambda season: season.season_code, "season")
    return await _take(tx, parsed, events.SeasonPublished)


async def import_sites(tx: Transaction, raw: bytes, region_code: str) -> ImportReport:
    """Import sites, one a row. Raises: FileUnreadable."""
    read = partial(imports.read_site, region_code=region_code, new_id=new_id)
    parsed = _parsed(raw, imports.SITE_COLUMNS, read, lambda site: site.site_code, "site_code")
    return await _take(tx, parsed, events.SitePublished)


async def import_competencies(tx: Transaction, raw: bytes, region_code: str) -> ImportReport:
    """Import competencies, one a row. Raises: FileUnreadable."""
    read = partial(imports.read_competency, region_code=region_code, new_id=new_id)
    parsed = _parsed(raw, imports.COMPETENCY_COLUMNS, read, lambda competency: competency.competency, "slug")
    return await _take(tx, parsed, events.CompetencyPublished)


async def import_try_outs(tx: Transaction, raw: bytes, region_code: str) -> ImportReport:
    """Import try-outs into the region's newest season; competencies take on the grades of their try-outs.

    Raises:
        FileUnreadable: it is not such a file.
        SeasonUnknown: the region has no season to put them in.
    """
    season = await seasons.current(tx, region_code)
    if season is None:
        raise SeasonUnknown
    known = Known(
        season.season_code, await pack.codes(tx, Competency, region_code), await pack.codes(tx, Site, region_code)
    )
    read = partial(imports.read_try_out, region_code=region_code, new_id=new_id, known=known)
    parsed = _parsed(raw, imports.TRY_OUT_COLUMNS, read, lambda try_out: try_out.try_out_code, "try_out_code")
    report = await _take(tx, parsed, events.TryOutPublished)
    tx.record(*(events.CompetencyPublished(changed) for changed in await pack.spread_grades(tx, region_code)))
    return report


async def import_slots(tx: Transaction, raw: bytes, region_code: str) -> ImportReport:
    """Import slots of known try-outs; a mentor's overlapping slots are taken with a warning. Raises: FileUnreadable."""
    frames = await pack.frames(tx, region_code)
    present = await pack.locked_slots(tx, region_code)

    def read(line: Line) -> Slot:
        slot = imports.read_slot(line, region_code, new_id, frames)
        _keeps_promises(slot, present.get(slot.slot_code))
        return slot

    parsed = _parsed(raw, imports.SLOT_COLUMNS, read, lambda slot: slot.slot_code, "slot_code")
    engaged = {e.slot_code: e for e in await pack.engagements(tx, region_code)}
    for row, slot in parsed.good:
        mentor = frames[slot.try_out_code].mentor_code
        engaged[slot.slot_code] = Engagement(mentor, slot.slot_code, slot.starts_at, slot.ends_at, row)
    return await _take(tx, parsed, events.SlotPublished, imports.overlaps(engaged.values()))


IMPORTS: Mapping[str, Import] = {
    "seasons": import_seasons,
    "sites": import_sites,
    "competencies": import_competencies,
    "try-outs": import_try_outs,
    "slots": import_slots,
}
"""Imports by the last part of their address, in the order in which a pack is imported."""


def _keeps_promises(slot: Slot, present: Mapping[str, object] | None) -> None:
    if present is None:
        return
    if slot.capacity < int(str(present["claimed"])):
        raise CellError("capacity", f"Уже занято мест: {present['claimed']}.")
    if present["booked"] and (slot.starts_at, slot.ends_at) != (present["starts_at"], present["ends_at"]):
        raise CellError("starts_at_local", "На сеанс уже записаны: время изменить нельзя.")
    if present["booked"] and slot.try_out_code != present["try_out_code"]:
        raise CellError("try_out_code", "На сеанс уже записаны: пробу изменить нельзя.")


def _parsed(
    raw: bytes, columns: Sequence[str], read: Callable[[Line], T], code: Callable[[T], str], column: str
) -> Parsed[T]:
    return reading.without_repeats(reading.parse(reading.read_lines(raw, columns), read), code, column)


async def _take(
    tx: Transaction, parsed: Parsed[T], announce: Callable[[T], object], warned: tuple[Warned, ...] = ()
) -> ImportReport:
    changed = await pack.upsert(tx, [entity for _, entity in parsed.good])
    tx.record(*(announce(entity) for entity in changed))
    return ImportReport(
        rows=len(parsed.good) + len(parsed.rejected),
        accepted=len(parsed.good),
        published=len(changed),
        rejected=parsed.rejected,
        warned=warned,
    )
