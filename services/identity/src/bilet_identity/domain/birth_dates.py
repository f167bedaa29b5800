"""Birth dates: how they are written, which of them a pupil can have, and the age that follows."""

import re
from datetime import date

from bilet_identity.domain.errors import InvalidBirthDate

CONSENT_AGE = 14
ADULT_AGE = 18
YOUNGEST_PUPIL, OLDEST_PUPIL = 9, 21

_RUSSIAN = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})", re.ASCII)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)


def parse_birth_date(text: str, *, today: date) -> date:
    """Read a pupil's birth date, written as dd.mm.yyyy or in ISO form.

    Raises:
        InvalidBirthDate: another form (a year alone too), no such day, or an implausible age for grade 6–11.
    """
    match = _RUSSIAN.fullmatch(text.strip()) or _ISO.fullmatch(text.strip())
    if match is None:
        raise InvalidBirthDate("Нужна полная дата: ДД.ММ.ГГГГ.")
    try:
        born = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise InvalidBirthDate("Такой даты нет в календаре.") from None
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
