"""What became of a pack, and whether it is what the pack expects."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bilet_local.importing.pack import BOOKING_FILES, IDENTITY_FILES

_NAMES = {"try-outs": "try_outs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOutcome:
    """One of the pack's own tables: how many rows were taken, which were not, what should be looked at."""

    kind: str
    accepted: int
    rejected: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterOutcome:
    """One school's roster.

    Attributes:
        refused: why the whole file was refused, empty if it was read.
        rejected: reason → rows.
        rejected_rows: their numbers.
        to_correct: the bad rows as the service gives them back, empty if there are none.
    """

    file: Path
    school_code: str
    roster_id: str = ""
    refused: str = ""
    rows: int = 0
    accepted: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    rejected_rows: frozenset[int] = frozenset()
    warnings: tuple[str, ...] = ()
    to_correct: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOutcome:
    """A whole pack; `seconds` is how long the rosters took, all together."""

    tables: tuple[TableOutcome, ...]
    rosters: tuple[RosterOutcome, ...]
    seats: int
    seconds: float

    @property
    def refused(self) -> tuple[RosterOutcome, ...]:
        """Rosters refused as a whole."""
        return tuple(roster for roster in self.rosters if roster.refused)

    @property
    def accepted(self) -> int:
        """Invited pupils."""
        return sum(roster.accepted for roster in self.rosters)

    @property
    def rows(self) -> int:
        """Pupils' rows of all readable rosters."""
        return sum(roster.rows for roster in self.rosters)

    @property
    def rejected(self) -> Counter[str]:
        """Reason → rows."""
        total: Counter[str] = Counter()
        for roster in self.rosters:
            total.update(roster.rejected)
        return total

    def as_expected_json(self) -> dict[str, Any]:
        """Write the outcome in the form of expected.json."""
        tables = {_NAMES.get(table.kind, table.kind): table.accepted for table in self.tables}
        return {
            **tables,
            "seats": self.seats,
            "rows": self.rows,
            "accepted": self.accepted,
            "rejected": dict(self.rejected),
            "by_school": {r.school_code: {"rows": r.rows, "accepted": r.accepted} for r in self.rosters},
        }


KINDS = (*IDENTITY_FILES, *BOOKING_FILES)


def differences(expected: Mapping[str, Any], outcome: PackOutcome) -> list[str]:
    """Where the outcome is not the expected one, a Russian line each; names that we do not know are passed over."""
    found = outcome.as_expected_json()
    return [line for name, value in expected.items() if name in found for line in _compared(name, value, found[name])]


def _compared(name: str, expected: object, found: object) -> list[str]:
    if not isinstance(expected, Mapping) or not isinstance(found, Mapping):
        return [] if expected == found else [f"{name}: ожидалось {expected}, получилось {found}"]
    keys = dict.fromkeys([*expected, *found])
    lines = []
    for key in keys:
        lines += _compared(f"{name}.{key}", expected.get(key, 0), found.get(key, 0))
    return lines
