"""A school's roster: which of its rows are good invitations, which are not and why."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bilet_identity.domain.birth_dates import parse_birth_date
from bilet_identity.domain.errors import InvalidBirthDate, InvalidName, InvalidSnils
from bilet_identity.domain.grades import GRADES, parse_grade
from bilet_identity.domain.names import PersonName, parse_full_name
from bilet_identity.domain.roster_file import RosterFile, RosterRow
from bilet_identity.domain.snils import normalise_snils


class Reason(StrEnum):
    """Why a row is not taken; the values are part of the HTTP interface."""

    FULL_NAME_INCOMPLETE = "full_name_incomplete"
    BIRTH_DATE_INVALID = "birth_date_invalid"
    GRADE_OUT_OF_RANGE = "grade_out_of_range"
    SNILS_CHECKSUM = "snils_checksum"
    DUPLICATE_PUPIL = "duplicate_pupil"
    COLUMN_COUNT = "column_count"


COLUMN_OF = {
    Reason.FULL_NAME_INCOMPLETE: "full_name",
    Reason.BIRTH_DATE_INVALID: "birth_date",
    Reason.GRADE_OUT_OF_RANGE: "grade",
    Reason.SNILS_CHECKSUM: "snils",
    Reason.DUPLICATE_PUPIL: "snils",
}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Pupil:
    """One good row: who is invited; `grade` 6–11 in the school year of the season."""

    row: int
    name: PersonName
    birth_date: date
    grade: int
    letter: str | None
    snils: str


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One bad row: the column to look at (empty when it is the whole row), the reason, and a Russian explanation."""

    row: int
    column: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class RosterWarning:
    """Something that does not stop the import but should be looked at."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class RosterReport:
    """What became of every row of one file; accepted and rejected together are all its rows."""

    accepted: tuple[Pupil, ...]
    rejected: tuple[RejectedRow, ...]
    warnings: tuple[RosterWarning, ...]

    @property
    def reasons(self) -> Counter[Reason]:
        """How many rows were rejected for each reason."""
        return Counter(row.reason for row in self.rejected)


class _RowError(Exception):
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def check_roster(roster: RosterFile, *, today: date) -> RosterReport:
    """Check every row by itself and against the rows above it: the first row with a СНИЛС wins."""
    accepted: list[Pupil] = []
    rejected: list[RejectedRow] = []
    for row in roster.rows:
        try:
            accepted.append(_check_row(roster, row, today=today))
        except _RowError as refusal:
            rejected.append(_rejected(roster, row.number, refusal.reason, str(refusal)))
    report = RosterReport(tuple(accepted), tuple(rejected), _warnings(roster))
    return without_duplicates(report, roster, taken=())


def without_duplicates(report: RosterReport, roster: RosterFile, *, taken: Collection[str]) -> RosterReport:
    """Reject rows whose СНИЛС is among `taken` (other schools' pupils) or stands in a row above."""
    seen = set(taken)
    kept: list[Pupil] = []
    rejected = list(report.rejected)
    for pupil in report.accepted:
        if pupil.snils in seen:
            detail = "Участник с таким СНИЛС уже есть в этом списке или в списке другой школы."
            rejected.append(_rejected(roster, pupil.row, Reason.DUPLICATE_PUPIL, detail))
        else:
            seen.add(pupil.snils)
            kept.append(pupil)
    return RosterReport(tuple(kept), tuple(sorted(rejected, key=lambda row: row.row)), report.warnings)


def _check_row(roster: RosterFile, row: RosterRow, *, today: date) -> Pupil:
    if len(row.cells) != len(roster.columns):
        raise _RowError(Reason.COLUMN_COUNT, f"В строке {len(row.cells)} столбцов вместо {len(roster.columns)}.")
    name = _name(roster.cell(row, "full_name"))
    grade, letter = _grade(roster.cell(row, "grade"))
    try:
        birth_date = parse_birth_date(roster.cell(row, "birth_date"), today=today)
    except InvalidBirthDate as error:
        raise _RowError(Reason.BIRTH_DATE_INVALID, str(error)) from None
    try:
        snils = normalise_snils(roster.cell(row, "snils"))
    except InvalidSnils as error:
        raise _RowError(Reason.SNILS_CHECKSUM, str(error)) from None
    return Pupil(row=row.number, name=name, birth_date=birth_date, grade=grade, letter=letter, snils=snils)


def _name(text: str) -> PersonName:
    try:
        return parse_full_name(text)
    except InvalidName as error:
        raise _RowError(Reason.FULL_NAME_INCOMPLETE, str(error)) from None


def _grade(text: str) -> tuple[int, str | None]:
    try:
        grade, letter = parse_grade(text)
    except ValueError:
        raise _RowError(Reason.GRADE_OUT_OF_RANGE, "Класс пишется числом с буквой, например 7В.") from None
    if grade not in GRADES:
        raise _RowError(Reason.GRADE_OUT_OF_RANGE, "В программе участвуют обучающиеся 6–11 классов.")
    return grade, letter


def _rejected(roster: RosterFile, number: int, reason: Reason, detail: str) -> RejectedRow:
    name = COLUMN_OF.get(reason)
    column = roster.columns[roster.positions[name]] if name else ""
    return RejectedRow(number, column, reason, detail)


def _warnings(roster: RosterFile) -> tuple[RosterWarning, ...]:
    if roster.total is None:
        return (RosterWarning("total_missing", "В файле нет строки «Итого»: проверьте, что список передан целиком."),)
    if roster.total != len(roster.rows):
        detail = f"В строке «Итого» указано {roster.total}, а строк {len(roster.rows)}."
        return (RosterWarning("total_mismatch", detail),)
    return ()
