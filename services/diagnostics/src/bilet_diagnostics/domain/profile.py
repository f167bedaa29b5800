"""A profile: what an attempt's scores say about interests and fields of work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bilet_diagnostics.domain.instrument import Instrument, Kind, Scale
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.recommendation import LETTERS, Competency, Interests, Recommendation, recommend
from bilet_diagnostics.domain.scoring import Score

FLAT_BELOW = 0.15
INTERESTED_ABOVE = 0.5
KNOWN_FROM = 0.6

Scores = Mapping[str, Mapping[str, Score]]
"""Version of an instrument to scale id to its score; scales with too few answers are absent."""


class Cell(StrEnum):
    """A field in the grid of interest and knowledge. Few questions never give a level, only «кое-что» and «пока мало»."""

    INTERESTED_UNKNOWN = "interested-unknown"
    INTERESTED_KNOWN = "interested-known"
    CALM_UNKNOWN = "calm-unknown"
    CALM_KNOWN = "calm-known"


@dataclass(frozen=True, slots=True)
class HollandCode:
    """Interests in order of strength.

    Attributes:
        letters: three places, strongest first; equally strong letters share one in brackets, as in «R(IA)».
        differentiation: strongest minus weakest share, 0–1 (Holland's first index).
    """

    letters: str
    differentiation: float

    @property
    def is_flat(self) -> bool:
        """Whether no interest stands out: differentiation below 0.15 (our own threshold)."""
        return self.differentiation < FLAT_BELOW


def interests_of(paper: Paper, scores: Scores) -> Interests | None:
    """Read the six interests as shares; None when one of them has no score."""
    found = {scale.interest: score.share for scale, score in _scored(paper, scores) if scale.interest}
    return found if set(found) == set(LETTERS) else None


def field_interests_of(paper: Paper, scores: Scores) -> dict[str, float]:
    """Field to the share of interest in it, for the fields that were answered."""
    return {field: score.share for field, score in field_scores_of(paper, scores).items()}


def field_scores_of(paper: Paper, scores: Scores) -> dict[str, Score]:
    """Field to the score of the interest in it, for the fields that were answered."""
    return {
        scale.field: scores[one.ref][scale.id]
        for one in paper.instruments
        if one.kind is Kind.QUESTIONNAIRE
        for scale in one.scales
        if scale.field and scale.id in scores.get(one.ref, {})
    }


def recommend_by(
    paper: Paper, scores: Scores, competencies: Sequence[Competency], grade: int
) -> tuple[Recommendation, ...]:
    """Recommend some of a region's competencies by an attempt at the last stage; see `recommend`."""
    return recommend(interests_of(paper, scores), field_interests_of(paper, scores), competencies, grade)


def holland_code(interests: Interests) -> HollandCode:
    """Three-letter code with ties shown, and its differentiation.

    Source: Holland, Making Vocational Choices (1997); differentiation as highest minus lowest.
    """
    places: list[str] = []
    for share in sorted(set(interests.values()), reverse=True):
        tied = "".join(letter for letter in LETTERS if interests[letter] == share)
        places.append(tied if len(tied) == 1 else f"({tied})")
        if sum(len(place.strip("()")) for place in places) >= 3:  # noqa: PLR2004 - a code has three letters
            break
    return HollandCode("".join(places), round(max(interests.values()) - min(interests.values()), 4))


def cell_of(interest: float, knowledge: float) -> Cell:
    """Where a field lies by the shares of interest and of right answers, 0–1.

    Known from 0.6. Interested above 0.5 only: exactly the middle is «Всё равно», which is no interest.
    """
    if interest > INTERESTED_ABOVE:
        return Cell.INTERESTED_KNOWN if knowledge >= KNOWN_FROM else Cell.INTERESTED_UNKNOWN
    return Cell.CALM_KNOWN if knowledge >= KNOWN_FROM else Cell.CALM_UNKNOWN


def _scored(paper: Paper, scores: Scores) -> list[tuple[Scale, Score]]:
    return [
        (scale, scores[one.ref][scale.id])
        for one in paper.instruments
        for scale in one.scales
        if scale.id in scores.get(one.ref, {})
    ]


def scored_scales(instrument: Instrument, scores: Scores) -> list[tuple[Scale, Score]]:
    """List an instrument's scales that have a score, in the file's order."""
    return _scored(Paper((instrument,)), scores)
