"""Answers become scores: pure arithmetic of classical test theory, the same for every instrument."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bilet_diagnostics.domain.errors import NoScore
from bilet_diagnostics.domain.instrument import Band, Instrument, Kind, Scale, ScaleKey
from bilet_diagnostics.domain.paper import Paper

MIN_ANSWERED = Fraction(4, 5)
MIN_ANSWERED_OF_FOUR = 3

Values = Sequence[int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One scale's result.

    Attributes:
        raw: prorated sum in [lowest, highest]; the number of right answers in a quiz.
        lowest: the least sum the scale allows.
        highest: the greatest sum the scale allows.
        answered: items answered.
        items: items of the scale.
        band: third of the range the raw score lies in, unless the scale sets its own cuts.
    """

    raw: float
    lowest: int
    highest: int
    answered: int
    items: int
    band: Band

    @property
    def share(self) -> float:
        """Place in the range, 0 to 1."""
        return (self.raw - self.lowest) / (self.highest - self.lowest)


def reverse_key(value: int, *, minimum: int, maximum: int) -> int:
    """Reverse an item's answer: min + max − x, which stays within [minimum, maximum].

    Source: Likert scoring, any test theory text, e.g. DeVellis, Scale Development (2017), ch. 5.
    """
    return minimum + maximum - value


def enough(answered: int, items: int) -> bool:
    """Whether a scale may be prorated: at least 80 % answered, or 3 of 4 on four-item scales.

    Source: the half-rule made stricter; Graham, Annual Review of Psychology 60 (2009), 564.
    """
    if items == 4:  # noqa: PLR2004 - the rule names four-item scales
        return answered >= MIN_ANSWERED_OF_FOUR
    return answered * MIN_ANSWERED.denominator >= items * MIN_ANSWERED.numerator


def score_scale(key: ScaleKey, values: Values) -> Score:
    """Prorated sum of a questionnaire's scale: mean of the answered items × number of items.

    Args:
        key: the scale's key.
        values: the instrument's answers by position; None where missing; each within the response range.

    Returns:
        raw in [items × minimum, items × maximum], in points of the response scale.

    Raises:
        NoScore: fewer answers than `enough` asks for.
    """
    answers = [
        value if sign > 0 else reverse_key(value, minimum=key.minimum, maximum=key.maximum)
        for position, sign in zip(key.positions, key.signs, strict=True)
        if (value := values[position]) is not None
    ]
    answered, items = len(answers), len(key.positions)
    if not answered or not enough(answered, items):
        raise NoScore(key.scale.id)
    total = sum(answers)
    lowest, highest = items * key.minimum, items * key.maximum
    share = (total / answered - key.minimum) / (key.maximum - key.minimum)
    return Score(
        raw=round(total * items / answered, 4),
        lowest=lowest,
        highest=highest,
        answered=answered,
        items=items,
        band=band_of(share, key.scale),
    )


def score_quiz(key: ScaleKey, values: Values) -> Score:
    """Right answers of a quiz: 0 to the number of items; a missing answer and «не знаю» are not right, never prorated."""
    given = [values[position] for position in key.positions]
    right = sum(value is not None and value == wanted for value, wanted in zip(given, key.right, strict=True))
    items = len(given)
    return Score(
        raw=float(right),
        lowest=0,
        highest=items,
        answered=sum(value is not None for value in given),
        items=items,
        band=band_of(right / items, key.scale),
    )


def band_of(share: float, scale: Scale) -> Band:
    """Find the band of a place in the range (0 to 1); a place on a cut belongs to the upper band."""
    middle, high = scale.cuts
    rounding = 1e-9
    if share < middle - rounding:
        return Band.LOW
    return Band.HIGH if share >= high - rounding else Band.MIDDLE


def score_instrument(instrument: Instrument, values: Values) -> Mapping[str, Score]:
    """Every scale that has enough answers, by scale id in the file's order; the others are left out."""
    scores: dict[str, Score] = {}
    for key in instrument.keys:
        try:
            scores[key.scale.id] = score_quiz(key, values) if instrument.kind is Kind.QUIZ else score_scale(key, values)
        except NoScore:
            continue
    return scores


def score_paper(paper: Paper, values: Values) -> Mapping[str, Mapping[str, Score]]:
    """Every instrument of an attempt, by its version's name."""
    return {one.ref: score_instrument(one, values[paper.part(one)]) for one in paper.instruments}
