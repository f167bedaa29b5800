"""Norms: how participants of a grade band answered, and where one result lies among them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from bilet_diagnostics.domain.instrument import GradeBand, Instrument
from bilet_diagnostics.domain.scoring import Score

LEAST_SAMPLE = 200
GRADE_BANDS = (GradeBand(6, 7), GradeBand(8, 9), GradeBand(10, 11))
"""Grades that are compared with each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """One scale in one grade band: first, unflagged attempts only.

    Attributes:
        n: attempts behind it, at least 200.
        mean: of the raw score, in points.
        sd: of the raw score, in points, with n − 1.
        alpha: Cronbach's α (KR-20 for a quiz), 0 to 1.
    """

    scale: str
    grades: GradeBand
    n: int
    mean: float
    sd: float
    alpha: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NormSet:
    """One published version of an instrument's norms.

    Attributes:
        instrument: the exact version they hold for, `<id>-<version>`; a parallel form has its own.
        version: from 1; the newest counts.
        source: from whom and when.
    """

    instrument: str
    version: int
    source: str
    norms: tuple[Norm, ...]

    def norm_for(self, scale: str, grade: int) -> Norm | None:
        """Find the norm of a scale for a grade."""
        return next((one for one in self.norms if one.scale == scale and grade in one.grades), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How a scale was answered by a grade band; None where too few answers or equal ones leave a figure undefined.

    Attributes:
        n: complete first, unflagged attempts; mean and sd are of their sums, in points.
    """

    scale: str
    grades: GradeBand
    n: int
    mean: float | None
    sd: float | None
    alpha: float | None


def norms_from(samples: Iterable[Sample]) -> tuple[Norm, ...]:
    """Make a norm of each sample that can carry one, rounded to four places: n ≥ 200, variance, 0 ≤ α < 1."""
    return tuple(
        Norm(
            scale=one.scale,
            grades=one.grades,
            n=one.n,
            mean=round(one.mean, 4),
            sd=round(one.sd, 4),
            alpha=round(one.alpha, 4),
        )
        for one in samples
        if one.n >= LEAST_SAMPLE and one.mean is not None and one.sd and one.alpha is not None
        if 0 <= round(one.alpha, 4) < 1 and round(one.sd, 4) > 0
    )


@dataclass(frozen=True, slots=True)
class TScore:
    """A place among participants: mean 50, standard deviation 10; `low` to `high` is one standard error around it."""

    value: float
    low: float
    high: float


def t_score(score: Score, norm: Norm) -> TScore:
    """T = 50 + 10·z, its band ± 10·√(1 − α), all rounded to one place.

    Source: McCall, How to Measure in Education (1922); standard error of measurement: Lord & Novick (1968), ch. 3.
    """
    value = 50 + 10 * (score.raw - norm.mean) / norm.sd
    error = 10 * sqrt(1 - norm.alpha)
    return TScore(round(value, 1), round(value - error, 1), round(value + error, 1))


def faults_of_norms(found: NormSet, instruments: Sequence[Instrument]) -> tuple[str, ...]:
    """Everything that keeps a version of norms from being used."""
    instrument = next((one for one in instruments if one.ref == found.instrument), None)
    if instrument is None:
        return (f"нормы относятся к методике {found.instrument}, которой нет",)
    ranges = {
        key.scale.id: (len(key.positions) * key.minimum, len(key.positions) * key.maximum) for key in instrument.keys
    }
    return tuple(fault for norm in found.norms for fault in _faults_of(norm, ranges, found.norms))


def _faults_of(norm: Norm, ranges: dict[str, tuple[int, int]], others: Iterable[Norm]) -> Iterator[str]:
    place = f"шкала «{norm.scale}», классы {norm.grades}"
    if norm.scale not in ranges:
        yield f"{place}: такой шкалы нет"
        return
    lowest, highest = ranges[norm.scale]
    if norm.n < LEAST_SAMPLE:
        yield f"{place}: для норм нужно не меньше {LEAST_SAMPLE} прохождений, а есть {norm.n}"
    if not lowest <= norm.mean <= highest:
        yield f"{place}: среднее {norm.mean} вне возможных {lowest}–{highest}"
    if not 0 < norm.sd <= highest - lowest:
        yield f"{place}: стандартное отклонение {norm.sd} невозможно"
    if not 0 <= norm.alpha < 1:
        yield f"{place}: альфа должна быть от 0 до 1, а указано {norm.alpha}"
    if any(one is not norm and one.scale == norm.scale and one.grades.first in norm.grades for one in others):
        yield f"{place}: классы пересекаются с другой нормой"
