"""Signs of haste lead to one kind question."""

from itertools import cycle, islice
from random import Random

import pytest

from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.quality import ADVICE, Sign, look_again, signs_of
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder
from tests.unit.diagnostics.examples import answered, questionnaire, quiz, started

PAPER = Paper((questionnaire(items=12, contrary=(("care0", "care1"), ("care2", "care3"))),))
CAREFUL: list[int | None] = [5, 1, 4, 2, 3, 5, 2, 4, 1, 3, 4, 2]
LIBRARY = load_library(packaged_folder())


def cycled(rest: int, quiz_items: int, answers: list[int]) -> list[int]:
    """Ever changing answers to the rest of the questionnaire, and to the quiz."""
    return [*islice(cycle(answers), rest), *islice(cycle((1, 2, 0, 3)), quiz_items)]


def signs(values: list[int | None], gap_ms: int = 4000, paper: Paper = PAPER) -> tuple[Sign, ...]:
    return signs_of(answered(started(paper), values, gap_ms=gap_ms), paper)


def test_careful_answers_show_no_sign() -> None:
    assert signs(CAREFUL) == ()


def test_many_missing_are_noticed_and_named() -> None:
    values = [*CAREFUL[:9], None, None, None]
    assert signs(values) == (Sign.MISSING,)
    asked = look_again(answered(started(PAPER), values), PAPER, [Sign.MISSING])
    assert asked.unanswered == ("care9", "care10", "care11")
    assert str(asked) == ADVICE[Sign.MISSING]


def test_two_missing_of_twelve_are_not_many() -> None:
    assert signs([*CAREFUL[:10], None, None]) == ()


def test_the_same_answer_almost_throughout_is_straight_lining() -> None:
    assert signs([4, 2, *[3] * 10]) == (Sign.STRAIGHT,)
    assert signs([4, 2, 4, *[3] * 9]) == ()


def test_a_blank_does_not_cut_a_run() -> None:
    assert signs([4, *[3] * 5, None, *[3] * 5]) == (Sign.STRAIGHT,)
    assert signs([4, *[3] * 5, 2, *[3] * 5]) == ()


@pytest.mark.parametrize("blank", [False, True])
def test_all_activities_answered_alike_are_noticed_though_the_fields_are_not(blank: bool) -> None:  # noqa: FBT001
    paper = LIBRARY.paper_for(3, 9)
    values: list[int | None] = [*[3] * 48, *cycled(14, 21, [5, 1, 4, 2])]
    values[24] = None if blank else 3
    assert signs(values, paper=paper) == (Sign.STRAIGHT,)


@pytest.mark.parametrize(("run", "noticed"), [(30, ()), (31, (Sign.STRAIGHT,))])
def test_a_run_through_half_of_the_answers_is_too_long(run: int, noticed: tuple[Sign, ...]) -> None:
    paper = LIBRARY.paper_for(3, 9)
    assert signs([*[4] * run, *cycled(62 - run, 21, [5, 1, 3, 2])], paper=paper) == noticed


def test_what_was_left_blank_does_not_count_as_answered() -> None:
    paper = LIBRARY.paper_for(3, 9)
    few: list[int | None] = [*[4] * 20, *[None] * 30, 5, 1, 3, 2, 5, 1, 3, 2, 5, 1, 3, 2, *[1] * 21]
    assert Sign.STRAIGHT in signs(few, paper=paper)


@pytest.mark.parametrize(("stage", "grade"), [(1, 9), (2, 6), (2, 9), (3, 6), (3, 9)])
def test_a_careful_pupil_who_likes_one_answer_is_hardly_ever_noticed(stage: int, grade: int) -> None:
    """Half of all answers the same, independently: exactly 0.6 % have a run of ten among twenty."""
    paper, dice = LIBRARY.paper_for(stage, grade), Random(20260707)
    noticed = 0
    for _ in range(600):
        values: list[int | None] = [*dice.choices((4, 3, 5, 2, 1), (50, 20, 15, 10, 5), k=len(paper.items))]
        noticed += Sign.STRAIGHT in signs(values, paper=paper)
    assert noticed <= 600 * 0.02


def test_the_same_answer_in_a_quiz_is_not_straight_lining() -> None:
    paper = Paper((quiz(items=12),))
    assert signs([0] * 12, paper=paper) == ()


def test_answers_that_arrived_together_without_their_times_are_not_called_fast() -> None:
    assert signs(CAREFUL, gap_ms=0) == ()


def test_less_than_a_second_an_item_is_impossibly_fast() -> None:
    assert signs(CAREFUL, gap_ms=999) == (Sign.FAST,)
    assert signs(CAREFUL, gap_ms=1000) == ()


def test_few_answers_are_not_judged_by_their_speed() -> None:
    paper = Paper((questionnaire(items=7),))
    assert signs([1, 2, 3, 4, 5, 4, 3], gap_ms=1, paper=paper) == ()


def test_opposite_statements_answered_alike_contradict_each_other() -> None:
    assert signs([5, 5, 1, 1, *CAREFUL[4:]]) == (Sign.CONTRARY,)
    assert signs([5, 5, *CAREFUL[2:]]) == ()
    assert signs([5, None, 1, 1, *CAREFUL[4:]]) == ()


def test_the_question_is_kind() -> None:
    words = " ".join(ADVICE.values()).lower()
    assert set(ADVICE) == set(Sign)
    assert not any(word in words for word in ("обман", "невнимательн", "неправильн", "ошиб", "недостовер"))
