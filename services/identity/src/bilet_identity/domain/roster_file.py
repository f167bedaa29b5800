"""A school's roster: the encoding of its file, its heading lines, its columns, its total."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bilet_identity.domain.errors import RosterUnreadable

MAX_BYTES = 1_000_000
MAX_ROWS = 5_000
HEADING_LINES = 10  # how far down the column row is looked for

COLUMNS = {
    "full_name": ("фамилия имя отчество", "фио", "ф.и.о."),
    "birth_date": ("дата рождения",),
    "grade": ("класс",),
    "snils": ("снилс",),
}
_SPACES = re.compile(r"[\s\u00a0]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TOTAL = re.compile(r"итого\s*:?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, repr=False)
class RosterRow:
    """One pupil's row: its number in the file, counted from 1 over data rows, and its cells as written."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RosterFile:
    """A readable roster.

    Attributes:
        heading: text of the lines above the column row.
        columns: names of the columns as written.
        positions: where the columns we need stand.
        total: the number in the total line, if there is one.
    """

    heading: str
    columns: tuple[str, ...]
    positions: dict[str, int]
    rows: tuple[RosterRow, ...]
    total: int | None

    def cell(self, row: RosterRow, column: str) -> str:
        """Read the cell of a known column, trimmed, with no-break spaces turned into spaces."""
        return clean(row.cells[self.positions[column]])


def read_roster_file(data: bytes) -> RosterFile:
    """Read a roster in cp1251 or UTF-8 with `;` between cells.

    Raises:
        RosterUnreadable: too large, empty, binary, in no known encoding, without the column row, or broken throughout.
    """
    check_size(data)
    return read_roster(_split(_decode(data)))


def check_size(data: bytes) -> None:
    """Refuse a file before anything reads it.

    Raises:
        RosterUnreadable: larger than 1 MB, or empty.
    """
    if len(data) > MAX_BYTES:
        raise RosterUnreadable("too_large", "Файл больше 1 МБ.")
    if not data.strip():
        raise RosterUnreadable("empty", "Файл пуст.")


def has_header(lines: Sequence[Sequence[str]]) -> bool:
    """Tell whether the column row is among the first lines."""
    return any(_names_all_columns(line) for line in lines[:HEADING_LINES])


def read_roster(lines: Sequence[Sequence[str]]) -> RosterFile:
    """Read a roster from the cells of its lines, whatever kind of file they stood in.

    Raises:
        RosterUnreadable: too long, empty, without the column row, or broken throughout.
    """
    if len(lines) > MAX_ROWS:
        raise RosterUnreadable("too_large", f"В файле больше {MAX_ROWS} строк.")
    header = _find_header(lines)
    columns = tuple(clean(cell) for cell in lines[header])
    rows, total = _read_rows(lines[header + 1 :])
    if not rows:
        raise RosterUnreadable("empty", "В списке нет ни одной строки.")
    if all(len(row.cells) != len(columns) for row in rows):
        raise RosterUnreadable("column_count", "Число столбцов в строках не совпадает с заголовком.")
    heading = " ".join(clean(cell) for line in lines[:header] for cell in line if cell.strip())
    return RosterFile(heading=heading, columns=columns, positions=_positions(columns), rows=rows, total=total)


def clean(cell: str) -> str:
    """Trim a cell and collapse its no-break and repeated spaces."""
    return _SPACES.sub(" ", cell).strip()


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            raise RosterUnreadable("binary", "Это не таблица Excel и не текстовый файл CSV.")
        return text
    raise RosterUnreadable("encoding", "Кодировка файла не UTF-8 и не windows-1251.")


def _split(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    except csv.Error:
        raise RosterUnreadable("broken_csv", "Файл не разбирается как CSV с разделителем «;».") from None


def _find_header(lines: Sequence[Sequence[str]]) -> int:
    for index, line in enumerate(lines[:HEADING_LINES]):
        if _names_all_columns(line):
            return index
    raise RosterUnreadable("no_header", "Не найдена строка со столбцами: ФИО, дата рождения, класс, СНИЛС.")


def _names_all_columns(line: Sequence[str]) -> bool:
    return len(_positions(tuple(clean(cell) for cell in line))) == len(COLUMNS)


def _positions(columns: tuple[str, ...]) -> dict[str, int]:
    lowered = [column.casefold() for column in columns]
    return {
        name: lowered.index(spelling)
        for name, spellings in COLUMNS.items()
        for spelling in spellings
        if spelling in lowered
    }


def _read_rows(lines: Sequence[Sequence[str]]) -> tuple[tuple[RosterRow, ...], int | None]:
    rows: list[RosterRow] = []
    total: int | None = None
    for line in lines:
        if not any(cell.strip() for cell in line):
            continue
        if _TOTAL.fullmatch(clean(line[0])):
            total = _total_of(line)
        else:
            rows.append(RosterRow(len(rows) + 1, tuple(line)))
    return tuple(rows), total


def _total_of(line: Sequence[str]) -> int | None:
    number = clean(line[1]) if len(line) > 1 else ""
    return int(number) if re.fullmatch(r"[0-9]{1,6}", number) else None
