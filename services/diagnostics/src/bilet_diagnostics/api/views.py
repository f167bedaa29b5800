"""Domain objects as what is answered over HTTP."""

import hashlib
from uuid import UUID

from bilet_diagnostics.api import schemas
from bilet_diagnostics.domain.attempt import Attempt
from bilet_diagnostics.domain.feedback import Feedback, ScaleFeedback
from bilet_diagnostics.domain.instrument import DO_NOT_KNOW, Instrument, Item, Kind, Option
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.recommendation import NOTHING_IS_EXCLUDED, Recommendation
from bilet_diagnostics.use_cases.reading import AttemptFeedback
from bilet_diagnostics.use_cases.starting import Stages


def stages_out(found: Stages) -> schemas.StagesOut:
    """The three stages."""
    season = found.season
    return schemas.StagesOut(
        season=season
        and schemas.SeasonOut(
            season_code=season.season_code, diagnostics_from=season.diagnostics_from, closes=season.closes
        ),
        may_begin=found.may_begin,
        items=[
            schemas.StageOut(
                stage=one.stage,
                titles=list(one.titles),
                state=one.state,
                minutes=one.minutes,
                progress=schemas.ProgressOut(answered=one.answered, items=one.items),
                attempt_id=one.attempt_id,
                retake_from=one.retake_from,
            )
            for one in found.stages
        ],
    )


def attempt_out(attempt: Attempt) -> schemas.AttemptOut:
    """An attempt without its questions."""
    return schemas.AttemptOut(
        attempt_id=attempt.attempt_id,
        season_code=attempt.season_code,
        stage=attempt.stage,
        number=attempt.number,
        status=attempt.status,
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        progress=schemas.ProgressOut(answered=attempt.answered, items=len(attempt.answers)),
    )


def attempt_with_items_out(attempt: Attempt, library: Library) -> schemas.AttemptWithItemsOut:
    """An attempt with its questions and the answers so far."""
    paper = library.paper(attempt.instruments)
    return schemas.AttemptWithItemsOut(
        **dict(attempt_out(attempt)),
        instruments=[_instrument_out(attempt, paper, one) for one in paper.instruments],
    )


def _instrument_out(attempt: Attempt, paper: Paper, one: Instrument) -> schemas.InstrumentOut:
    given = attempt.values[paper.part(one)]
    return schemas.InstrumentOut(
        instrument=one.id,
        version=one.version,
        kind=one.kind,
        title=one.title,
        instruction=one.instruction,
        source=one.source,
        licence=one.licence,
        translation=one.translation,
        items=[
            schemas.ItemOut(
                item=item.id, text=item.text, options=_options_out(attempt.attempt_id, one, item), value=value
            )
            for item, value in zip(one.items, given, strict=True)
        ],
    )


def _options_out(attempt_id: UUID, instrument: Instrument, item: Item) -> list[schemas.OptionOut]:
    """A quiz's options in an order of the attempt's own, the same on every device; «не знаю» comes last."""

    def place(option: Option) -> tuple[bool, bytes]:
        seed = f"{attempt_id}/{item.id}/{option.value}".encode()
        return option.value == DO_NOT_KNOW, hashlib.sha256(seed).digest()

    options = instrument.options_of(item)
    ordered = sorted(options, key=place) if instrument.kind is Kind.QUIZ else options
    return [schemas.OptionOut(value=option.value, text=option.text) for option in ordered]


def feedback_out(read: AttemptFeedback) -> schemas.FeedbackOut:
    """What is said after a stage, without single answers."""
    said: Feedback = read.feedback
    code = said.code
    return schemas.FeedbackOut(
        stage=said.stage,
        submitted_at=read.attempt.submitted_at,
        strengths=list(said.strengths),
        scales=[_scale_out(one) for one in said.scales],
        interests=code and schemas.CodeOut(letters=code.letters, differentiation=code.differentiation),
        summary=said.summary,
        fields=[schemas.FieldOut(field=one.field, cell=one.cell, text=one.text) for one in said.fields],
        next_steps=list(said.next_steps),
        notes=list(said.notes),
    )


def _scale_out(one: ScaleFeedback) -> schemas.ScaleOut:
    t = one.among_participants
    return schemas.ScaleOut(
        scale=one.scale,
        title=one.title,
        band=one.band,
        place=one.place,
        text=one.text,
        among_participants=t and schemas.TScoreOut(value=t.value, low=t.low, high=t.high),
    )


def own_feedback_out(read: AttemptFeedback, library: Library) -> schemas.OwnFeedbackOut:
    """The pupil's own feedback, with the quiz explained."""
    paper = library.paper(read.attempt.instruments)
    return schemas.OwnFeedbackOut(
        **dict(feedback_out(read)),
        quiz=[
            schemas.QuizAnswerOut(
                item=item.id,
                text=item.text,
                right_answer=next(option.text for option in item.options if option.value == item.right),
                was_right=value == item.right,
                rationale=item.rationale,
            )
            for item, value in zip(paper.items, read.attempt.values, strict=True)
            if item.right is not None
        ],
    )


def recommendations_out(student_id: UUID, made: tuple[Recommendation, ...]) -> schemas.RecommendationsOut:
    """What to try first."""
    return schemas.RecommendationsOut(
        student_id=student_id,
        items=[recommendation_out(one) for one in made],
        note=NOTHING_IS_EXCLUDED,
    )


def recommendation_out(one: Recommendation) -> schemas.RecommendationOut:
    """One competency to try."""
    return schemas.RecommendationOut(
        competency=one.competency, title=one.title, field=one.field, fit=one.fit, reason=one.reason
    )
