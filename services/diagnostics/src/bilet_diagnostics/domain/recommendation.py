"""Which competencies to try first: the pupil's six interests beside each competency's three-letter code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean

LETTERS = "RIASEC"
WEIGHTS = (3, 2, 1)
HOW_MANY = 5

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


def pearson(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Product-moment correlation, −1 to 1, rounded to 4 places; None when either side has no variance.

    Source: Pearson (1895); as a fit index of interest profiles: Tracey & Hopkins, Journal of Counseling Psychology 48
    (2001), 178–189.
    """
    mean_left, mean_right = fmean(left), fmean(right)
    deviations = [(x - mean_left, y - mean_right) for x, y in zip(left, right, strict=True)]
    variance_left = sum(dx * dx for dx, _ in deviations)
    variance_right = sum(dy * dy for _, dy in deviations)
    nothing = 1e-12
    if variance_left < nothing or variance_right < nothing:
        return None
    r: float = sum(dx * dy for dx, dy in deviations) / (variance_left * variance_right) ** 0.5
    return max(-1.0, min(1.0, round(r, 4)))


def weights_of(riasec: str) -> tuple[int, ...]:
    """A three-letter code as weights of R, I, A, S, E, C: 3, 2, 1 for its letters, else 0."""
    weights = dict(zip(reversed(riasec), reversed(WEIGHTS), strict=True))
    return tuple(weights.get(letter, 0) for letter in LETTERS)


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
    profile = [interests[letter] for letter in LETTERS] if interests else [0.0] * len(LETTERS)
    fit_of_code = {code: pearson(profile, weights_of(code)) for code in {one.riasec for one in open_to}}
    fits = {one.competency: fit_of_code[one.riasec] for one in open_to}
    if any(fit is None for fit in fits.values()) or interests is None:
        return _one_per_field(open_to, field_interests)

    def rank(one: Competency) -> tuple[float, float, str]:
        return (-(fits[one.competency] or 0.0), -field_interests.get(one.field, 0.0), one.competency)

    ranked = sorted(open_to, key=rank)
    best, surprise = ranked[: HOW_MANY - 1], _surprise(ranked)
    last = [surprise] if surprise else ranked[HOW_MANY - 1 : HOW_MANY]
    return tuple(
        Recommendation(
            competency=one.competency,
            title=one.title,
            field=one.field,
            fit=fits[one.competency],
            reason=_surprising_reason(one) if one is surprise else _reason(one, interests),
        )
        for one in (*best, *last)
    )


def _surprise(ranked: Sequence[Competency]) -> Competency | None:
    covered = {one.field for one in ranked[: HOW_MANY - 1]}
    return next((one for one in ranked[HOW_MANY - 1 :] if one.field not in covered), None)


def _one_per_field(open_to: Sequence[Competency], field_interests: Mapping[str, float]) -> tuple[Recommendation, ...]:
    by_field = sorted(open_to, key=lambda one: (-field_interests.get(one.field, 0.0), one.field, one.competency))
    first_of_each = [next(group) for _, group in groupby(by_field, key=lambda one: one.field)]
    return tuple(
        Recommendation(
            competency=one.competency,
            title=one.title,
            field=one.field,
            fit=None,
            reason=f"Интересы пока ровные, поэтому попробуй разное: это представитель сферы «{one.field}».",
        )
        for one in first_of_each[:HOW_MANY]
    )


def _reason(one: Competency, interests: Interests) -> str:
    strongest = sorted(LETTERS, key=lambda letter: (-interests[letter], LETTERS.index(letter)))[: len(WEIGHTS)]
    shared = [ACTIVITIES[letter] for letter in dict.fromkeys(one.riasec) if letter in strongest]
    if not shared:
        return f"Здесь много нового для тебя: сфера «{one.field}» поможет узнать себя с другой стороны."
    return f"Здесь нужно то, что тебе нравится: {', '.join(shared)}."


def _surprising_reason(one: Competency) -> str:
    return f"Неожиданный вариант: в сфере «{one.field}» по твоим интересам лучше всего подходит именно это."
