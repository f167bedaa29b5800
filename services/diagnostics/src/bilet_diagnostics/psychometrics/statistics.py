"""What a psychologist asks of a scale: reliability, distribution, and how each item serves it. Nothing is prorated."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from bilet_diagnostics.psychometrics.moments import Matrix, Moments

NOTHING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatistics:
    """One item.

    Attributes:
        n: answers.
        missing: share of attempts without an answer, 0–1; None where it is not told.
        mean: of the answers, reversed items turned; the share right in a quiz.
        sd: with n − 1.
        item_rest: correlation with the sum of the other items (corrected for overlap), over complete attempts.
        alpha_if_deleted: listwise α of the scale without it; None for scales of two items.
    """

    item: str
    n: int
    missing: float | None
    mean: float | None
    sd: float | None
    item_rest: float | None
    alpha_if_deleted: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleStatistics:
    """One scale in one group of attempts.

    Attributes:
        n: complete attempts; mean, sd and skew are of their sums.
        skew: adjusted Fisher–Pearson coefficient G1; None with fewer than three or without variance.
        alpha_listwise: Cronbach's α over complete attempts; for a quiz it is KR-20.
        alpha_pairwise: the same from pairwise covariances, with `n_pairwise`, the smallest number behind a pair.
        standard_error: sd · √(1 − α) in points, from the listwise α; None below α = 0.
    """

    scale: str
    rows: int
    n: int
    mean: float | None
    sd: float | None
    skew: float | None
    alpha_listwise: float | None
    alpha_pairwise: float | None
    n_pairwise: int
    standard_error: float | None
    items: tuple[ItemStatistics, ...]


def cronbach_alpha(covariance: Matrix) -> float | None:
    """K / (k − 1) · (1 − Σ item variances / variance of the sum); None for one item or without variance.

    Source: Cronbach, Psychometrika 16 (1951), 297–334; on items of 0 and 1 it equals KR-20 (Kuder & Richardson 1937).
    """
    items = len(covariance)
    total = float(covariance.sum())
    if items < 2 or total < NOTHING:  # noqa: PLR2004 - α compares items
        return None
    return items / (items - 1) * (1 - float(np.trace(covariance)) / total)


def scale_statistics(scale: str, item_names: Sequence[str], moments: Moments) -> ScaleStatistics:
    """All statistics of a scale from its moments."""
    listwise, pairwise = moments.listwise_covariance, moments.pairwise_covariance
    alpha = cronbach_alpha(listwise) if listwise is not None else None
    sd = sqrt(max(0.0, float(listwise.sum()))) if listwise is not None else None
    return ScaleStatistics(
        scale=scale,
        rows=moments.rows,
        n=moments.complete,
        mean=_mean(moments),
        sd=sd,
        skew=_skew(moments),
        alpha_listwise=alpha,
        alpha_pairwise=cronbach_alpha(pairwise) if pairwise is not None else None,
        n_pairwise=int(moments.pairs.min()) if moments.pairs.size else 0,
        standard_error=sd * sqrt(1 - alpha) if sd is not None and alpha is not None and alpha >= 0 else None,
        items=tuple(_item(name, place, moments, listwise) for place, name in enumerate(item_names)),
    )


def _mean(moments: Moments) -> float | None:
    if not moments.complete:
        return None
    return float(moments.complete_sums.sum()) / moments.complete + moments.items * moments.centre


def _skew(moments: Moments) -> float | None:
    """Compute the adjusted Fisher–Pearson coefficient G1 of the sums (Joanes & Gill, The Statistician 47, 1998, 183–189)."""
    n = moments.complete
    if n < 3:  # noqa: PLR2004 - G1 divides by n − 2
        return None
    mean = float(moments.complete_sums.sum()) / n
    square = float(moments.complete_products.sum()) / n
    second = square - mean**2
    if second < NOTHING:
        return None
    third = moments.total_cubes / n - 3 * mean * square + 2 * mean**3
    return third / (second * sqrt(second)) * sqrt(n * (n - 1)) / (n - 2)


def _item(name: str, place: int, moments: Moments, listwise: Matrix | None) -> ItemStatistics:
    n = int(moments.pairs[place, place])
    total = float(moments.sums[place, place])
    square = float(moments.products[place, place])
    return ItemStatistics(
        item=name,
        n=n,
        missing=1 - n / moments.rows if moments.rows else 0.0,
        mean=total / n + moments.centre if n else None,
        sd=sqrt(max(0.0, (square - total**2 / n) / (n - 1))) if n > 1 else None,
        item_rest=_item_rest(listwise, place) if listwise is not None else None,
        alpha_if_deleted=_alpha_without(listwise, place) if listwise is not None else None,
    )


def _item_rest(covariance: Matrix, place: int) -> float | None:
    own = float(covariance[place, place])
    with_rest = float(covariance[place].sum()) - own
    rest = float(covariance.sum()) - 2 * with_rest - own
    if own < NOTHING or rest < NOTHING:
        return None
    return with_rest / sqrt(own * rest)


def _alpha_without(covariance: Matrix, place: int) -> float | None:
    return cronbach_alpha(np.delete(np.delete(covariance, place, axis=0), place, axis=1))
