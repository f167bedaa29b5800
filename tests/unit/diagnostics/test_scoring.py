"""The laws of scoring."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bilet_diagnostics.domain.errors import NoScore, UnknownItem, ValueOffScale
from bilet_diagnostics.domain.instrument import Band, Instrument, Scale
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.scoring import (
    Score,
    band_of,
    enough,
    reverse_key,
    score_instrument,
    score_paper,
    score_quiz,
    score_scale,
)
from tests.unit.diagnostics.examples import questionnaire, quiz

ANSWER = st.integers(1, 5)
MAYBE = st.one_of(st.none(), ANSWER)


def scored(instrument: Instrument, values: list[int | None]) -> Score:
    return score_scale(instrument.keys[0], values)


@given(st.integers(-5, 5), st.integers(1, 9), st.data())
def test_reversing_twice_is_nothing_and_stays_on_the_scale(minimum: int, width: int, data: st.DataObject) -> None:
    maximum = minimum + width
    value = data.draw(st.integers(minimum, maximum))
    turned = reverse_key(value, minimum=minimum, maximum=maximum)
    assert minimum <= turned <= maximum
    assert reverse_key(turned, minimum=minimum, maximum=maximum) == value


@given(st.lists(MAYBE, min_size=1, max_size=12), st.sets(st.integers(0, 11)))
def test_a_score_lies_in_its_range_and_its_share_between_0_and_1(values: list[int | None], turned: set[int]) -> None:
    instrument = questionnaire(items=len(values), reversed_items=tuple(turned))
    assume(enough(sum(value is not None for value in values), len(values)))
    assume(any(value is not None for value in values))
    score = scored(instrument, values)
    assert score.lowest == len(values)
    assert score.highest == 5 * len(values)
    assert score.lowest <= score.raw <= score.highest
    assert 0 <= score.share <= 1


@given(st.lists(ANSWER, min_size=1, max_size=12))
def test_a_full_scale_is_the_plain_sum(values: list[int]) -> None:
    assert scored(questionnaire(items=len(values)), list(values)).raw == sum(values)


@given(st.lists(ANSWER, min_size=1, max_size=12))
def test_reversing_every_item_mirrors_the_score(values: list[int]) -> None:
    plain = scored(questionnaire(items=len(values)), list(values))
    mirrored = scored(questionnaire(items=len(values), reversed_items=tuple(range(len(values)))), list(values))
    assert mirrored.raw == plain.lowest + plain.highest - plain.raw


@given(st.lists(ANSWER, min_size=2, max_size=10), st.integers(0, 9), st.integers(1, 5))
def test_a_higher_answer_never_lowers_the_score(values: list[int], place: int, other: int) -> None:
    changed = list(values)
    changed[place % len(values)] = other
    instrument = questionnaire(items=len(values))
    one, two = scored(instrument, list(values)), scored(instrument, list(changed))
    assert (two.raw - one.raw) == sum(changed) - sum(values)


@given(ANSWER, st.integers(5, 12))
def test_proration_keeps_the_mean(value: int, items: int) -> None:
    values: list[int | None] = [value] * items
    values[0] = None
    assert scored(questionnaire(items=items), values).raw == value * items


@pytest.mark.parametrize(
    ("answered", "items", "is_enough"),
    [
        (3, 4, True),
        (2, 4, False),
        (4, 5, True),
        (3, 5, False),
        (8, 10, True),
        (7, 10, False),
        (1, 1, True),
        (1, 2, False),
    ],
)
def test_four_fifths_are_enough_and_three_of_four(answered: int, items: int, is_enough: bool) -> None:  # noqa: FBT001
    assert enough(answered, items) is is_enough


def test_beyond_that_a_scale_is_refused_and_left_out_of_the_instrument() -> None:
    with pytest.raises(NoScore) as refused:
        scored(questionnaire(), [5, 5, None, None])
    assert refused.value.scale == "care"
    assert score_instrument(questionnaire(), [5, 5, None, None]) == {}


def test_a_scale_without_answers_is_refused() -> None:
    with pytest.raises(NoScore):
        scored(questionnaire(items=1), [None])


@pytest.mark.parametrize(
    ("values", "band"),
    [
        ([1, 1, 1, 1], Band.LOW),
        ([2, 2, 2, 3], Band.LOW),
        ([2, 2, 3, 3], Band.MIDDLE),
        ([3, 3, 3, 3], Band.MIDDLE),
        ([4, 4, 3, 3], Band.MIDDLE),
        ([4, 4, 4, 3], Band.HIGH),
        ([5, 5, 5, 5], Band.HIGH),
    ],
)
def test_bands_are_thirds_of_the_range(values: list[int], band: Band) -> None:
    assert scored(questionnaire(), list(values)).band is band


def test_a_place_exactly_on_a_cut_belongs_to_the_upper_band() -> None:
    scale = Scale(id="x", title="x")
    assert [band_of(share, scale) for share in (0, 1 / 3, 2 / 3, 1)] == [Band.LOW, Band.MIDDLE, Band.HIGH, Band.HIGH]


@given(st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=3, max_size=3))
def test_a_quiz_counts_right_answers_and_is_never_prorated(values: list[int | None]) -> None:
    score = score_quiz(quiz().keys[0], values)
    assert score.raw == sum(value == 2 for value in values)
    assert (score.lowest, score.highest) == (0, 3)


def test_not_knowing_and_leaving_out_score_the_same_but_are_told_apart() -> None:
    unknown, missing = score_quiz(quiz().keys[0], [0, 0, 0]), score_quiz(quiz().keys[0], [None, None, None])
    assert unknown.raw == missing.raw == 0
    assert (unknown.answered, missing.answered) == (3, 0)


def test_a_paper_scores_each_instrument_from_its_own_answers() -> None:
    paper = Paper((questionnaire(stage=3), quiz()))
    scores = score_paper(paper, [5, 5, 5, 5, 2, 2, 1])
    assert scores["care-1"]["care"].raw == 20
    assert scores["know-1"]["know"].raw == 2


def test_a_paper_knows_where_an_answer_belongs_and_which_values_it_allows() -> None:
    paper = Paper((questionnaire(stage=3), quiz()))
    assert paper.position_of("know0", 0) == 4
    with pytest.raises(UnknownItem):
        paper.position_of("nobody", 1)
    with pytest.raises(ValueOffScale, match="1, 2, 3, 4, 5"):
        paper.position_of("care0", 6)
    with pytest.raises(ValueOffScale):
        paper.position_of("care0", 0)
