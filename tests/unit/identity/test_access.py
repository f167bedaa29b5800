"""Signing in, refreshing, codes that people type."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_identity.domain.access import (
    LONGEST_LOCK,
    RefreshToken,
    RefreshVerdict,
    check_password,
    judge_refresh,
    locked_for,
)
from bilet_identity.domain.codes import ALPHABET, LENGTH, new_code, normalise_code
from bilet_identity.domain.errors import WeakPassword

NOW = datetime(2026, 7, 7, tzinfo=UTC)
FRESH = RefreshToken(used_at=None, expires_at=NOW + timedelta(days=1), session_revoked=False)


def test_four_failures_are_free_and_the_fifth_costs_a_second() -> None:
    assert [locked_for(count).total_seconds() for count in range(8)] == [0, 0, 0, 0, 0, 1, 2, 4]


@given(st.integers(0, 10_000))
def test_the_lock_grows_and_stops_at_fifteen_minutes(failures: int) -> None:
    assert timedelta(0) <= locked_for(failures) <= locked_for(failures + 1) <= LONGEST_LOCK


@pytest.mark.parametrize(
    ("token", "verdict"),
    [
        (FRESH, RefreshVerdict.ROTATE),
        (None, RefreshVerdict.REFUSE),
        (replace(FRESH, expires_at=NOW), RefreshVerdict.REFUSE),
        (replace(FRESH, session_revoked=True), RefreshVerdict.REFUSE),
        (replace(FRESH, used_at=NOW), RefreshVerdict.REVOKE_FAMILY),
    ],
)
def test_a_refresh_token_is_good_once(token: RefreshToken | None, verdict: RefreshVerdict) -> None:
    assert judge_refresh(token, now=NOW) is verdict


@pytest.mark.parametrize("password", ["ErshovArtem", "aaaaaaaaaaaa", "abababababab"])
def test_the_first_guesses_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, login="ershovartem")


def test_an_ordinary_password_is_taken() -> None:
    check_password("четыре слова через пробел", login="ershov")


def test_codes_are_long_and_unambiguous() -> None:
    codes = {new_code() for _ in range(500)}

    assert len(codes) == 500
    assert all(set(normalise_code(code)) <= set(ALPHABET) and len(normalise_code(code)) == LENGTH for code in codes)
    assert not set("01OIL") & set(ALPHABET)


def test_nobody_guesses_one_of_seven_million_open_codes() -> None:
    bits = LENGTH * log2(len(set(ALPHABET)))

    assert bits - log2(7_000_000) > 50


@given(st.text(alphabet=ALPHABET, min_size=LENGTH, max_size=LENGTH))
def test_a_code_typed_with_other_case_spaces_and_cyrillic_letters_is_the_same(letters: str) -> None:
    code = f"{letters[:5]}-{letters[5:10]}-{letters[10:]}"
    typed = code.lower().replace("-", " ").translate(str.maketrans("abcehkmpt", "авсенкмрт"))

    assert normalise_code(typed) == normalise_code(code)
