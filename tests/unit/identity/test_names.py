"""Names brought to one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_identity.domain.errors import InvalidName
from bilet_identity.domain.names import PersonName, make_name, normalise_word, parse_full_name

CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
WORDS = st.text(alphabet=CYRILLIC, min_size=2, max_size=20).map(str.capitalize)
TO_LATIN = str.maketrans("АВСЕНКМОРТХасеорху", "ABCEHKMOPTXaceopxy")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("САЛТЫКОВ-ЩЕДРИН", "Салтыков-Щедрин"),
        ("салтыков-щедрин", "Салтыков-Щедрин"),
        ("Ким", "Ким"),
        ("Д'Артаньян", "Д'Артаньян"),
        ("Smith", "Smith"),
        ("Йеи\u0306", "Йей"),
        ("Салтыков\u2011Щедрин", "Салтыков-Щедрин"),
        ("Салты\u00adков", "Салтыков"),
    ],
)
def test_words_keep_what_is_theirs(written: str, name: str) -> None:
    assert normalise_word(written) == name


@given(WORDS)
def test_look_alike_letters_do_not_make_another_name(word: str) -> None:
    disguised = word[:-1].translate(TO_LATIN) + word[-1]
    if not any(letter in CYRILLIC for letter in disguised.lower()):
        return

    assert normalise_word(disguised) == word


@given(WORDS)
def test_normalising_twice_is_normalising_once(word: str) -> None:
    assert normalise_word(normalise_word(word.upper())) == normalise_word(word.upper()) == word


@given(st.text(max_size=60))
def test_any_text_is_a_name_or_refused(text: str) -> None:
    try:
        name = parse_full_name(text)
    except InvalidName:
        return
    assert name.last_name
    assert name.first_name
    assert name.full == " ".join(name.full.split())


@pytest.mark.parametrize("written", ["Ивaнd", "Иван1", "Иван<b>", "=Иван", "И" * 101, "-"])
def test_what_no_name_holds_is_refused(written: str) -> None:
    with pytest.raises(InvalidName):
        normalise_word(written)


def test_parts_are_normalised_like_a_line() -> None:
    assert make_name(" ИВАНОВА ", "анна", " ") == parse_full_name("Иванова Анна") == PersonName("Иванова", "Анна")


def test_an_empty_part_is_refused() -> None:
    with pytest.raises(InvalidName):
        make_name("Иванова", " ", None)


def test_two_spellings_of_one_name_match() -> None:
    assert PersonName("Королёва", "Алёна").match_key == PersonName("КОРОЛЕВА", "Алена").match_key


def test_blanks_of_any_kind_and_number_separate_the_words_of_a_name() -> None:
    assert parse_full_name("  Ершов\u00a0\u00a0Артём  Фёдорович\u202f").full == "Ершов Артём Фёдорович"
