"""Directory files (schools, mentors) of a region: CSV with named columns, as spreadsheets of any setting save it."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from bilet_identity.domain.errors import ImportUnreadable
from bilet_identity.domain.roster_file import clean

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
MAX_CELL = 300


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One data row, counted from 1, by column name."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class LineFault:
    """A row that is not taken: where to look and why."""

    row: int
    column: str
    reason: str
    detail: str


def read_directory_file(content: bytes, columns: Sequence[str]) -> tuple[list[Line], list[LineFault]]:
    """Read a directory file into rows with a value in every named column, and faults of the others.

    Raises:
        ImportUnreadable: too large, neither UTF-8 nor cp1251, no CSV, or a column is missing.
    """
    table = _parse(content)
    header = [clean(cell) for cell in table[0]] if table else []
    missing = [column for column in columns if column not in header]
    if missing:
        raise ImportUnreadable(f"В файле нет столбцов: {', '.join(missing)}.")
    lines: list[Line] = []
    faults: list[LineFault] = []
    for number, cells in enumerate((row for row in table[1:] if any(cell.strip() for cell in row)), start=1):
        fault = _fault(number, header, cells, columns)
        if fault is not None:
            faults.append(fault)
        else:
            lines.append(Line(number, dict(zip(header, (clean(cell) for cell in cells), strict=True))))
    return lines, faults


def _parse(content: bytes) -> list[list[str]]:
    if len(content) > MAX_BYTES:
        raise ImportUnreadable("Файл больше 5 МБ.")
    text = _decode(content)
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise ImportUnreadable("Это не файл CSV.") from None
    if len(table) > MAX_ROWS:
        raise ImportUnreadable(f"В файле больше {MAX_ROWS} строк.")
    return table


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportUnreadable("Кодировка не распознана: нужна UTF-8.")


def _fault(number: int, header: Sequence[str], cells: Sequence[str], columns: Sequence[str]) -> LineFault | None:
    if len(cells) != len(header):
        return LineFault(number, "", "column_count", f"В строке {len(cells)} столбцов вместо {len(header)}.")
    for column in columns:
        cell = clean(cells[header.index(column)])
        if "\x00" in cell or len(cell) > MAX_CELL:
            return LineFault(number, column, "invalid", "Значение не годится.")
        if not cell and column != "patronymic":
            return LineFault(number, column, "missing", "Значение не указано.")
    return None
