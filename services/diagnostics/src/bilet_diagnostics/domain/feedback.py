"""What a pupil reads right after a stage: strengths, what they may mean, next steps. No diagnosis, no comparison."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, zip_longest

from bilet_diagnostics.domain.instrument import Audience, Band, Instrument, Kind, Role, Scale, for_grade
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.norms import NormSet, TScore, t_score
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.profile import (
    Cell,
    HollandCode,
    Scores,
    cell_of,
    field_scores_of,
    holland_code,
    interests_of,
    scored_scales,
)
from bilet_diagnostics.domain.recommendation import NOTHING_IS_EXCLUDED
from bilet_diagnostics.domain.scoring import Score

STRENGTHS = 3
NEXT_STEPS = 3
LEAST_ITEMS_FOR_OTHERS = 3
LEAST_ITEMS_OF_A_FIELD_FOR_OTHERS = 2
THIRDS = {Band.LOW: 0.17, Band.MIDDLE: 0.5, Band.HIGH: 0.83}
"""The middle of each third, 0–1."""

RAW_ONLY = "Это твои собственные ответы, а не сравнение с другими: слова следуют третям шкалы."
AMONG_PARTICIPANTS = (
    "Где есть число T, оно добавляет место среди участников: 50 — середина, а полоса — точность. "
    "Слова и там следуют третям шкалы."
)
FOR_OTHERS = (
    "Тексты обращены к самому участнику. Показаны только трети шкал по его ответам, без сравнения с другими; "
    "отдельных ответов здесь нет."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleFeedback:
    """One scale in words.

    Attributes:
        band: the third of its range that the words follow, also where there are norms.
        place: the share of its range, 0–1, rounded to two places; for others the middle of its third.
        items: how many the scale has.
        among_participants: the place among them, only where there are norms for the grade; it changes no word.
    """

    scale: str
    title: str
    band: Band
    place: float
    items: int
    text: str
    audience: Audience
    role: Role
    among_participants: TScore | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFeedback:
    """One field of work by interest and knowledge.

    Attributes:
        items: how many ask about the interest in it.
        questions: how many ask what is known of it.
    """

    field: str
    cell: Cell
    text: str
    items: int
    questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """The feedback on a stage.

    Attributes:
        strengths: titles of the scales with the highest places, at most three; for others all that are high.
        code: interests in order, when the stage asks for them.
        summary: about the interests as a whole, when they are all equally strong.
        next_steps: two or three, of each instrument in turn.
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
        strengths=_strengths(scales)[:STRENGTHS],
        scales=scales,
        code=code,
        summary=_about_flat_profile(paper, grade) if code and code.is_flat else "",
        fields=tuple(_fields(paper, scores, grade)),
        next_steps=_next_steps(paper, grade),
        notes=(*_how_to_read(scales), NOTHING_IS_EXCLUDED),
    )


def for_others(feedback: Feedback) -> Feedback:
    """Keep what somebody other than the pupil may see, from which no single answer follows; idempotent.

    Left out are the scales that are the pupil's alone, those of fewer than three items, and numbers T. Of the others
    only the third counts: with three items or more it tells no answer, where an exact place does at either end of a
    scale. How much the interests differ is told in thirds too, their order as it is. A field is a coarse cell only, and
    needs at least two items about interest and three questions: then either half of the grid holds several answers to
    each of them.
    """
    shown = tuple(
        replace(one, place=THIRDS[one.band], among_participants=None)
        for one in feedback.scales
        if one.audience is Audience.EVERYONE and one.items >= LEAST_ITEMS_FOR_OTHERS
    )
    return replace(
        feedback,
        scales=shown,
        strengths=_strengths(shown),
        fields=tuple(
            one
            for one in feedback.fields
            if one.items >= LEAST_ITEMS_OF_A_FIELD_FOR_OTHERS and one.questions >= LEAST_ITEMS_FOR_OTHERS
        ),
        code=feedback.code and replace(feedback.code, differentiation=_in_thirds(feedback.code)),
        notes=(FOR_OTHERS, NOTHING_IS_EXCLUDED),
    )


def _in_thirds(code: HollandCode) -> float:
    """Take the middle of the third that the differentiation lies in; 0 when the profile is flat."""
    if code.is_flat:
        return 0.0
    thirds = tuple(THIRDS.values())
    return thirds[min(int(code.differentiation * len(thirds)), len(thirds) - 1)]


def _how_to_read(scales: tuple[ScaleFeedback, ...]) -> Iterator[str]:
    if any(one.among_participants for one in scales):
        yield AMONG_PARTICIPANTS
    if not all(one.among_participants for one in scales) or not scales:
        yield RAW_ONLY


def _next_steps(paper: Paper, grade: int) -> tuple[str, ...]:
    offered = [steps for one in paper.instruments for band, steps in one.next_steps.items() if grade in band]
    in_turn = (step for turn in zip_longest(*offered) for step in turn if step)
    return tuple(islice(in_turn, NEXT_STEPS))


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
                items=score.items,
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
    return tuple(high or (best if len(best) == 1 else ()))


def _about_flat_profile(paper: Paper, grade: int) -> str:
    return "".join(for_grade(one.flat_profile, grade) for one in paper.instruments)


def _fields(paper: Paper, scores: Scores, grade: int) -> Iterator[FieldFeedback]:
    interests = field_scores_of(paper, scores)
    for instrument, scale, known in _knowledge(paper, scores):
        interest = interests.get(scale.field)
        if interest:
            cell = cell_of(interest.share, known.share)
            text = for_grade(instrument.grid.get(cell, {}), grade)
            yield FieldFeedback(field=scale.field, cell=cell, text=text, items=interest.items, questions=known.items)


def _knowledge(paper: Paper, scores: Scores) -> Iterator[tuple[Instrument, Scale, Score]]:
    for one in paper.instruments:
        if one.kind is Kind.QUIZ:
            for scale, score in scored_scales(one, scores):
                if scale.field:
                    yield one, scale, score
