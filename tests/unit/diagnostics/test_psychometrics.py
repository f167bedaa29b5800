"""Item and scale statistics against their definitions."""

import statistics
from math import isclose, sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bilet_diagnostics.domain.instrument import Instrument, Kind
from bilet_diagnostics.domain.scoring import score_instrument
from bilet_diagnostics.psychometrics.moments import Matrix, Moments
from bilet_diagnostics.psychometrics.scales import Gathering
from bilet_diagnostics.psychometrics.statistics import ScaleStatistics, scale_statistics
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder
from tests.unit.diagnostics.examples import questionnaire, quiz

NAMES = ("q1", "q2", "q3")
EXAMPLE = np.array([[3, 4, 3], [5, 4, 4], [1, 2, 2], [4, 4, 5], [2, 3, 1]], dtype=float)

FULL = st.lists(st.lists(st.integers(1, 5), min_size=3, max_size=3), min_size=3, max_size=25).map(
    lambda rows: np.array(rows, dtype=float)
)
WITH_GAPS = st.lists(
    st.lists(st.one_of(st.integers(1, 5), st.just(np.nan)), min_size=3, max_size=3), min_size=3, max_size=25
).map(lambda rows: np.array(rows, dtype=float))


def measured(answers: Matrix, *, centre: float = 3.0) -> ScaleStatistics:
    names = [f"q{place + 1}" for place in range(answers.shape[1])]
    return scale_statistics("care", names, Moments(answers.shape[1], centre).add(answers))


def test_a_worked_example() -> None:
    found = measured(EXAMPLE)
    variances = [statistics.variance(column) for column in EXAMPLE.T]
    sums = EXAMPLE.sum(axis=1)
    assert found.n == 5
    assert found.mean == pytest.approx(statistics.fmean(sums))
    assert found.sd == pytest.approx(statistics.stdev(sums))
    assert found.alpha_listwise == pytest.approx(1.5 * (1 - sum(variances) / statistics.variance(sums)))
    assert found.alpha_listwise == pytest.approx(51 / 57.2)
    assert found.standard_error == pytest.approx(sqrt(14.3) * sqrt(6.2 / 57.2))


def test_each_item_is_compared_with_the_sum_of_the_others() -> None:
    for place, item in enumerate(measured(EXAMPLE).items):
        rest = EXAMPLE.sum(axis=1) - EXAMPLE[:, place]
        assert item.item_rest == pytest.approx(np.corrcoef(EXAMPLE[:, place], rest)[0, 1])
        assert item.mean == pytest.approx(EXAMPLE[:, place].mean())
        assert item.sd == pytest.approx(statistics.stdev(EXAMPLE[:, place]))
        without = measured(np.delete(EXAMPLE, place, axis=1))
        assert item.alpha_if_deleted == pytest.approx(without.alpha_listwise)


def test_on_right_and_wrong_answers_alpha_is_kr_20() -> None:
    answers = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0], [1, 1, 1], [0, 1, 0]], dtype=float)
    right = answers.mean(axis=0)
    variance = statistics.pvariance(answers.sum(axis=1))
    kr_20 = 1.5 * (1 - float((right * (1 - right)).sum()) / variance)
    found = measured(answers, centre=0.0)
    assert found.alpha_listwise == pytest.approx(kr_20)
    assert [item.mean for item in found.items] == pytest.approx(list(right))


def test_listwise_drops_incomplete_attempts_and_pairwise_keeps_their_pairs() -> None:
    answers = np.vstack([EXAMPLE, [[np.nan, 5, 4]], [[1, np.nan, 1]]])
    found = measured(answers)
    assert (found.rows, found.n, found.n_pairwise) == (7, 5, 5)
    assert found.alpha_listwise == measured(EXAMPLE).alpha_listwise
    assert found.alpha_pairwise != found.alpha_listwise
    assert [item.n for item in found.items] == [6, 6, 7]
    assert found.items[0].missing == pytest.approx(1 / 7)


def test_pairwise_covariances_are_those_of_the_attempts_that_answered_both() -> None:
    answers = np.array([[1, 2, np.nan], [2, 4, 3], [5, 4, 1], [3, np.nan, 2], [4, 5, 5]])
    covariance = Moments(3, 3.0).add(answers).pairwise_covariance
    assert covariance is not None
    for one in range(3):
        for other in range(3):
            both = ~np.isnan(answers[:, one]) & ~np.isnan(answers[:, other])
            expected = np.cov(answers[both, one], answers[both, other])[0, 1]
            assert covariance[one, other] == pytest.approx(expected)


