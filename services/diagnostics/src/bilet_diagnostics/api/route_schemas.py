"""What is sent and answered about a pupil's route."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from bilet_diagnostics.api.schemas import FeedbackOut, RecommendationOut, Sent
from bilet_diagnostics.domain.route import GOALS_AT_MOST, STEPS_AT_MOST, TEXT_AT_MOST

_LARGEST_REVISION = 2**31 - 2


def _printable(text: str) -> str:
    """One line as people write it.

    Raises:
        ValueError: nothing but blanks, or a character that is no text.
    """
    line = " ".join(text.split())
    if not line or any(ord(sign) < ord(" ") or ord(sign) == 0x7F for sign in line):  # noqa: PLR2004 - DEL
        raise ValueError
    return line


Line = Annotated[str, Field(min_length=1, max_length=TEXT_AT_MOST), AfterValidator(_printable)]


class StepIn(Sent):
    """One next step, in the pupil's own words."""

    text: Line
    done: bool = False


class PlanIn(Sent):
    """All of the pupil's goals and steps from now on.

    Attributes:
        revision: of the plan that was changed on the device, as it was read.
    """

    goals: Annotated[tuple[Line, ...], Field(max_length=GOALS_AT_MOST)]
    steps: Annotated[tuple[StepIn, ...], Field(max_length=STEPS_AT_MOST)]
    revision: Annotated[int, Field(ge=0, le=_LARGEST_REVISION)]


class StepOut(BaseModel):
    """One next step."""

    text: str
    done: bool


class PlanOut(BaseModel):
    """The pupil's own goals and steps; `revision` is 0 before the first change."""

    goals: list[str]
    steps: list[StepOut]
    revision: int
    changed_at: datetime | None


class MentorRecommendationOut(BaseModel):
    """That a mentor recommended something; the text is read in booking, under the booking.

    Attributes:
        issued_by_id: the mentor; the name is identity's to tell.
        read_at: where the text is, from the gateway's root.
    """

    recommendation_id: UUID
    issued_by_id: UUID
    issued_at: datetime
    read_at: str


class TriedOutOut(BaseModel):
    """An attended try-out; texts are empty while the catalogue has not told them."""

    booking_id: UUID
    competency: str
    title: str
    field: str
    try_out: str
    site_code: str
    format: str
    starts_at: datetime
    timezone: str
    mentor_id: UUID | None
    recommendation: MentorRecommendationOut | None


class RouteOut(BaseModel):
    """The individual educational route: profile, try-outs with mentors' recommendations, own plan."""

    student_id: UUID
    profile: list[FeedbackOut]
    recommended: list[RecommendationOut]
    tried_out: list[TriedOutOut]
    plan: PlanOut
    notes: list[str]
