"""Pupils whom schools have invited: their rows as the services took them, and a confirmed ESIA account for each parent."""

import asyncio
import csv
import io
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bilet_local.errors import StackError
from bilet_local.importing.calls import Caller
from bilet_local.importing.outcome import PackOutcome, RosterOutcome
from bilet_local.topology import script

_CONCURRENCY = 4
Json = Mapping[str, Any]
"""A row as `bilet-identity check-rosters` writes it."""

_GUARDIAN, _PHONE = "Законный представитель", "Телефон представителя"


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


async def read_invited(operator: Caller, outcome: PackOutcome, opens_on: date) -> list[Invited]:
    """Join every accepted row with the activation code that the operator may print.

    Raises:
        Refused: the operator may not.
        StackError: the rosters cannot be read again.
    """
    places = asyncio.Semaphore(_CONCURRENCY)

    async def codes(roster: RosterOutcome) -> str:
        async with places:
            return await operator.get_text(f"/identity/rosters/{roster.roster_id}/activation-codes.csv")

    rosters = [roster for roster in outcome.rosters if not roster.refused]
    checked = await asyncio.to_thread(check_rosters, [roster.file for roster in rosters], opens_on)
    printed = await asyncio.gather(*(codes(roster) for roster in rosters))
    rows = [
        (roster.school_code, *pair)
        for roster, accepted, text in zip(rosters, checked, printed, strict=True)
        for pair in zip(not_rejected(accepted, roster.rejected_rows), _codes(text), strict=True)
    ]
    return [_invited(number, school, row, code) for number, (school, row, code) in enumerate(rows, start=1)]


def check_rosters(files: Sequence[Path], today: date) -> list[list[Json]]:
    """Read the accepted rows of every file as identity itself reads them, whatever their form.

    Raises:
        StackError: identity's command failed.
    """
    if not files:
        return []
    command = [script("bilet-identity"), "check-rosters", "--today", today.isoformat(), *map(str, files)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if finished.returncode:
        raise StackError(f"Списки не прочитаны: {finished.stderr.strip()[-500:]}")
    return [json.loads(line).get("accepted", []) for line in finished.stdout.splitlines()]


def not_rejected(rows: Sequence[Json], rejected: frozenset[int]) -> list[Json]:
    """Leave out the rows that the import rejected, such as pupils whom another school has listed."""
    return [row for row in rows if row["row"] not in rejected]


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


def _invited(number: int, school_code: str, row: Json, code: tuple[str, str, str]) -> Invited:
    _, full_name, activation = code
    cells: Mapping[str, str] = row["cells"]
    digits = row["snils"]
    return Invited(
        number=number,
        school_code=school_code,
        full_name=full_name,
        birth_date=date.fromisoformat(row["birth_date"]),
        grade=row["grade"],
        snils=f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}",
        guardian=cells.get(_GUARDIAN, "").strip() or f"{full_name.split()[0]} Родитель",
        phone=cells.get(_PHONE, "").strip(),
        code=activation,
    )


def _parents_birthday(invited: Invited) -> date:
    years = 24 + int(invited.guardian_oid) % 15
    return invited.birth_date.replace(year=invited.birth_date.year - years, day=min(invited.birth_date.day, 28))


def _parts(full_name: str) -> tuple[str, str, str | None]:
    last, first, *rest = full_name.split()
    return last, first, " ".join(rest) or None
