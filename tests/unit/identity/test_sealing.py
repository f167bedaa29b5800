"""Personal data sealed at rest."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_identity.storage.sealing import Place, SealBrokenError, Vault

SECRET = os.urandom(32)
VAULT = Vault(SECRET)
PLACE = Place("persons", "sealed_name", "one")


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_what_is_sealed_opens_again(text: str) -> None:
    assert VAULT.open(VAULT.seal(text, PLACE), PLACE) == text


def test_the_same_text_never_looks_the_same() -> None:
    assert VAULT.seal("Ершов", PLACE) != VAULT.seal("Ершов", PLACE)
    assert "Ершов".encode() not in VAULT.seal("Ершов", PLACE)


@pytest.mark.parametrize(
    "place",
    [
        Place("guardians", "sealed_name", "one"),
        Place("persons", "sealed_snils", "one"),
        Place("persons", "sealed_name", "two"),
    ],
)
def test_a_sealed_value_opens_in_no_other_table_column_or_row(place: Place) -> None:
    with pytest.raises(SealBrokenError):
        VAULT.open(VAULT.seal("Ершов", PLACE), place)


@given(st.integers(1, 40), st.integers(1, 255))
def test_a_changed_value_does_not_open(place: int, difference: int) -> None:
    sealed = bytearray(VAULT.seal("Ершов Артём Фёдорович", PLACE))
    sealed[place] ^= difference

    with pytest.raises(SealBrokenError):
        VAULT.open(bytes(sealed), PLACE)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 12])
def test_a_stump_does_not_open(sealed: bytes) -> None:
    with pytest.raises(SealBrokenError):
        VAULT.open(sealed, PLACE)


def test_another_key_opens_nothing_and_finds_nothing() -> None:
    other = Vault(os.urandom(32))

    with pytest.raises(SealBrokenError):
        other.open(VAULT.seal("Ершов", PLACE), PLACE)
    assert other.index("snils", "11223344595") != VAULT.index("snils", "11223344595")


def test_a_fingerprint_tells_values_and_kinds_apart_and_survives_a_restart() -> None:
    assert VAULT.index("snils", "1") == Vault(SECRET).index("snils", "1")
    assert len({VAULT.index("snils", "1"), VAULT.index("snils", "2"), VAULT.index("login", "1")}) == 3


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"x" * size)
