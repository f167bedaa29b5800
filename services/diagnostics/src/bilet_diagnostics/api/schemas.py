"""What is sent and answered over HTTP."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

_LARGEST_COUNTER = 2**53 - 1


class Sent(BaseModel):
    """A body that is read: nothing unknown in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class AnswerIn(Sent):
    """One answer as the device gives it.

    Attributes:
        value: the chosen option; 0 is «не знаю» in a quiz.
        sequence: the device's own counter, growing with every answer; decides between answers of one millisecond.
        answered_at: when it was given, by the device's clock; the moment of arrival when left out.
    """

    value: int = Field(ge=0, le=1000)
    sequence: int = Field(ge=0, le=_LARGEST_COUNTER)
    answered_at: AwareDatetime | None = None


class AnswerNowIn(AnswerIn):
    """An answer sent as soon as it is given.

    Attributes:
        sent_at: the device's clock while it sends, so that a clock that is wrong does no harm.
    """

    sent_at: AwareDatetime | None = None


class ItemAnswerIn(AnswerIn):
    """An answer that waited on the device, with its item."""

    item: Annotated[str, Field(min_length=1, max_length=40)]


class AnswersIn(Sent):
    """Answers that waited on the device while it was offline.

    Attributes:
        sent_at: the device's clock while it sends, so that a clock that is wrong does no harm.
    """

    answers: Annotated[tuple[ItemAnswerIn, ...], Field(min_length=1, max_length=500)]
    sent_at: AwareDatetime | None = None


class SubmissionIn(Sent):
    """Handing a stage in: `to-check` lets something striking be pointed out once, `as-they-are` does not."""

    answers: Literal["to-check", "as-they-are"] = "to-check"


class ProgressOut(BaseModel):
    """How far an attempt is."""

    answered: int
    items: int


class SavedOut(ProgressOut):
    """How far an attempt is after an answer, and the option that holds for its item now."""

    value: int


class SeasonOut(BaseModel):
    """The season whose diagnostics are open."""

    season_code: str
    diagnostics_from: datetime
    closes: datetime


class StageOut(BaseModel):
    """One stage as a pupil finds it: locked, open, started, stopped or submitted; `retake_from` once it is submitted."""

    stage: int
    titles: list[str]
    state: str
    minutes: int
    progress: ProgressOut
    attempt_id: UUID | None
    retake_from: datetime | None


class StagesOut(BaseModel):
    """The three stages; `may_begin` is false while the account is not active."""

    season: SeasonOut | None
    may_begin: bool
    items: list[StageOut]


class AttemptOut(BaseModel):
    """An attempt without its questions; `number` counts the attempts at its stage in its season from 1."""

    attempt_id: UUID
    season_code: str
    stage: int
    number: int
    status: str
    started_at: datetime
    submitted_at: datetime | None
    progress: ProgressOut


class AttemptsOut(BaseModel):
    """All attempts of the pupil, oldest first."""

    items: list[AttemptOut]


class OptionOut(BaseModel):
    """One possible answer."""

    value: int
    text: str


class ItemOut(BaseModel):
    """One question, with the answer so far; a quiz's options come in the attempt's own order."""

    item: str
    text: str
    options: list[OptionOut]
    value: int | None


class InstrumentOut(BaseModel):
    """One questionnaire or quiz of the attempt, and where it comes from."""

    instrument: str
    version: int
    kind: str
    title: str
    instruction: str
    source: str
    licence: str
    translation: str
    items: list[ItemOut]


class AttemptWithItemsOut(AttemptOut):
    """An attempt with everything needed to go on with it on any device."""

    instruments: list[InstrumentOut]


class TScoreOut(BaseModel):
    """A place among participants (mean 50, standard deviation 10), with its band of one standard error."""

    value: float
    low: float
    high: float


class ScaleOut(BaseModel):
    """One scale in words; `place` is where in its range the result lies, 0–1, for others the middle of its third.

    `among_participants` needs norms, and is the pupil's alone.
    """

    scale: str
    title: str
    band: str
    place: float
    text: str
    among_participants: TScoreOut | None


class FieldOut(BaseModel):
    """A field of work by interest and knowledge."""

    field: str
    cell: str
    text: str


class CodeOut(BaseModel):
    """Interests in order of strength; equally strong letters in brackets."""

    letters: str
    differentiation: float


class FeedbackOut(BaseModel):
    """What is said after a stage."""

    stage: int
    submitted_at: datetime | None
    strengths: list[str]
    scales: list[ScaleOut]
    interests: CodeOut | None
    summary: str
    fields: list[FieldOut]
    next_steps: list[str]
    notes: list[str]


class QuizAnswerOut(BaseModel):
    """A quiz question looked back at."""

    item: str
    text: str
    right_answer: str
    was_right: bool
    rationale: str


class OwnFeedbackOut(FeedbackOut):
    """The pupil's own feedback, with the quiz explained."""

    quiz: list[QuizAnswerOut]


class ResultsOut(BaseModel):
    """The result that counts of every stage taken."""

    student_id: UUID
    items: list[FeedbackOut]


class RecommendationOut(BaseModel):
    """A competency to try; `fit` is a correlation, −1 to 1, absent when the interests are even."""

    competency: str
    title: str
    field: str
    fit: float | None
    reason: str


class RecommendationsOut(BaseModel):
    """What to try first, best first; `note` says that nothing is excluded."""

    student_id: UUID
    items: list[RecommendationOut]
    note: str
