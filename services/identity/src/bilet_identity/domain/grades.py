"""Grades and class letters, as schools write them."""

import re

GRADES = range(6, 12)
"""Grades that take part."""

_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_LATIN_FOR_ROMAN = str.maketrans("ХІ", "XI")  # Cyrillic letters that stand in for Roman digits
_CYRILLIC_FOR_CLASS = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
_QUOTES = re.compile(r"[«»\"'“”„‘’]")
_GRADE = re.compile(
    r"(?P<grade>[0-9]{1,2}|[IVXХІ]{1,4})(?:\.0)?(?:-?(?:ЫЙ|ОЙ|Й))?"
    r" ?(?:КЛАСС|КЛ\.?)? ?[-\u2010-\u2015/]? ?"
    r"(?P<letter>[А-ЯЁA-Z])? ?(?:КЛАСС|КЛ\.?)?"
)


def parse_grade(text: str) -> tuple[int, str | None]:
    """Read grade and class letter of «7В», «8-А», «8 «А»», «VIII», «8 класс»; the grade may be out of range.

    A Latin letter that looks like a Cyrillic one becomes it, so that one class has one name.

    Raises:
        ValueError: not a grade with an optional letter.
    """
    match = _GRADE.fullmatch(" ".join(_QUOTES.sub(" ", text).upper().split()))
    if match is None:
        raise ValueError("not a grade")
    grade, letter = match["grade"], match["letter"]
    return _number(grade), letter.translate(_CYRILLIC_FOR_CLASS) if letter else None


def _number(written: str) -> int:
    if written.isdecimal():
        return int(written)
    roman = written.translate(_LATIN_FOR_ROMAN)
    return _ROMAN.index(roman)
