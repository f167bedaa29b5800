"""Answers and submissions, as devices send them."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from bilet_diagnostics.api.schemas.stages import ProgressView
from bilet_kit.web.schemas import Input

_LARGEST_COUNTER = 2**53 - 1


class AnswerInput(Input):
    """One answer as the device gives it.

    Attributes:
        value: the chosen option; 0 is «не знаю» in a quiz.
        sequence: the device's own counter, growing with every answer; decides between answers of one millisecond.
        answered_at: when it was given, by the device's clock; the moment of arrival when left out.
    """

    value: int = Field(ge=0, le=1000)
    sequence: int = Field(ge=0, le=_LARGEST_COUNTER)
    answered_at: AwareDatetime | None = None


class AnswerNowInput(AnswerInput):
    """An answer sent as soon as it is given.

    Attributes:
        sent_at: the device's clock while it sends, so that a clock that is wrong does no harm.
    """

    sent_at: AwareDatetime | None = None


class ItemAnswerInput(AnswerInput):
    """An answer that waited on the device, with its item."""

    item: Annotated[str, Field(min_length=1, max_length=40)]


class AnswersInput(Input):
    """Answers that waited on the device while it was offline.

    Attributes:
        sent_at: the device's clock while it sends, so that a clock that is wrong does no harm.
    """

    answers: Annotated[tuple[ItemAnswerInput, ...], Field(min_length=1, max_length=500)]
    sent_at: AwareDatetime | None = None


class SubmissionInput(Input):
    """A submission: `to-check` asks to have something striking pointed out once, `as-they-are` does not."""

    answers: Literal["to-check", "as-they-are"] = "to-check"


class SavedView(ProgressView):
    """How far an attempt is after an answer, and the option that holds for its item now."""

    value: int
