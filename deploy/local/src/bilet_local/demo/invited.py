"""Pupils whom schools have invited: their rows as the services took them, and a confirmed ESIA account for each parent."""

import asyncio
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from bilet_local.importing.calls import Caller
from bilet_local.importing.outcome import PackOutcome, RosterOutcome

_COLUMN_ROW = "№"
_CONCURRENCY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """One accepted row.

    Attributes:
        number: over all rosters in name order, from 1.
        full_name: as the service understood it.
        snils: `XXX-XXX-XXX YY`.
        code: activates the pupil's account.
    """

    number: int
    school_code: str
    full_name: str
    birth_date: date
    grade: int
    snils: str
    guardian: str
    phone: str
    code: str

    def age_on(self, day: date) -> int:
        """Full years."""
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    @property
    def guardian_oid(self) -> str:
        """The parent's ESIA id, always the same for the same pupil."""
        digest = blake2b(self.snils.encode(), digest_size=6).digest()
        return str(1_000_000_000 + int.from_bytes(digest) % 1_000_000_000_000)


async def read_invited(operator: Caller, outcome: PackOutcome) -> list[Invited]:
    """Join every accepted row with the activation code that the operator may print.

    Raises:
        Refused: the operator may not.
    """
    places = asyncio.Semaphore(_CONCURRENCY)

    async def codes(roster: RosterOutcome) -> str:
        async with places:
            return await operator.get_text(f"/identity/rosters/{roster.roster_id}/activation-codes.csv")

    rosters = [roster for roster in outcome.rosters if not roster.refused]
    printed = await asyncio.gather(*(codes(roster) for roster in rosters))
    rows = [
        (roster.school_code, *row)
        for roster, text in zip(rosters, printed, strict=True)
        for row in zip(accepted_rows(roster.file.read_bytes(), roster.rejected_rows), _codes(text), strict=True)
    ]
    return [_invited(number, school, row, code) for number, (school, row, code) in enumerate(rows, start=1)]


def accepted_rows(content: bytes, rejected: Iterable[int]) -> list[Sequence[str]]:
    """Read the rows that were not rejected, counted from 1 below the column row and without the total line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251")
    lines = [line for line in csv.reader(io.StringIO(text, newline=""), delimiter=";") if any(map(str.strip, line))]
    first = next(number for number, line in enumerate(lines) if line[0] == _COLUMN_ROW) + 1
    rows = [line for line in lines[first:] if not line[0].startswith("Итого")]
    refused = set(rejected)
    return [line for number, line in enumerate(rows, start=1) if number not in refused]


def to_esia(invited: Invited) -> dict[str, object]:
    """Make the parent's confirmed account, with the child in it."""
    last, first, middle = _parts(invited.guardian)
    child_last, child_first, child_middle = _parts(invited.full_name)
    child = {
        "last_name": child_last,
        "first_name": child_first,
        "middle_name": child_middle,
        "birth_date": invited.birth_date.isoformat(),
        "snils": invited.snils,
    }
    return {
        "oid": invited.guardian_oid,
        "last_name": last,
        "first_name": first,
        "middle_name": middle,
        "birth_date": _parents_birthday(invited).isoformat(),
        "email": f"parent{invited.number:04}@parents.example",
        "phone": invited.phone,
        "trusted": True,
        "children": [child],
    }


def _codes(text: str) -> list[tuple[str, str, str]]:
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]
    return [(row[0], row[1], row[2]) for row in rows]


def _invited(number: int, school_code: str, row: Sequence[str], code: tuple[str, str, str]) -> Invited:
    _, _, birth_date, _, snils, guardian, phone, *_ = row
    grade, full_name, activation = code
    digits = re.sub(r"\D", "", snils)
    return Invited(
        number=number,
        school_code=school_code,
        full_name=full_name,
        birth_date=_date(birth_date.strip()),
        grade=int(re.sub(r"\D", "", grade)),
        snils=f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}",
        guardian=guardian,
        phone=phone,
        code=activation,
    )


def _date(text: str) -> date:
    if "." in text:
        day, month, year = text.split(".")
        return date(int(year), int(month), int(day))
    return date.fromisoformat(text)


def _parents_birthday(invited: Invited) -> date:
    years = 24 + int(invited.guardian_oid) % 15
    return invited.birth_date.replace(year=invited.birth_date.year - years, day=min(invited.birth_date.day, 28))


def _parts(full_name: str) -> tuple[str, str, str | None]:
    last, first, *rest = full_name.split()
    return last, first, " ".join(rest) or None
