"""Imported CSV files: good rows are taken, and what is wrong with the others is collected row by row."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from bilet_booking.domain.errors import FileUnreadable

T = TypeVar("T")
MAX_CELL = 500
_ZONES = frozenset(available_timezones())


class CellError(ValueError):
    """A cell is wrong: its column, and the reason in Russian."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken. `row` counts the file's lines from 1, the heading included."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A row that was taken although somebody should look at it."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file, by the names of its columns."""

    row: int
    cells: dict[str, str]

    def text(self, column: str, *, limit: int = MAX_CELL) -> str:
        """Read a cell that must not be empty, at most `limit` characters."""
        value = self.cells[column]
        if not value:
            raise CellError(column, "Пустое значение.")
        if len(value) > limit:
            raise CellError(column, f"Больше {limit} знаков.")
        return value

    def optional(self, column: str, *, limit: int = MAX_CELL) -> str:
        """Read a cell that may be empty."""
        return self.text(column, limit=limit) if self.cells[column] else ""

    def number(self, column: str, lowest: int, highest: int) -> int:
        """Read a whole number within bounds, both included."""
        value = self.text(column)
        if not (value.isascii() and value.isdigit()) or not lowest <= int(value) <= highest:
            raise CellError(column, f"Нужно целое число от {lowest} до {highest}.")
        return int(value)

    def choice(self, column: str, meaning: dict[str, T]) -> T:
        """Read one of a few words, in any case of letters."""
        value = self.text(column).lower()
        if value not in meaning:
            raise CellError(column, f"Допустимо: {', '.join(meaning)}.")
        return meaning[value]

    def zone(self, column: str) -> ZoneInfo:
        """Read an IANA time zone."""
        value = self.text(column)
        if value not in _ZONES:
            raise CellError(column, "Неизвестный часовой пояс.")
        return ZoneInfo(value)

    def midnight(self, column: str, zone: ZoneInfo) -> datetime:
        """Read a local date as its first instant, in UTC."""
        try:
            day = date.fromisoformat(self.text(column))
        except ValueError as error:
            raise _keep(error, column, "Нужна дата в виде 2026-07-07.") from None
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)

    def instant(self, column: str, zone: ZoneInfo) -> datetime:
        """Read a local date and time as UTC; a time that a change of clocks skips is refused."""
        try:
            local = datetime.fromisoformat(self.text(column))
        except ValueError as error:
            raise _keep(error, column, "Нужны дата и время в виде 2026-09-03T15:00.") from None
        if local.tzinfo is not None:
            raise CellError(column, "Нужно местное время площадки, без смещения.")
        moment = local.replace(tzinfo=zone).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) != local:
            raise CellError(column, "Такого местного времени нет: в этот час переводят часы.")
        return moment


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """What a file holds: good rows with their line numbers, and the rejected ones."""

    good: tuple[tuple[int, T], ...]
    rejected: tuple[Rejected, ...]


def read_lines(raw: bytes, columns: Sequence[str]) -> tuple[Line, ...]:
    """Split a CSV file into lines: UTF-8 (with or without BOM) or cp1251, commas or semicolons.

    Raises:
        FileUnreadable: it is not text, or lacks one of the columns.
    """
    rows = _rows(_decoded(raw))
    if not rows:
        raise FileUnreadable("Файл пуст.")
    heading = [name.strip() for name in rows[0][1]]
    missing = [name for name in columns if name not in heading]
    if missing:
        raise FileUnreadable(f"Нет столбцов: {', '.join(missing)}.")
    blank = [""] * len(heading)
    return tuple(
        Line(number, dict(zip(heading, [*(cell.strip() for cell in cells), *blank], strict=False)))
        for number, cells in rows[1:]
        if any(cell.strip() for cell in cells)
    )


def parse(lines: Iterable[Line], read: Callable[[Line], T]) -> Parsed[T]:
    """Read every line; a line with wrong cells is rejected with the first of them."""
    good: list[tuple[int, T]] = []
    rejected: list[Rejected] = []
    for line in lines:
        try:
            good.append((line.row, read(line)))
        except CellError as error:
            rejected.append(Rejected(line.row, error.column, error.reason))
    return Parsed(tuple(good), tuple(rejected))


def without_repeats(parsed: Parsed[T], code: Callable[[T], str], column: str) -> Parsed[T]:
    """Keep the first row of each code and reject the others."""
    seen: dict[str, int] = {}
    good: list[tuple[int, T]] = []
    rejected = list(parsed.rejected)
    for row, value in parsed.good:
        first = seen.setdefault(code(value), row)
        if first == row:
            good.append((row, value))
        else:
            rejected.append(Rejected(row, column, f"Этот код уже есть в строке {first}."))
    return Parsed(tuple(good), tuple(sorted(rejected, key=lambda r: r.row)))


def _rows(text: str) -> list[tuple[int, list[str]]]:
    heading = text.split("\n", 1)[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if heading.count(";") > heading.count(",") else ","
    )
    try:
        return [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise FileUnreadable("Это не файл CSV.") from None


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileUnreadable("Кодировка не распознана: нужна UTF-8.")


def _keep(error: ValueError, column: str, reason: str) -> CellError:
    return error if isinstance(error, CellError) else CellError(column, reason)
