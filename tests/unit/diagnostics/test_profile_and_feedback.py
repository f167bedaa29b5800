"""What scores say: the interest code, the grid of fields, and the words for the pupil and for others."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_diagnostics.domain.feedback import feedback_on, for_others
from bilet_diagnostics.domain.instrument import Band
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.profile import Cell, cell_of, field_interests_of, holland_code, interests_of
from bilet_diagnostics.domain.recommendation import LETTERS, NOTHING_IS_EXCLUDED
from bilet_diagnostics.domain.scoring import score_paper
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder

LIBRARY: Library = load_library(packaged_folder())


def paper(stage: int, grade: int = 9) -> Paper:
    return LIBRARY.paper_for(stage, grade)


def test_the_code_names_the_three_strongest_interests() -> None:
    code = holland_code(dict(zip(LETTERS, (0.9, 0.7, 0.1, 0.2, 0.5, 0.3), strict=True)))
    assert (code.letters, code.differentiation, code.is_flat) == ("RIE", 0.8, False)


def test_equally_strong_interests_share_a_place() -> None:
    code = holland_code(dict(zip(LETTERS, (0.9, 0.7, 0.7, 0.7, 0.1, 0.1), strict=True)))
    assert code.letters == "R(IAS)"


def test_interests_that_hardly_differ_are_a_flat_profile() -> None:
    assert holland_code(dict.fromkeys(LETTERS, 0.4)).is_flat


@given(st.lists(st.integers(0, 10), min_size=6, max_size=6))
def test_a_code_holds_at_least_three_letters_each_once(shares: list[int]) -> None:
    letters = holland_code(dict(zip(LETTERS, [share / 10 for share in shares], strict=True))).letters
    plain = [letter for letter in letters if letter in LETTERS]
    assert 3 <= len(plain) == len(set(plain)) <= 6


@pytest.mark.parametrize(
    ("interest", "knowledge", "cell"),
    [
        (0.625, 2 / 3, Cell.INTERESTED_KNOWN),
        (0.625, 1 / 3, Cell.INTERESTED_UNKNOWN),
        (0.5, 1, Cell.CALM_KNOWN),
        (0, 0, Cell.CALM_UNKNOWN),
    ],
)
def test_a_field_lies_in_the_grid_of_interest_and_knowledge(interest: float, knowledge: float, cell: Cell) -> None:
    assert cell_of(interest, knowledge) is cell


@pytest.mark.parametrize("grade", range(6, 12))
@pytest.mark.parametrize("stage", [1, 2, 3])
@pytest.mark.parametrize("value", [1, 3, 4])
def test_every_grade_reads_words_for_every_scale(stage: int, grade: int, value: int) -> None:
    asked = paper(stage, grade)
    feedback = feedback_on(LIBRARY, asked, score_paper(asked, [value] * len(asked.items)), grade)
    worded = [scale for one in asked.instruments for scale in one.scales if scale.feedback]
    assert [one.scale for one in feedback.scales] == [scale.id for scale in worded]
    assert all(one.text for one in feedback.scales)
    assert 2 <= len(feedback.next_steps) <= 3
    assert NOTHING_IS_EXCLUDED in feedback.notes


@pytest.mark.parametrize("grade", [6, 9])
@pytest.mark.parametrize(("answers", "interested"), [((3, 3), False), ((1, 5), False), ((3, 4), True), ((2, 5), True)])
def test_indifference_is_no_interest(grade: int, answers: tuple[int, int], interested: bool) -> None:  # noqa: FBT001
    asked = paper(3, grade)
    of_field = dict(zip([item.id for item in asked.items if "field-it" in item.keys], answers, strict=True))
    scores = score_paper(asked, [of_field.get(item.id, 1) for item in asked.items])
    (cell,) = [
        one.cell for one in feedback_on(LIBRARY, asked, scores, grade).fields if one.field.startswith("Информационные")
    ]
    assert (cell in {Cell.INTERESTED_UNKNOWN, Cell.INTERESTED_KNOWN}) is interested


@pytest.mark.parametrize(("stage", "grade"), [(1, 7), (1, 9), (3, 7), (3, 9)])
def test_the_first_step_of_each_instrument_comes_first_and_three_are_enough(stage: int, grade: int) -> None:
    asked = paper(stage, grade)
    offered = [steps for one in asked.instruments for band, steps in one.next_steps.items() if grade in band]
    said = feedback_on(LIBRARY, asked, score_paper(asked, [3] * len(asked.items)), grade).next_steps
    assert said == (offered[0][0], offered[1][0], offered[0][1])


def test_the_third_stage_tells_the_code_and_the_grid_of_all_fields() -> None:
    asked = paper(3)
    values = [5 if "realistic" in item.keys else item.right or 2 for item in asked.items]
    feedback = feedback_on(LIBRARY, asked, score_paper(asked, values), 9)
    assert feedback.code is not None
    assert feedback.code.letters.startswith("R")
    assert len(feedback.fields) == 7
    assert {one.cell for one in feedback.fields} == {Cell.CALM_KNOWN}
    assert feedback.summary == ""


def test_even_interests_have_words_of_their_own() -> None:
    asked = paper(3)
    feedback = feedback_on(LIBRARY, asked, score_paper(asked, [3] * len(asked.items)), 9)
    assert feedback.summary
    assert feedback.strengths == ()


def test_interests_with_too_few_answers_give_no_code() -> None:
    asked = paper(3)
    scores = score_paper(asked, [None if "social" in item.keys else 3 for item in asked.items])
    assert interests_of(asked, scores) is None
    assert feedback_on(LIBRARY, asked, scores, 9).code is None
    assert len(field_interests_of(asked, scores)) == 7


@pytest.mark.parametrize("grade", [6, 9])
def test_nobody_else_sees_emotional_stability(grade: int) -> None:
    asked = paper(2, grade)
    own = feedback_on(LIBRARY, asked, score_paper(asked, [3] * len(asked.items)), grade)
    seen = for_others(own)
    assert "emotional-stability" in {one.scale for one in own.scales}
    assert "emotional-stability" not in {one.scale for one in seen.scales}
    calm = feedback_on(
        LIBRARY,
        asked,
        score_paper(
            asked,
            [
                {1: 5, -1: 1}[item.keys["emotional-stability"]] if "emotional-stability" in item.keys else 3
                for item in asked.items
            ],
        ),
        grade,
    )
    assert calm.strengths == ("Спокойствие",)
    assert "Спокойствие" not in for_others(calm).strengths


def test_emotional_stability_never_enters_matching() -> None:
    matching = {scale.id for one in LIBRARY.instruments for scale in one.scales if scale.interest or scale.field}
    assert "emotional-stability" not in matching
    assert interests_of(paper(2), score_paper(paper(2), [5] * 50)) is None


def test_an_obstacle_is_never_called_a_strength() -> None:
    asked = paper(1)
    values = [5 if item.id.startswith("ob") else 3 for item in asked.items]
    feedback = feedback_on(LIBRARY, asked, score_paper(asked, values), 9)
    assert {one.band for one in feedback.scales if one.scale in {"time", "information"}} == {Band.HIGH}
    assert "Не хватает времени" not in feedback.strengths


def test_a_scale_without_enough_answers_is_left_out_of_the_words() -> None:
    asked = paper(1)
    values = [None if "concern" in item.keys else 4 for item in asked.items]
    feedback = feedback_on(LIBRARY, asked, score_paper(asked, values), 9)
    assert "concern" not in {one.scale for one in feedback.scales}


def test_an_instrument_is_asked_in_its_newest_version() -> None:
    first = LIBRARY.paper_for(1, 8).instruments[0]
    tenth, second = replace(first, version=10), replace(first, version=2)
    assert Library([tenth, first, second]).paper_for(1, 8).refs == (f"{first.id}-10",)
