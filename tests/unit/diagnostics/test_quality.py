"""Signs of haste lead to one kind question."""

import pytest

from bilet_diagnostics.domain.errors import LookAgainError
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.quality import ADVICE, Sign, ask_to_look_again, signs_of
from tests.unit.diagnostics.examples import answered, questionnaire, quiz, started

PAPER = Paper((questionnaire(items=12, contrary=(("care0", "care1"), ("care2", "care3"))),))
CAREFUL: list[int | None] = [5, 1, 4, 2, 3, 5, 2, 4, 1, 3, 4, 2]


def signs(values: list[int | None], gap_ms: int = 4000, paper: Paper = PAPER) -> tuple[Sign, ...]:
    return signs_of(answered(started(paper), values, gap_ms=gap_ms), paper)


def test_careful_answers_show_no_sign() -> None:
    assert signs(CAREFUL) == ()
    ask_to_look_again(answered(started(PAPER), CAREFUL), PAPER)


def test_many_missing_are_noticed_and_named() -> None:
    values = [*CAREFUL[:9], None, None, None]
    assert signs(values) == (Sign.MISSING,)
    with pytest.raises(LookAgainError) as asked:
        ask_to_look_again(answered(started(PAPER), values), PAPER)
    assert asked.value.unanswered == ("care9", "care10", "care11")


def test_two_missing_of_twelve_are_not_many() -> None:
    assert signs([*CAREFUL[:10], None, None]) == ()


def test_the_same_answer_almost_throughout_is_straight_lining() -> None:
    assert signs([4, 2, *[3] * 10]) == (Sign.STRAIGHT,)
    assert signs([4, 2, 4, *[3] * 9]) == ()


def test_the_same_answer_in_a_quiz_is_not_straight_lining() -> None:
    paper = Paper((quiz(items=12),))
    assert signs([0] * 12, paper=paper) == ()


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
