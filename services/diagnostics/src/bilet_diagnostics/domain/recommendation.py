"""Which competencies to try first: the pupil's six interests beside each competency's three-letter code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from operator import mul
from statistics import fmean

LETTERS = "RIASEC"
WEIGHTS = (3, 2, 1)
HOW_MANY = 5
MIDDLE = 0.5
NOTHING = 1e-12

NOTHING_IS_EXCLUDED = (
    "Это подсказки, с чего начать, а не приговор: записаться можно на любую профпробу для твоего класса."
)

ACTIVITIES = {
    "R": "делать своими руками",
    "I": "исследовать и разбираться",
    "A": "придумывать и создавать красивое",
    "S": "помогать людям и объяснять",
    "E": "убеждать и вести за собой",
    "C": "наводить порядок и считать",
}

Interests = Mapping[str, float]
"""Letter to the share of its scale's range, 0–1; all six."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency:
    """What may be tried, for grades from–to, both included; `riasec` is its three-letter code (Holland)."""

    competency: str
    title: str
    field: str
    riasec: str
    grade_from: int
    grade_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A competency to try. `fit` is Pearson r, −1 to 1, rounded to 4 places; None without variance."""

    competency: str
    title: str
    field: str
    fit: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Centred:
    """What a correlation needs of one side: deviations from its mean, and the sum of their squares."""

    deviations: tuple[float, ...]
    squares: float


def centred(values: Sequence[float]) -> Centred:
    """One side of a correlation."""
    mean = fmean(values)
    deviations = tuple(value - mean for value in values)
    return Centred(deviations, sum(map(mul, deviations, deviations)))


def pearson(left: Centred, right: Centred) -> float | None:
    """Product-moment correlation, −1 to 1, rounded to 4 places; None when either side has no variance.

    Source: Pearson (1895); as a fit index of interest profiles: Tracey & Hopkins, Journal of Counseling Psychology 48
    (2001), 178–189.
    """
    if left.squares < NOTHING or right.squares < NOTHING:
        return None
    r: float = sum(map(mul, left.deviations, right.deviations)) / (left.squares * right.squares) ** 0.5
    no_minus_zero = 0.0
    return max(-1.0, min(1.0, round(r, 4))) + no_minus_zero


def weights_of(riasec: str) -> tuple[int, ...]:
    """Weigh R, I, A, S, E, C by a three-letter code: 3, 2, 1 for its letters, 0 for the others."""
    weights = dict(zip(reversed(riasec), reversed(WEIGHTS), strict=True))
    return tuple(weights.get(letter, 0) for letter in LETTERS)


@lru_cache(maxsize=256)
def centred_code(riasec: str) -> Centred:
    """Centre a code's weights for correlating; there are 120 codes of three different letters."""
    return centred(weights_of(riasec))


def for_others(made: Sequence[Recommendation]) -> tuple[Recommendation, ...]:
    """Keep what somebody other than the pupil may see: fits in tenths, equal ones by slug.

    Exact correlations of several competencies could tell the six interests, and the order of equal ones tells the
    interest in their fields, which may rest on a single answer.
    """
    coarse = [replace(one, fit=one.fit and round(one.fit, 1)) for one in made]
    return tuple(sorted(coarse, key=lambda one: (-(one.fit or 0.0), one.competency)))


def recommend(
    interests: Interests | None, field_interests: Mapping[str, float], competencies: Sequence[Competency], grade: int
) -> tuple[Recommendation, ...]:
    """Five competencies a grade can book: the four that fit best, then the best of a field the four leave out.

    Equal fit is ordered by the interest in the field, then by slug, so equal input gives equal output. Interests
    without variance, or too few answers for them, give no fit: then one of each field, best-liked field first.

    Args:
        interests: the six interests, or None when not all could be scored.
        field_interests: field to share, 0–1; a field not asked about counts 0.
        competencies: all of the region's.
        grade: the pupil's.
    """
    open_to = [one for one in competencies if one.grade_from <= grade <= one.grade_to]
    if interests is None:
        return _one_per_field(open_to, field_interests, "Ответов об интересах пока мало")
    fits = _fits(interests, open_to)
    if fits is None:
        return _one_per_field(open_to, field_interests, "Интересы пока ровные")

    def rank(one: Competency) -> tuple[float, float, str]:
        return (-fits[one.riasec], -field_interests.get(one.field, 0.0), one.competency)

    ranked = sorted(open_to, key=rank)
    best, surprise = ranked[: HOW_MANY - 1], _surprise(ranked)
    last = [surprise] if surprise else ranked[HOW_MANY - 1 : HOW_MANY]
    return tuple(
        Recommendation(
            competency=one.competency,
            title=one.title,
            field=one.field,
            fit=(fit := fits[one.riasec]),
            reason=_surprising_reason(one, fit) if one is surprise else _reason(one, fit, interests),
        )
        for one in (*best, *last)
    )


def _fits(interests: Interests, open_to: Sequence[Competency]) -> dict[str, float] | None:
    """Code to its fit, or None when there is none to be had."""
    profile = centred([interests[letter] for letter in LETTERS])
    fits: dict[str, float] = {}
    for code in {one.riasec for one in open_to}:
        fit = pearson(profile, centred_code(code))
        if fit is None:
            return None
        fits[code] = fit
    return fits


def _surprise(ranked: Sequence[Competency]) -> Competency | None:
    covered = {one.field for one in ranked[: HOW_MANY - 1]}
    return next((one for one in ranked[HOW_MANY - 1 :] if one.field not in covered), None)


def _one_per_field(
    open_to: Sequence[Competency], field_interests: Mapping[str, float], why: str
) -> tuple[Recommendation, ...]:
    by_field = sorted(open_to, key=lambda one: (-field_interests.get(one.field, 0.0), one.field, one.competency))
    first_of_each = [next(group) for _, group in groupby(by_field, key=lambda one: one.field)]
    return tuple(
        Recommendation(
            competency=one.competency,
            title=one.title,
            field=one.field,
            fit=None,
            reason=f"{why}, поэтому попробуй разное: это представитель сферы «{one.field}».",
        )
        for one in first_of_each[:HOW_MANY]
    )


def _reason(one: Competency, fit: float, interests: Interests) -> str:
    """Say what speaks for it, by the pupil's own answers; only what lies above the middle of its scale is called liked.

    A fit above 0 means that at least one letter of the code is stronger than the pupil's own mean.
    """
    mean = fmean(interests.values())
    closer = [letter for letter in dict.fromkeys(one.riasec) if interests[letter] - mean > NOTHING]
    liked = [letter for letter in closer if interests[letter] > MIDDLE]
    if fit <= 0 or not closer:
        return f"Твои интересы пока про другое, и это повод узнать себя с новой стороны: сфера «{one.field}»."
    if liked:
        return f"Здесь нужно то, что тебе нравится: {_named(liked)}."
    return f"Здесь нужно то, что тебе сейчас немного ближе остального: {_named(closer)}."


def _named(letters: Sequence[str]) -> str:
    return ", ".join(ACTIVITIES[letter] for letter in letters)


def _surprising_reason(one: Competency, fit: float) -> str:
    if fit <= 0:
        return f"Неожиданный вариант: твои интересы пока про другое, а сфера «{one.field}» покажет что-то новое."
    return f"Неожиданный вариант: в сфере «{one.field}» по твоим интересам лучше всего подходит именно это."
