"""СНИЛС: eleven digits that check themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_identity.domain.errors import InvalidSnils
from bilet_identity.domain.snils import check_digits, normalise_snils

NUMBERS = st.integers(1_001_999, 999_999_999).map(lambda number: f"{number:09d}")


@pytest.mark.parametrize(
    "written",
    ["112-233-445 95", "11223344595", "112 233 445 95", " 112–233–445\xa095 ", "112\u2011233\u2011445\u202f95"],
)
def test_punctuation_does_not_matter(written: str) -> None:
    assert normalise_snils(written) == "11223344595"


def test_leading_zeros_that_a_spreadsheet_dropped_are_put_back_if_the_check_digits_agree() -> None:
    assert normalise_snils("8765430300") == "08765430300"
    with pytest.raises(InvalidSnils):
        normalise_snils("8765430301")
    with pytest.raises(InvalidSnils):
        normalise_snils("100199877")  # such numbers have no check digits to agree


@pytest.mark.parametrize(("number", "digits"), [("112233445", "95"), ("087654303", "00"), ("087654302", "00")])
def test_known_numbers(number: str, digits: str) -> None:
    assert check_digits(number) == digits


@given(NUMBERS)
def test_every_number_has_exactly_one_pair_of_check_digits(number: str) -> None:
    good = [digits for digits in (f"{pair:02d}" for pair in range(100)) if _accepted(number + digits)]

    assert good == [check_digits(number)]


@given(NUMBERS, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_found(number: str, place: int, difference: int) -> None:
    changed = str((int(number[place]) + difference) % 10)
    wrong = number[:place] + changed + number[place + 1 :]
    expected = check_digits(wrong) == check_digits(number) or int(wrong) <= 1_001_998

    assert _accepted(wrong + check_digits(number)) is expected


@given(st.text(max_size=30))
def test_anything_is_a_number_or_refused(text: str) -> None:
    try:
        digits = normalise_snils(text)
    except InvalidSnils:
        return
    assert len(digits) == 11
    assert digits.isascii()


@pytest.mark.parametrize("written", ["", "1122334459", "112233445950", "١١٢٢٣٣٤٤٥٩٥", "000-000-000 00"])
def test_what_is_no_snils(written: str) -> None:
    with pytest.raises(InvalidSnils):
        normalise_snils(written)


def test_the_first_numbers_were_issued_without_check_digits() -> None:
    assert normalise_snils("001-001-998 77") == "00100199877"


def _accepted(digits: str) -> bool:
    try:
        return normalise_snils(digits) == digits
    except InvalidSnils:
        return False
