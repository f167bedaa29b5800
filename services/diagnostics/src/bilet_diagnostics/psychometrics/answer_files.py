"""Rows of answers: CSV with a column per item, blanks where missing, and perhaps the grade.

From a file, from a request, or as PostgreSQL copies it out; piece by piece, so that a million attempts need no more
memory than some thousands.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from bilet_diagnostics.domain.instrument import Instrument
from bilet_diagnostics.psychometrics.fields import AnswerFileError, parse
from bilet_diagnostics.psychometrics.moments import Matrix

GRADE = "grade"
GRADES = range(6, 12)
CHUNK_BYTES = 8 * 1024 * 1024
LONGEST_LINE = 64 * 1024
_DELIMITERS = (",", ";", "\t")
_NAMES_TOLD = 10


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
    """Read the rows of a file, chunk by chunk.

    Raises:
        AnswerFileError: unreadable, or as in `read_stream`.
    """
    try:
        with path.open("rb") as file:
            yield from read_stream(file, instrument)
    except OSError as error:
        raise AnswerFileError("файл не читается") from error


def read_stream(file: BinaryIO, instrument: Instrument) -> Iterator[Chunk]:
    """Read rows of CSV, chunk by chunk: UTF-8 with or without a mark; comma, semicolon or tab; LF or CRLF.

    Fields may be quoted or have spaces about them, 1.0 is 1, NA and NaN are blanks; empty lines at the end are no rows.

    Raises:
        AnswerFileError: unknown or missing columns, no whole number, a value off the scale, a line longer than 64 KiB.
    """
    delimiter, columns = _header(file)
    _check_columns(columns, instrument)
    rows = Rows(instrument, columns, delimiter)
    while piece := file.read(CHUNK_BYTES):
        yield from rows.feed(piece)
    yield from rows.end()


class Rows:
    """Turns bytes that come in pieces, cut anywhere, into chunks of whole rows; the header is row 1 and not among them."""

    def __init__(self, instrument: Instrument, columns: Sequence[str], delimiter: str = ",") -> None:
        self._instrument = instrument
        self._columns = columns
        self._delimiter = delimiter
        self._rest = b""
        self._next_row = 2

    def feed(self, piece: bytes) -> Iterator[Chunk]:
        """Read the rows that end within the piece; empty lines wait, for they may be the end.

        Raises:
            AnswerFileError: no whole number, a value off the scale, a row too short or too long.
        """
        lines = (self._rest + piece).replace(b"\r\n", b"\n")
        rows = lines[: lines.rfind(b"\n") + 1].rstrip(b"\n")
        self._rest = lines[len(rows) + 1 :] if rows else lines
        if rows:
            yield self._chunk(rows + b"\n")
        if len(self._rest) > LONGEST_LINE:
            raise AnswerFileError(f"строка {self._next_row} слишком длинная")

    def end(self) -> Iterator[Chunk]:
        """Read the last row, if it lacks its newline."""
        if last := self._rest.rstrip(b"\r\n"):
            yield self._chunk(last + b"\n")

    def _chunk(self, block: bytes) -> Chunk:
        fields = parse(block, self._delimiter, len(self._columns), self._next_row)
        chunk = _to_chunk(fields, self._columns, self._instrument, self._next_row)
        self._next_row += len(fields)
        return chunk


def _header(file: BinaryIO) -> tuple[str, Sequence[str]]:
    line = file.readline(LONGEST_LINE + 1)
    if len(line) > LONGEST_LINE:
        raise AnswerFileError("строка 1 слишком длинная")
    try:
        header = line.decode("utf-8-sig").rstrip("\r\n")
        delimiter = max(_DELIMITERS, key=header.count)
        names = next(csv.reader([header], delimiter=delimiter, skipinitialspace=True), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise AnswerFileError("файл не читается") from error
    return delimiter, [name.strip() for name in names]


def _check_columns(columns: Sequence[str], instrument: Instrument) -> None:
    items = [item.id for item in instrument.items]
    known = {*items, GRADE}
    unknown = [name or f"№ {place} без названия" for place, name in enumerate(columns, 1) if name not in known]
    missing = [name for name in items if name not in columns]
    repeated = sorted({name for name in columns if columns.count(name) > 1})
    for sentence, names in (("неизвестные столбцы", unknown), ("нет столбцов", missing), ("повторы", repeated)):
        if names:
            more = ["…"] if len(names) > _NAMES_TOLD else []
            raise AnswerFileError(f"{sentence}: {', '.join([*names[:_NAMES_TOLD], *more])}")


def _to_chunk(fields: Matrix, columns: Sequence[str], instrument: Instrument, first_row: int) -> Chunk:
    places = {name: place for place, name in enumerate(columns)}
    for item in instrument.items:
        allowed = [option.value for option in instrument.options_of(item)]
        _check_scale(fields[:, places[item.id]], item.id, allowed, first_row)
    grades = fields[:, places[GRADE]] if GRADE in places else np.full(len(fields), np.nan)
    _check_scale(grades, GRADE, GRADES, first_row)
    return Chunk(fields[:, [places[item.id] for item in instrument.items]], grades)


def _check_scale(column: Matrix, name: str, allowed: Sequence[int], first_row: int) -> None:
    lowest, highest = min(allowed), max(allowed)
    off = (column < lowest) | (column > highest)
    if len(allowed) <= highest - lowest:
        off = ~(np.isnan(column) | np.isin(column, allowed))
    for row in np.flatnonzero(off)[:1]:
        raise AnswerFileError(f"строка {first_row + int(row)}, столбец {name}: нужно {_listed(allowed)}")


def _listed(allowed: Sequence[int]) -> str:
    lowest, highest = min(allowed), max(allowed)
    if len(allowed) <= highest - lowest:
        return "одно из " + ", ".join(map(str, sorted(allowed)))
    return f"от {lowest} до {highest}"
