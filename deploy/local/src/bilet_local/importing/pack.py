"""A region's pack: a directory of CSV files, and perhaps what a correct import makes of them."""

import csv
import json
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack on disk.

    Attributes:
        opens_on: the first day of registration, in the region's zone.
        rosters: in name order: the first file with a pupil keeps the pupil.
        expected: contents of expected.json, if there is one.
    """

    directory: Path
    region_code: str
    region: str
    zone: ZoneInfo
    opens_on: date
    rosters: tuple[Path, ...]
    expected: Mapping[str, Any] | None

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
    season = _season(directory / SEASON)
    try:
        return Pack(
            directory=directory,
            region_code=season["region_code"],
            region=season["region"],
            zone=ZoneInfo(season["timezone"]),
            opens_on=date.fromisoformat(season["registration_from"]),
            rosters=tuple(sorted((directory / ROSTERS).glob("*.csv"))),
            expected=_expected(directory / EXPECTED),
        )
    except (KeyError, ValueError):
        raise StackError(f"Не читается {directory / SEASON}: нужны регион, пояс и даты сезона.") from None


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Read the rows of one of the pack's own tables (UTF-8, commas)."""
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines()))


def _season(file: Path) -> dict[str, str]:
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
