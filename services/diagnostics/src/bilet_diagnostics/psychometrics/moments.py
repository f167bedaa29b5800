"""Sums over many answers, gathered chunk by chunk: all that means, variances and covariances need, and no more."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(slots=True)
class Moments:
    """Sums of one scale's items over attempts.

    Answers are moved by `centre` first, so that squares and cubes of small whole numbers stay exact.

    Attributes:
        items: how many items the scale has.
        centre: subtracted from every answer.
        rows: attempts seen.
        pairs: (i, j) attempts with answers to both i and j.
        sums: (i, j) sum of i where j is answered too.
        products: (i, j) sum of i·j where both are answered.
        complete: attempts with all answers; the fields after it are sums over those alone.
    """

    items: int
    centre: float
    rows: int = 0
    pairs: Matrix = field(init=False)
    sums: Matrix = field(init=False)
    products: Matrix = field(init=False)
    complete: int = 0
    complete_sums: Matrix = field(init=False)
    complete_products: Matrix = field(init=False)
    total_cubes: float = 0.0

    def __post_init__(self) -> None:
        square = (self.items, self.items)
        self.pairs, self.sums, self.products = np.zeros(square), np.zeros(square), np.zeros(square)
        self.complete_sums, self.complete_products = np.zeros(self.items), np.zeros(square)

    def add(self, answers: Matrix) -> Self:
        """Count in a chunk: a row per attempt, a column per item, reversed items already turned, NaN where missing."""
        given = ~np.isnan(answers)
        centred = np.where(given, answers - self.centre, 0.0)
        present = given.astype(np.float64)
        self.rows += len(answers)
        self.pairs += present.T @ present
        self.sums += centred.T @ present
        self.products += centred.T @ centred
        self._add_complete(centred[given.all(axis=1)])
        return self

    def _add_complete(self, whole: Matrix) -> None:
        self.complete += len(whole)
        self.complete_sums += whole.sum(axis=0)
        self.complete_products += whole.T @ whole
        self.total_cubes += float((whole.sum(axis=1) ** 3).sum())

    @property
    def listwise_covariance(self) -> Matrix | None:
        """Covariances with n − 1 over complete attempts; None with fewer than two."""
        if self.complete < 2:  # noqa: PLR2004 - a variance needs two
            return None
        expected = np.outer(self.complete_sums, self.complete_sums) / self.complete
        return np.asarray((self.complete_products - expected) / (self.complete - 1))

    @property
    def pairwise_covariance(self) -> Matrix | None:
        """Covariances with n − 1, each over the attempts that answered both; None if a pair has fewer than two."""
        if self.pairs.size == 0 or self.pairs.min() < 2:  # noqa: PLR2004 - a variance needs two
            return None
        expected = self.sums * self.sums.T / self.pairs
        return np.asarray((self.products - expected) / (self.pairs - 1))
