"""СНИЛС, the personal insurance number: eleven digits of which the last two check the first nine."""

import re

from bilet_identity.domain.errors import InvalidSnils

_SEPARATORS = re.compile(r"[\s\u00a0\u2010-\u2015-]+")
_DIGITS = 11
_FIRST_CHECKED = 1_001_998  # numbers up to 001-001-998 were issued without check digits (Pension Fund rule)


def normalise_snils(text: str) -> str:
    """Eleven digits of a СНИЛС written with or without punctuation.

    Raises:
        InvalidSnils: not eleven digits, or the check digits are wrong.
    """
    digits = _SEPARATORS.sub("", text)
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        raise InvalidSnils("СНИЛС должен состоять из 11 цифр.")
    number = digits[:9]
    if int(number) == 0 or (int(number) > _FIRST_CHECKED and check_digits(number) != digits[9:]):
        raise InvalidSnils("Контрольное число СНИЛС не сходится.")
    return digits


def check_digits(number: str) -> str:
    """Two check digits of the nine-digit number: the sum of digits weighted 9…1, modulo 101, where 100 is 00."""
    total = sum(int(digit) * weight for digit, weight in zip(number, range(9, 0, -1), strict=True))
    return f"{total % 101 % 100:02d}"
