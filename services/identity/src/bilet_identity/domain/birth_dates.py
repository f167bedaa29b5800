"""Birth dates: how registers and spreadsheets write them, which of them a pupil can have, and the age that follows."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from bilet_identity.domain.errors import InvalidBirthDate

CONSENT_AGE = 14
ADULT_AGE = 18
YOUNGEST_PUPIL, OLDEST_PUPIL = 9, 21

_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_SPREADSHEET_EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's 1900 date system, which counts a 29 February 1900 that never was (ECMA-376, part 1, 18.17.4.1)."""

_MIDNIGHT = r"(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?Z?)?"
_TIME = re.compile(r".*\d[T ]\d{1,2}:\d{2}.*", re.ASCII)
_YEAR = r"(?P<year>\d{4}|\d{2})"

Match = re.Match[str]


def parse_birth_date(text: str, *, today: date) -> date:
    """Read a pupil's birth date as registers and spreadsheets write it.

    Understood are `28.05.2010`, `28/05/2010`, `28-05-2010`, each also with two digits of the year, `2010-05-28` with a
    midnight or without, `28 мая 2010 г.` and the serial number of a spreadsheet. Two digits of a year are read in the
    century in which a pupil can have been born. With a slash or a dash some registers write the month first, so what
    could be read either way is refused.

    Raises:
        InvalidBirthDate: another form (a year alone too), ambiguous, no such day, or an implausible age for grade 6–11.
    """
    written = " ".join(text.split())
    born = _read(written, today)
    check_pupil_age(born, today=today)
    return born


def check_pupil_age(born: date, *, today: date) -> None:
    """Refuse a birth date that no pupil of grade 6–11 can have.

    Raises:
        InvalidBirthDate: younger than 9 or older than 21.
    """
    if not YOUNGEST_PUPIL <= age_on(born, today) <= OLDEST_PUPIL:
        raise InvalidBirthDate


def age_on(born: date, today: date) -> int:
    """Compute an age in full years; a 29 February counts as 1 March in common years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _read(written: str, today: date) -> date:
    for form, meaning in _FORMS:
        if match := form.fullmatch(written):
            return meaning(match, today)
    if _TIME.fullmatch(written):
        raise InvalidBirthDate("Рядом с датой стоит время суток: оставьте только дату.")
    raise InvalidBirthDate("Нужна полная дата: ДД.ММ.ГГГГ.")


def _day_first(match: Match, today: date) -> date:
    return _on_calendar(match["year"], int(match["month"]), int(match["day"]), today)


def _either_first(match: Match, today: date) -> date:
    first, second = int(match["first"]), int(match["second"])
    could_be_months = max(first, second) <= len(_MONTHS)
    if could_be_months and first != second:
        raise InvalidBirthDate("Непонятно, где день, а где месяц: напишите дату как ДД.ММ.ГГГГ.")
    day, month = (first, second) if second <= len(_MONTHS) else (second, first)
    return _on_calendar(match["year"], month, day, today)


def _month_in_words(match: Match, today: date) -> date:
    word = match["month"].lower()
    if word not in _MONTHS:
        raise InvalidBirthDate("Такого месяца нет: напишите дату как ДД.ММ.ГГГГ.")
    return _on_calendar(match["year"], _MONTHS.index(word) + 1, int(match["day"]), today)


def _serial(match: Match, _: date) -> date:
    return _SPREADSHEET_EPOCH + timedelta(days=int(match["days"]))


def _on_calendar(year: str, month: int, day: int, today: date) -> date:
    try:
        return date(_whole_year(year, month, day, today), month, day)
    except ValueError:
        raise InvalidBirthDate("Такой даты нет в календаре.") from None


def _whole_year(year: str, month: int, day: int, today: date) -> int:
    """Complete two digits by the century in which a pupil can have been born, if there is one."""
    if len(year) > 2:  # noqa: PLR2004 - written in full
        return int(year)
    centuries = (today.year // 100 * 100, today.year // 100 * 100 - 100)
    for century in centuries:
        age = today.year - century - int(year) - ((today.month, today.day) < (month, day))
        if YOUNGEST_PUPIL <= age <= OLDEST_PUPIL:
            return century + int(year)
    raise InvalidBirthDate


_FORMS: tuple[tuple[re.Pattern[str], Callable[[Match, date], date]], ...] = (
    (
        re.compile(rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_YEAR}(?: ?г(?:\.|ода)?)?{_MIDNIGHT}", re.ASCII),
        _day_first,
    ),
    (re.compile(rf"(?P<year>\d{{4}})([-./])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_MIDNIGHT}", re.ASCII), _day_first),
    (re.compile(rf"(?P<first>\d{{1,2}})([-/])(?P<second>\d{{1,2}})\2{_YEAR}{_MIDNIGHT}", re.ASCII), _either_first),
    (
        re.compile(rf"[«\"]?(?P<day>\d{{1,2}})[»\"]? ?(?P<month>[а-яА-Я]+) ?{_YEAR} ?(?:г\.?|года)?", re.ASCII),
        _month_in_words,
    ),
    (re.compile(r"(?P<days>[1-9]\d{4})(?:[.,]0+)?", re.ASCII), _serial),
)