@pytest.mark.parametrize("answers", [np.empty((0, 3)), np.full((4, 3), np.nan), np.array([[1.0, 2.0, 3.0]])])
def test_too_few_attempts_have_no_reliability(answers: Matrix) -> None:
    found = measured(answers)
    assert (found.alpha_listwise, found.alpha_pairwise, found.sd, found.skew) == (None, None, None, None)


def test_without_variance_there_is_no_reliability_and_no_correlation() -> None:
    found = measured(np.full((5, 3), 4.0))
    assert (found.mean, found.sd, found.alpha_listwise, found.skew) == (12, 0, None, None)
    assert {item.item_rest for item in found.items} == {None}


def test_a_single_item_has_no_alpha() -> None:
    assert measured(EXAMPLE[:, :1]).alpha_listwise is None


@given(FULL)
def test_without_gaps_listwise_and_pairwise_agree(answers: Matrix) -> None:
    found = measured(answers)
    assume(found.alpha_listwise is not None)
    assert found.alpha_pairwise == pytest.approx(found.alpha_listwise, rel=1e-9, abs=1e-9)
    assert (found.alpha_listwise or 0) <= 1 + 1e-9


@given(WITH_GAPS, st.integers(0, 25), st.integers(0, 25))
def test_chunks_do_not_matter(answers: Matrix, one: int, other: int) -> None:
    first, second = sorted((one, other))
    pieces = Moments(3, 3.0)
    for piece in (answers[:first], answers[first:second], answers[second:]):
        pieces.add(piece)
    assert scale_statistics("care", NAMES, pieces) == measured(answers)


@given(WITH_GAPS, st.integers(-3, 3))
def test_the_centre_does_not_matter(answers: Matrix, centre: int) -> None:
    one, other = measured(answers), measured(answers, centre=centre)
    for left, right in ((one.mean, other.mean), (one.sd, other.sd), (one.alpha_listwise, other.alpha_listwise)):
        assert (left is None) is (right is None)
        assert left is None or isclose(left, right or 0.0, rel_tol=1e-6, abs_tol=1e-6)


@given(FULL)
def test_skew_is_that_of_the_sums_and_mirrors_with_them(answers: Matrix) -> None:
    found, mirrored = measured(answers), measured(6 - answers)
    assume(found.skew is not None)
    sums = answers.sum(axis=1)
    n, mean = len(sums), sums.mean()
    g1 = ((sums - mean) ** 3).mean() / ((sums - mean) ** 2).mean() ** 1.5
    assert found.skew == pytest.approx(g1 * sqrt(n * (n - 1)) / (n - 2), abs=1e-6)
    assert mirrored.skew == pytest.approx(-(found.skew or 0), abs=1e-6)


def test_reversed_items_are_turned_before_they_are_added_up() -> None:
    plain, turned = Gathering(questionnaire()), Gathering(questionnaire(reversed_items=(1, 3)))
    answers = np.array([[1, 2, 1, 2], [4, 5, 4, 4], [3, 3, 2, 3], [5, 4, 5, 5]], dtype=float)
    mirrored = answers.copy()
    mirrored[:, [1, 3]] = 6 - mirrored[:, [1, 3]]
    plain.add(answers)
    turned.add(mirrored)
    assert turned.statistics == plain.statistics


def test_a_quiz_is_counted_as_right_or_not_and_a_gap_stays_a_gap() -> None:
    gathering = Gathering(quiz())
    gathering.add(np.array([[2, 2, 1], [2, 0, 4], [np.nan, 2, 2]]))
    items = gathering.statistics["know"].items
    assert [item.mean for item in items] == pytest.approx([1, 2 / 3, 1 / 3])
    assert [item.n for item in items] == [2, 3, 3]


@pytest.mark.parametrize("instrument", load_library(packaged_folder()).instruments, ids=lambda one: one.ref)
def test_scales_have_the_mean_that_scoring_gives(instrument: Instrument) -> None:
    values = [[(row + place) % 5 + 1 for place in range(len(instrument.items))] for row in range(7)]
    if instrument.kind is Kind.QUIZ:
        values = [[value % 5 for value in row] for row in values]
    gathering = Gathering(instrument)
    gathering.add(np.array(values, dtype=float))
    for scale, found in gathering.statistics.items():
        assert found.mean == pytest.approx(
            statistics.fmean(score_instrument(instrument, row)[scale].raw for row in values)
        )
