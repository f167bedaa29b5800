"""СНИЛС, the personal insurance number: eleven digits of which the last two check the first nine."""

import re

from bilet_identity.domain.errors import InvalidSnils

_SEPARATORS = re.compile(r"[\s\u00ad\u200b\u2010-\u2015\u2212\ufeff-]+")
_DIGITS = 11
_AS_A_NUMBER = re.compile(r"[1-9][0-9]{8,9}(?:\.0)?", re.ASCII)
_FIRST_CHECKED = 1_001_998  # numbers up to 001-001-998 were issued without check digits (Pension Fund rule)


def normalise_snils(text: str) -> str:
    """Read the eleven digits of a СНИЛС written with or without punctuation.

    A spreadsheet that takes it for a number drops its leading zeros; they are put back if the check digits then agree.

    Raises:
        InvalidSnils: not eleven digits, or the check digits are wrong.
    """
    if _AS_A_NUMBER.fullmatch(text.strip()):
        return _with_leading_zeros(text.strip().removesuffix(".0"))
    digits = _SEPARATORS.sub("", text)
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        raise InvalidSnils("СНИЛС должен состоять из 11 цифр.")
    number = digits[:9]
    if int(number) == 0 or (int(number) > _FIRST_CHECKED and check_digits(number) != digits[9:]):
        raise InvalidSnils("Контрольное число СНИЛС не сходится.")
    return digits


def _with_leading_zeros(number: str) -> str:
    digits = number.zfill(_DIGITS)
    if int(digits[:9]) <= _FIRST_CHECKED or check_digits(digits[:9]) != digits[9:]:
        raise InvalidSnils("СНИЛС должен состоять из 11 цифр.")
    return digits


def check_digits(number: str) -> str:
    """Compute the two check digits of the nine-digit number: the sum of digits weighted 9…1, modulo 101, where 100 is 00."""
    total = sum(int(digit) * weight for digit, weight in zip(number, range(9, 0, -1), strict=True))
    return f"{total % 101 % 100:02d}"
