"""Lines of CSV become numbers: the bytes of many rows at once where all is plain, field by field where it is not.

Plain is a whole number of at most three digits or nothing: such a field is worth its digits by their places. Other
programs quote, put spaces, write 1.0 for 1 or NA for nothing: their lines are read by `csv`, some ten times slower.
"""

import csv
import io
import re
from array import array

import numpy as np
from numpy.typing import NDArray

from bilet_diagnostics.psychometrics.moments import Matrix

_DIGITS = 3
_NEWLINE, _ZERO, _NINE = b"\n"[0], b"0"[0], b"9"[0]
_WHOLE = re.compile(r"([0-9]{1,3})(?:[.,]0*)?")
_PLAIN = b"0123456789\n"
_NOTHING = frozenset(("", "na", "nan"))
_REMEMBERED = 10_000


class AnswerFileError(Exception):
    """A file of answers cannot be used; the message is Russian and names the place, never an answer."""


def parse(block: bytes, delimiter: str, width: int, first_row: int) -> Matrix:
    """Parse the fields of whole lines; NaN where there is nothing.

    Args:
        block: lines, each with its newline, without carriage returns.
        delimiter: one ASCII character.
        width: fields of a row.
        first_row: number of the first line, for the errors.

    Raises:
        AnswerFileError: no whole number from 0 to 999, a row too short or too long.
    """
    if block.translate(None, _PLAIN + delimiter.encode()):
        return _parse_fields(block, delimiter, width, first_row)
    return _parse_plain(np.frombuffer(block, np.uint8), width, first_row)


def _parse_plain(raw: NDArray[np.uint8], width: int, first_row: int) -> Matrix:
    ends = np.flatnonzero((raw < _ZERO) | (raw > _NINE))
    _check_widths(raw[ends] == _NEWLINE, width, first_row)
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts
    for field in np.flatnonzero(lengths > _DIGITS)[:1]:
        row, column = divmod(int(field), width)
        raise _no_number(first_row + row, column)
    values = np.where(lengths == 0, np.nan, 0.0)
    for digit in range(_DIGITS):
        has = lengths > digit
        values[has] = values[has] * 10 + raw[starts[has] + digit] - _ZERO
    return values.reshape(-1, width)


def _check_widths(is_newline: NDArray[np.bool_], width: int, first_row: int) -> None:
    widths = np.diff(np.concatenate(([-1], np.flatnonzero(is_newline))))
    for row in np.flatnonzero(widths != width)[:1]:
        raise _wrong_width(first_row + int(row), int(widths[row]), width)


class _Numbers(dict[str, float]):
    """Remembers parsed fields: among millions there are few different ones."""

    def __missing__(self, text: str) -> float:
        if len(self) >= _REMEMBERED:
            self.clear()
        bare = text.strip(" \t\xa0")
        whole = _WHOLE.fullmatch(bare)
        if whole is None and bare.lower() not in _NOTHING:
            raise ValueError
        self[text] = float(whole[1]) if whole else np.nan
        return self[text]


def _parse_fields(block: bytes, delimiter: str, width: int, first_row: int) -> Matrix:
    numbers, values, row = _Numbers(), array("d"), first_row
    text = io.StringIO(block.decode("utf-8", errors="replace"), newline="\n")
    try:
        for fields in csv.reader(text, delimiter=delimiter, skipinitialspace=True):
            if len(fields) != width:
                raise _wrong_width(row, len(fields) or 1, width)
            try:
                values.extend(map(numbers.__getitem__, fields))
            except ValueError:
                raise _no_number(row, len(values) % width) from None
            row += 1
    except csv.Error as error:
        raise AnswerFileError(f"строка {row}: не читается как CSV") from error
    return np.frombuffer(values, np.float64).reshape(-1, width)


def _no_number(row: int, column: int) -> AnswerFileError:
    return AnswerFileError(f"строка {row}, столбец {column + 1}: нужно целое число или пусто")


def _wrong_width(row: int, found: int, width: int) -> AnswerFileError:
    return AnswerFileError(f"строка {row}: полей {found}, а столбцов {width}")
