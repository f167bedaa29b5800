"""The parallel forms that are shipped: a retake asks something else, and measures the same."""

from itertools import groupby

import pytest

from bilet_diagnostics.domain.instrument import DO_NOT_KNOW, Instrument, Item
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder

LIBRARY = load_library(packaged_folder())
NEWEST = {one.id: one for one in LIBRARY.instruments}
PAIRS = [(form, NEWEST[form.parallel_of]) for form in NEWEST.values() if form.parallel_of]
EACH = pytest.mark.parametrize(("form", "main"), PAIRS, ids=[form.ref for form, _ in PAIRS])


def asked_in_turn(stage: int, grade: int, attempts: int) -> list[list[str]]:
    """Ids of what each of several attempts is asked."""
    taken: list[tuple[str, ...]] = []
    for _ in range(attempts):
        taken.append(LIBRARY.paper_for(stage, grade, taken).refs)
    return [[ref.rpartition("-")[0] for ref in refs] for refs in taken]


def lengths(item: Item) -> tuple[int, int]:
    """Of the right answer and of the longest wrong one."""
    choices = [option for option in item.options if option.value != DO_NOT_KNOW]
    return (
        max(len(one.text) for one in choices if one.value == item.right),
        max(len(one.text) for one in choices if one.value != item.right),
    )


def test_the_quiz_and_the_younger_pupils_big_five_have_a_parallel_form() -> None:
    assert {(form.id, main.id) for form, main in PAIRS} == {
        ("knowledge-b", "knowledge"),
        ("big-five-20-b", "big-five-20"),
    }


@pytest.mark.parametrize("grade", range(6, 12))
def test_a_retake_of_the_quiz_asks_other_questions(grade: int) -> None:
    first, second, third = asked_in_turn(3, grade, 3)
    assert [ids[-1] for ids in (first, second, third)] == ["knowledge", "knowledge-b", "knowledge"]
    assert first[:-1] == second[:-1] == third[:-1]


def test_a_retake_of_the_second_stage_asks_younger_pupils_other_phrases_and_older_ones_the_same() -> None:
    assert asked_in_turn(2, 7, 3) == [["big-five-20"], ["big-five-20-b"], ["big-five-20"]]
    assert asked_in_turn(2, 8, 2) == [["big-five-50"]] * 2


@EACH
def test_no_question_is_asked_in_both_forms(form: Instrument, main: Instrument) -> None:
    assert not {item.text for item in form.items} & {item.text for item in main.items}
    assert not {item.id for item in form.items} & {item.id for item in main.items}


@EACH
def test_the_parallel_form_has_the_main_forms_scales(form: Instrument, main: Instrument) -> None:
    assert form.scales == main.scales
    assert form.response == main.response
    assert form.minutes == main.minutes


@EACH
def test_the_same_place_in_both_forms_has_the_same_key(form: Instrument, main: Instrument) -> None:
    assert [item.keys for item in form.items] == [item.keys for item in main.items]


@EACH
def test_the_results_of_both_forms_are_told_in_the_same_words(form: Instrument, main: Instrument) -> None:
    assert (form.grid, form.next_steps) == (main.grid, main.next_steps)


def test_the_right_answer_of_the_parallel_quiz_is_not_to_be_guessed() -> None:
    quiz = NEWEST["knowledge-b"]
    longest = [item.id for item in quiz.items if lengths(item)[0] > lengths(item)[1]]
    assert len(longest) <= len(quiz.items) / 4, longest
    places = [item.right for item in quiz.items]
    assert {places.count(place) for place in (1, 2, 3, 4)} <= {5, 6}
    assert max(len(list(run)) for _, run in groupby(places)) <= 2


def test_contrary_pairs_of_the_parallel_big_five_belong_to_one_scale_with_opposite_keys() -> None:
    form = NEWEST["big-five-20-b"]
    keys = {item.id: item.keys for item in form.items}
    for one, other in form.contrary:
        assert keys[one] == {scale: -sign for scale, sign in keys[other].items()}
