"""What a pupil reads right after a stage: strengths, what they may mean, next steps. No diagnosis, no comparison."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bilet_diagnostics.domain.instrument import Audience, Band, Instrument, Kind, Role, Scale, for_grade
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.norms import NormSet, TScore, t_score
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.profile import (
    Cell,
    HollandCode,
    Scores,
    cell_of,
    field_interests_of,
    holland_code,
    interests_of,
    scored_scales,
)
from bilet_diagnostics.domain.recommendation import NOTHING_IS_EXCLUDED
from bilet_diagnostics.domain.scoring import Score

STRENGTHS = 3
RAW_ONLY = "Это твои собственные ответы, а не сравнение с другими: место на шкале показано третями."
AMONG_PARTICIPANTS = "Там, где есть число T, оно показывает место среди участников: 50 — середина, а полоса — точность."


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleFeedback:
    """One scale in words.

    Attributes:
        place: the share of its range, 0–1, rounded to two places.
        among_participants: the place among them, only where there are norms for the grade.
    """

    scale: str
    title: str
    band: Band
    place: float
    text: str
    audience: Audience
    role: Role
    among_participants: TScore | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFeedback:
    """One field of work by interest and knowledge."""

    field: str
    cell: Cell
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """All that is said after a stage.

    Attributes:
        strengths: titles of the scales with the highest places.
        code: interests in order, when the stage asks for them.
        summary: about the interests as a whole, when they are all equally strong.
        notes: how to read it.
    """

    stage: int
    strengths: tuple[str, ...]
    scales: tuple[ScaleFeedback, ...]
    code: HollandCode | None
    summary: str
    fields: tuple[FieldFeedback, ...]
    next_steps: tuple[str, ...]
    notes: tuple[str, ...]


def feedback_on(library: Library, paper: Paper, scores: Scores, grade: int) -> Feedback:
    """Put an attempt's scores into the words of its instruments for the pupil's grade."""
    scales = tuple(said for one in paper.instruments for said in _scales(one, scores, grade, library.norms_of(one.ref)))
    interests = interests_of(paper, scores)
    code = holland_code(interests) if interests else None
    return Feedback(
        stage=paper.instruments[0].stage,
        strengths=_strengths(scales),
        scales=scales,
        code=code,
        summary=_about_flat_profile(paper, grade) if code and code.is_flat else "",
        fields=tuple(_fields(paper, scores, grade)),
        next_steps=tuple(
            step
            for one in paper.instruments
            for band, steps in one.next_steps.items()
            if grade in band
            for step in steps
        ),
        notes=(AMONG_PARTICIPANTS if any(one.among_participants for one in scales) else RAW_ONLY, NOTHING_IS_EXCLUDED),
    )


def for_others(feedback: Feedback) -> Feedback:
    """What somebody else than the pupil may see: without the scales that are the pupil's alone, and without numbers T."""
    shown = tuple(replace(one, among_participants=None) for one in feedback.scales if one.audience is Audience.EVERYONE)
    return replace(feedback, scales=shown, strengths=_strengths(shown), notes=(RAW_ONLY, NOTHING_IS_EXCLUDED))


def _scales(instrument: Instrument, scores: Scores, grade: int, norms: NormSet | None) -> Iterator[ScaleFeedback]:
    for scale, score in scored_scales(instrument, scores):
        norm = norms.norm_for(scale.id, grade) if norms else None
        text = for_grade(scale.feedback.get(score.band, {}), grade)
        if text:
            yield ScaleFeedback(
                scale=scale.id,
                title=scale.title,
                band=score.band,
                place=round(score.share, 2),
                text=text,
                audience=scale.audience,
                role=scale.role,
                among_participants=t_score(score, norm) if norm else None,
            )


def _strengths(scales: tuple[ScaleFeedback, ...]) -> tuple[str, ...]:
    """High scales first by place; without any, the highest one, unless several share its place."""
    strongest = sorted((one for one in scales if one.role is Role.STRENGTH), key=lambda one: -one.place)
    high = [one.title for one in strongest if one.band is Band.HIGH]
    best = [one.title for one in strongest if one.place == strongest[0].place]
    return tuple(high[:STRENGTHS] or (best if len(best) == 1 else ()))


def _about_flat_profile(paper: Paper, grade: int) -> str:
    return "".join(for_grade(one.flat_profile, grade) for one in paper.instruments)


def _fields(paper: Paper, scores: Scores, grade: int) -> Iterator[FieldFeedback]:
    interests = field_interests_of(paper, scores)
    for instrument, scale, score in _knowledge(paper, scores):
        if scale.field in interests:
            cell = cell_of(interests[scale.field], score.share)
            text = for_grade(instrument.grid.get(cell, {}), grade)
            yield FieldFeedback(field=scale.field, cell=cell, text=text)


def _knowledge(paper: Paper, scores: Scores) -> Iterator[tuple[Instrument, Scale, Score]]:
    for one in paper.instruments:
        if one.kind is Kind.QUIZ:
            for scale, score in scored_scales(one, scores):
                if scale.field:
                    yield one, scale, score
