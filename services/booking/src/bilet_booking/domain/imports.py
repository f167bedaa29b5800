"""The region pack: how a row of each file becomes a season, site, competency, try-out or slot."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from bilet_booking.domain.catalogue import Competency, Format, Season, Site, Slot, TryOut
from bilet_booking.domain.reading import CellError, Line, Warned

MAX_CODE = 40
NewId = Callable[[], UUID]

SEASON_COLUMNS = (
    "season", "region_code", "timezone", "registration_from", "diagnostics_from", "booking_from",
    "try_outs_from", "try_outs_until", "recommendations_until", "closes", "max_bookings", "max_in_person",
)  # fmt: skip
SITE_COLUMNS = ("site_code", "name", "municipality", "address", "timezone", "wheelchair_access")
COMPETENCY_COLUMNS = ("slug", "ws_code", "title", "field", "riasec")
TRY_OUT_COLUMNS = (
    "try_out_code", "competency", "site_code", "mentor_code", "format", "title",
    "grade_from", "grade_to", "duration_minutes",
)  # fmt: skip
SLOT_COLUMNS = ("slot_code", "try_out_code", "starts_at_local", "capacity")

_FORMATS = {"online": Format.ONLINE, "in_person": Format.IN_PERSON, "in-person": Format.IN_PERSON}
_YES_NO = {"да": True, "нет": False}


def read_season(line: Line, region_code: str, new_id: NewId) -> Season:
    """Read a season of this region; its periods must follow one another."""
    if line.text("region_code") != region_code:
        raise CellError("region_code", f"Файл другого региона, а не {region_code}.")
    zone = line.zone("timezone")
    year = line.number("season", 2018, 2100)
    season = Season(
        season_id=new_id(),
        region_code=region_code,
        season_code=f"{region_code}-{year}",
        year=year,
        timezone=zone.key,
        registration_from=line.midnight("registration_from", zone),
        diagnostics_from=line.midnight("diagnostics_from", zone),
        booking_from=line.midnight("booking_from", zone),
        try_outs_from=line.midnight("try_outs_from", zone),
        try_outs_until=line.midnight("try_outs_until", zone),
        recommendations_until=line.midnight("recommendations_until", zone),
        closes=line.midnight("closes", zone),
        max_bookings=line.number("max_bookings", 1, 20),
        max_in_person=line.number("max_in_person", 0, 20),
    )
    _in_order(season)
    return season


def read_site(line: Line, region_code: str, new_id: NewId) -> Site:
    """Read a site of the region."""
    return Site(
        site_id=new_id(),
        region_code=region_code,
        site_code=line.text("site_code", limit=MAX_CODE),
        name=line.text("name"),
        municipality=line.text("municipality"),
        address=line.text("address"),
        timezone=line.zone("timezone").key,
        wheelchair_access=line.choice("wheelchair_access", _YES_NO),
    )


def read_competency(line: Line, region_code: str, new_id: NewId) -> Competency:
    """Read a competency as the region offers it."""
    riasec = line.text("riasec").upper()
    if len(riasec) != 3 or not set(riasec) <= set("RIASEC") or len(set(riasec)) != 3:  # noqa: PLR2004
        raise CellError("riasec", "Нужны три разные буквы из RIASEC.")
    return Competency(
        competency_id=new_id(),
        region_code=region_code,
        competency=line.text("slug", limit=MAX_CODE),
        ws_code=line.optional("ws_code", limit=MAX_CODE),
        title=line.text("title"),
        field=line.text("field"),
        riasec=riasec,
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What try-outs of a region may refer to."""

    season_code: str
    competencies: frozenset[str]
    sites: frozenset[str]


def read_try_out(line: Line, region_code: str, new_id: NewId, known: Known) -> TryOut:
    """Read a try-out at a known site, in a known competency."""
    grade_from = line.number("grade_from", 6, 11)
    return TryOut(
        try_out_id=new_id(),
        region_code=region_code,
        try_out_code=line.text("try_out_code", limit=MAX_CODE),
        season_code=known.season_code,
        competency=_reference(line, "competency", known.competencies),
        site_code=_reference(line, "site_code", known.sites),
        mentor_code=line.text("mentor_code", limit=MAX_CODE),
        format=line.choice("format", _FORMATS),
        title=line.text("title"),
        grade_from=grade_from,
        grade_to=line.number("grade_to", grade_from, 11),
        duration_minutes=line.number("duration_minutes", 1, 24 * 60),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a slot inherits from its try-out: zone, length, mentor and the season's dates."""

    timezone: str
    duration_minutes: int
    mentor_code: str
    try_outs_from: datetime
    try_outs_until: datetime


def read_slot(line: Line, region_code: str, new_id: NewId, frames: Mapping[str, Frame]) -> Slot:
    """Read a slot of a known try-out, within the season's dates."""
    try_out_code = _reference(line, "try_out_code", frames)
    frame = frames[try_out_code]
    starts_at = line.instant("starts_at_local", ZoneInfo(frame.timezone))
    if not frame.try_outs_from <= starts_at < frame.try_outs_until:
        raise CellError("starts_at_local", "Сеанс вне сроков профпроб сезона.")
    return Slot(
        slot_id=new_id(),
        region_code=region_code,
        slot_code=line.text("slot_code", limit=MAX_CODE),
        try_out_code=try_out_code,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=frame.duration_minutes),
        capacity=line.number("capacity", 1, 10_000),
    )


@dataclass(frozen=True, slots=True)
class Engagement:
    """When a mentor is busy; `row` is the line of the file it comes from, None for a slot that was there before."""

    mentor_code: str
    slot_code: str
    starts_at: datetime
    ends_at: datetime
    row: int | None


def overlaps(engagements: Iterable[Engagement]) -> tuple[Warned, ...]:
    """Warn of every imported slot that begins while its mentor is still busy with an earlier one."""
    warned: list[Warned] = []
    ordered = sorted(engagements, key=lambda e: (e.mentor_code, e.starts_at, e.slot_code))
    for earlier, later in pairwise(ordered):
        row = later.row or earlier.row
        if row and earlier.mentor_code == later.mentor_code and later.starts_at < earlier.ends_at:
            warned.append(
                Warned(
                    row, f"Наставник {later.mentor_code} занят: {later.slot_code} пересекается с {earlier.slot_code}."
                )
            )
    return tuple(sorted(warned, key=lambda w: w.row))


def _in_order(season: Season) -> None:
    for earlier, later in (
        ("registration_from", "diagnostics_from"),
        ("diagnostics_from", "booking_from"),
        ("booking_from", "try_outs_from"),
        ("try_outs_from", "try_outs_until"),
        ("try_outs_until", "recommendations_until"),
        ("recommendations_until", "closes"),
    ):
        if getattr(season, earlier) > getattr(season, later):
            raise CellError(later, f"Раньше, чем {earlier}.")
    if season.max_in_person > season.max_bookings:
        raise CellError("max_in_person", "Больше, чем max_bookings.")


def _reference(line: Line, column: str, known: Iterable[str]) -> str:
    value = line.text(column, limit=MAX_CODE)
    if value not in known:
        raise CellError(column, f"Неизвестный код: {value}.")
    return value
