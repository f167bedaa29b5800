"""A region's pack: a directory of CSV files, and perhaps what a correct import makes of them."""

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bilet_local.errors import StackError

SEASON = "season.csv"
IDENTITY_FILES = {"schools": "schools.csv", "mentors": "mentors.csv"}
"""What identity takes, in this order, by the last part of the address."""

BOOKING_FILES = {
    "seasons": SEASON,
    "sites": "sites.csv",
    "competencies": "competencies.csv",
    "try-outs": "try_outs.csv",
    "slots": "slots.csv",
}
"""What booking takes, in this order, by the last part of the address."""

EXPECTED = "expected.json"
ROSTERS = "rosters"
CONTENT_TYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xls": "application/vnd.ms-excel",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
"""What a roster's file may be, by the end of its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """What of season.csv the demo and the import go by: first days of its periods in the region's zone, and its limits."""

    registration_from: date
    diagnostics_from: date
    booking_from: date
    try_outs_until: date
    max_bookings: int
    max_in_person: int


Offer = Mapping[int, frozenset[str]]
"""Grade → formats (as the catalogue names them) of the try-outs with at least one slot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack on disk.

    Attributes:
        rosters: in name order: the first file with a pupil keeps the pupil.
        expected: contents of expected.json, if there is one.
    """

    directory: Path
    region_code: str
    region: str
    zone: ZoneInfo
    season: Season
    rosters: tuple[Path, ...]
    expected: Mapping[str, Any] | None

    @property
    def opens_on(self) -> date:
        """The first day of registration, in the region's zone."""
        return self.season.registration_from

    def offer(self) -> Offer:
        """Read what pupils of each grade can book."""
        offered: dict[int, set[str]] = defaultdict(set)
        with_slots = {slot["try_out_code"].strip() for slot in rows_of(self.content(BOOKING_FILES["slots"]))}
        for try_out in rows_of(self.content(BOOKING_FILES["try-outs"])):
            if try_out["try_out_code"].strip() in with_slots:
                for grade in range(int(try_out["grade_from"]), int(try_out["grade_to"]) + 1):
                    offered[grade].add(try_out["format"].strip().lower().replace("_", "-"))
        return {grade: frozenset(formats) for grade, formats in offered.items()}

    def first_mentor(self) -> str:
        """Read the code of the mentor who stands first in the pack."""
        return rows_of(self.content(IDENTITY_FILES["mentors"]))[0]["mentor_code"].strip()

    def content(self, name: str) -> bytes:
        """Read a file as it is."""
        return (self.directory / name).read_bytes()


def open_pack(directory: Path) -> Pack:
    """Look a pack over before anything is sent.

    Raises:
        StackError: files are missing, or the season cannot be read.
    """
    needed = [*IDENTITY_FILES.values(), *BOOKING_FILES.values()]
    if missing := [name for name in needed if not (directory / name).is_file()]:
        raise StackError(f"В {directory} нет файлов: {', '.join(missing)}. Это каталог пакета региона?")
    season = _first_row(directory / SEASON)
    try:
        return Pack(
            directory=directory,
            region_code=season["region_code"],
            region=season["region"],
            zone=ZoneInfo(season["timezone"]),
            season=_dates_and_limits(season),
            rosters=tuple(
                sorted(file for file in (directory / ROSTERS).glob("*") if file.suffix.lower() in CONTENT_TYPES)
            ),
            expected=_expected(directory / EXPECTED),
        )
    except (KeyError, ValueError):
        raise StackError(f"Не читается {directory / SEASON}: нужны регион, пояс и даты сезона.") from None


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Read the rows of one of the pack's own tables: UTF-8 or cp1251, commas or semicolons, as the services do."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251")
    heading = text.partition("\n")[0]
    return list(csv.DictReader(text.splitlines(), delimiter=";" if heading.count(";") > heading.count(",") else ","))


def _dates_and_limits(row: Mapping[str, str]) -> Season:
    return Season(
        registration_from=date.fromisoformat(row["registration_from"]),
        diagnostics_from=date.fromisoformat(row["diagnostics_from"]),
        booking_from=date.fromisoformat(row["booking_from"]),
        try_outs_until=date.fromisoformat(row["try_outs_until"]),
        max_bookings=int(row["max_bookings"]),
        max_in_person=int(row["max_in_person"]),
    )


def _first_row(file: Path) -> dict[str, str]:
    rows = rows_of(file.read_bytes())
    if not rows:
        raise StackError(f"В {file} нет ни одного сезона.")
    return rows[0]


def _expected(file: Path) -> Mapping[str, Any] | None:
    if not file.is_file():
        return None
    try:
        expected: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        raise StackError(f"Не читается {file}: это не JSON.") from None
    return expected
