"""Feedback and recommendations."""

from datetime import datetime
from typing import Self
from uuid import UUID

from bilet_diagnostics.domain.feedback import Feedback, ScaleFeedback
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.recommendation import NOTHING_IS_EXCLUDED, Recommendation
from bilet_diagnostics.domain.results import AttemptFeedback
from bilet_kit.web.schemas import View


class TScoreView(View):
    """A place among participants (mean 50, standard deviation 10), with its band of one standard error."""

    value: float
    low: float
    high: float


class ScaleView(View):
    """One scale in words; `place` is where in its range the result lies, 0–1, for others the middle of its third.

    `among_participants` needs norms, and is the pupil's alone.
    """

    scale: str
    title: str
    band: str
    place: float
    text: str
    among_participants: TScoreView | None

    @classmethod
    def of(cls, one: ScaleFeedback) -> Self:
        t = one.among_participants
        return cls(
            scale=one.scale,
            title=one.title,
            band=one.band,
            place=one.place,
            text=one.text,
            among_participants=t and TScoreView(value=t.value, low=t.low, high=t.high),
        )


class FieldView(View):
    """A field of work by interest and knowledge."""

    field: str
    cell: str
    text: str


class CodeView(View):
    """Interests in order of strength; equally strong letters in brackets."""

    letters: str
    differentiation: float


class FeedbackView(View):
    """The feedback on a stage."""

    stage: int
    submitted_at: datetime | None
    strengths: list[str]
    scales: list[ScaleView]
    interests: CodeView | None
    summary: str
    fields: list[FieldView]
    next_steps: list[str]
    notes: list[str]

    @classmethod
    def of(cls, read: AttemptFeedback) -> Self:
        said: Feedback = read.feedback
        code = said.code
        return cls(
            stage=said.stage,
            submitted_at=read.attempt.submitted_at,
            strengths=list(said.strengths),
            scales=[ScaleView.of(one) for one in said.scales],
            interests=code and CodeView(letters=code.letters, differentiation=code.differentiation),
            summary=said.summary,
            fields=[FieldView(field=one.field, cell=one.cell, text=one.text) for one in said.fields],
            next_steps=list(said.next_steps),
            notes=list(said.notes),
        )


class QuizAnswerView(View):
    """A quiz question with its right answer, for looking back."""

    item: str
    text: str
    right_answer: str
    was_right: bool
    rationale: str


class OwnFeedbackView(FeedbackView):
    """The pupil's own feedback, with the quiz explained."""

    quiz: list[QuizAnswerView]

    @classmethod
    def explained(cls, read: AttemptFeedback, library: Library) -> Self:
        paper = library.paper(read.attempt.instruments)
        return cls(
            **dict(FeedbackView.of(read)),
            quiz=[
                QuizAnswerView(
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


class ResultsView(View):
    """The result that counts of every stage taken."""

    student_id: UUID
    items: list[FeedbackView]


class RecommendationView(View):
    """A competency to try; `fit` is a correlation, −1 to 1, absent when the interests are even."""

    competency: str
    title: str
    field: str
    fit: float | None
    reason: str

    @classmethod
    def of(cls, one: Recommendation) -> Self:
        return cls(competency=one.competency, title=one.title, field=one.field, fit=one.fit, reason=one.reason)


class RecommendationsView(View):
    """The competencies to try first, best first; `note` says that nothing is excluded."""

    student_id: UUID
    items: list[RecommendationView]
    note: str

    @classmethod
    def of(cls, student_id: UUID, made: tuple[Recommendation, ...]) -> Self:
        return cls(
            student_id=student_id,
            items=[RecommendationView.of(one) for one in made],
            note=NOTHING_IS_EXCLUDED,
        )
