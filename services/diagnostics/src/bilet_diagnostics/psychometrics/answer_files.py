"""Rows of answers: CSV with a column per item, blanks where missing, and perhaps the grade; a file, or what PostgreSQL copies out.

A million attempts of fifty items are read by looking at the bytes of many rows at once: an answer is a whole number of
at most three digits, so a field is worth its digits by their places. Whatever is no such number is named by its place.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bilet_diagnostics.domain.instrument import Instrument
from bilet_diagnostics.psychometrics.moments import Matrix

GRADE = "grade"
GRADES = (6, 11)
CHUNK_BYTES = 8 * 1024 * 1024
_DIGITS = 3
_NEWLINE, _ZERO, _NINE = b"\n"[0], b"0"[0], b"9"[0]


class AnswerFileError(Exception):
    """A file of answers cannot be used; the message is Russian and names the place, never an answer."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file.

    Attributes:
        answers: a row per attempt, a column per item in the instrument's order, NaN where missing.
        grades: the grade of each attempt, NaN where it is not told.
    """

    answers: Matrix
    grades: Matrix


def read_answers(path: Path, instrument: Instrument) -> Iterator[Chunk]:
    """The rows of a file, chunk by chunk; comma or semicolon, UTF-8 with or without a mark.

    Raises:
        AnswerFileError: unreadable, unknown or missing columns, no whole number, a value off the scale.
    """
    try:
        with path.open("rb") as file:
            header = file.readline().decode("utf-8-sig").strip()
            delimiter = ";" if ";" in header else ","
            columns = next(csv.reader([header], delimiter=delimiter), [])
            _check_columns(columns, instrument)
            rows = Rows(instrument, columns, delimiter)
            while piece := file.read(CHUNK_BYTES):
                yield from rows.feed(piece)
            yield from rows.end()
    except (OSError, UnicodeDecodeError) as error:
        raise AnswerFileError("файл не читается") from error


class Rows:
    """Turns bytes that come in pieces, cut anywhere, into chunks of whole rows; the header is row 1 and not among them."""

    def __init__(self, instrument: Instrument, columns: Sequence[str], delimiter: str = ",") -> None:
        self._instrument = instrument
        self._columns = columns
        self._delimiter = delimiter.encode()[0]
        self._rest = b""
        self._next_row = 2

    def feed(self, piece: bytes) -> Iterator[Chunk]:
        """The rows that end within the piece, without carriage returns.

        Raises:
            AnswerFileError: no whole number, a value off the scale, a row too short or too long.
        """
        lines, newline, self._rest = (self._rest + piece.replace(b"\r", b"")).rpartition(b"\n")
        if newline:
            yield self._chunk(lines + newline)

    def end(self) -> Iterator[Chunk]:
        """The last row, if it lacks its newline."""
        if self._rest:
            yield self._chunk(self._rest + b"\n")

    def _chunk(self, block: bytes) -> Chunk:
        fields = _parse(block, self._delimiter, len(self._columns), self._next_row)
        chunk = _to_chunk(fields, self._columns, self._instrument, self._next_row)
        self._next_row += len(fields)
        return chunk


def _check_columns(columns: Sequence[str], instrument: Instrument) -> None:
    items = [item.id for item in instrument.items]
    unknown = [name for name in columns if name not in {*items, GRADE}]
    missing = [name for name in items if name not in columns]
    repeated = sorted({name for name in columns if columns.count(name) > 1})
    for sentence, names in (("неизвестные столбцы", unknown), ("нет столбцов", missing), ("повторы", repeated)):
        if names:
            raise AnswerFileError(f"{sentence}: {', '.join(names)}")


def _parse(block: bytes, delimiter: int, width: int, first_row: int) -> Matrix:
    raw = np.frombuffer(block, np.uint8)
    is_end = (raw == delimiter) | (raw == _NEWLINE)
    ends = np.flatnonzero(is_end)
    _check_widths(raw[ends] == _NEWLINE, width, first_row)
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts
    strange = np.flatnonzero(~is_end & ((raw < _ZERO) | (raw > _NINE)))
    too_long = np.flatnonzero(lengths > _DIGITS)
    for field in (*np.searchsorted(ends, strange[:1]), *too_long[:1]):
        row, column = divmod(int(field), width)
        raise AnswerFileError(f"строка {first_row + row}, столбец {column + 1}: нужно целое число или пусто")
    values = np.where(lengths == 0, np.nan, 0.0)
    for digit in range(_DIGITS):
        has = lengths > digit
        values[has] = values[has] * 10 + raw[starts[has] + digit] - _ZERO
    return values.reshape(-1, width)


def _check_widths(is_newline: NDArray[np.bool_], width: int, first_row: int) -> None:
    widths = np.diff(np.concatenate(([-1], np.flatnonzero(is_newline))))
    for row in np.flatnonzero(widths != width)[:1]:
        raise AnswerFileError(f"строка {first_row + int(row)}: полей {widths[row]}, а столбцов {width}")


def _to_chunk(fields: Matrix, columns: Sequence[str], instrument: Instrument, first_row: int) -> Chunk:
    places = {name: place for place, name in enumerate(columns)}
    for item in instrument.items:
        allowed = [option.value for option in instrument.options_of(item)]
        _check_range(fields[:, places[item.id]], item.id, min(allowed), max(allowed), first_row)
    grades = fields[:, places[GRADE]] if GRADE in places else np.full(len(fields), np.nan)
    _check_range(grades, GRADE, *GRADES, first_row)
    return Chunk(fields[:, [places[item.id] for item in instrument.items]], grades)


def _check_range(column: Matrix, name: str, lowest: int, highest: int, first_row: int) -> None:
    for row in np.flatnonzero((column < lowest) | (column > highest))[:1]:
        raise AnswerFileError(f"строка {first_row + int(row)}, столбец {name}: нужно от {lowest} до {highest}")
