"""A pupil's individual educational route."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field

from bilet_diagnostics.api.schemas.results import FeedbackView, RecommendationView
from bilet_diagnostics.domain.recommendation import NOTHING_IS_EXCLUDED
from bilet_diagnostics.domain.results import Route
from bilet_diagnostics.domain.route import (
    GOALS_AT_MOST,
    LATER,
    STEPS_AT_MOST,
    TEXT_AT_MOST,
    Plan,
    Recommended,
    TriedOut,
)
from bilet_kit.web.schemas import Input, View

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


class StepInput(Input):
    """One next step, in the pupil's own words."""

    text: Line
    done: bool = False


class PlanInput(Input):
    """All of the pupil's goals and steps, which replace the earlier ones.

    Attributes:
        revision: of the plan that was changed on the device, as it was read.
    """

    goals: Annotated[tuple[Line, ...], Field(max_length=GOALS_AT_MOST)]
    steps: Annotated[tuple[StepInput, ...], Field(max_length=STEPS_AT_MOST)]
    revision: Annotated[int, Field(ge=0, le=_LARGEST_REVISION)]


class StepView(View):
    """One next step."""

    text: str
    done: bool


class PlanView(View):
    """The pupil's own goals and steps; `revision` is 0 before the first change."""

    goals: list[str]
    steps: list[StepView]
    revision: int
    changed_at: datetime | None

    @classmethod
    def of(cls, plan: Plan) -> Self:
        return cls(
            goals=list(plan.goals),
            steps=[StepView(text=one.text, done=one.done) for one in plan.steps],
            revision=plan.revision,
            changed_at=plan.changed_at,
        )


class MentorRecommendationView(View):
    """A mentor's recommendation, whose text is read in booking, under the booking.

    Attributes:
        issued_by_id: the mentor; the name is identity's to tell.
        read_at: where the text is, from the gateway's root.
    """

    recommendation_id: UUID
    issued_by_id: UUID
    issued_at: datetime
    read_at: str

    @classmethod
    def of(cls, one: TriedOut, recommended: Recommended) -> Self:
        return cls(
            recommendation_id=recommended.recommendation_id,
            issued_by_id=recommended.issued_by_id,
            issued_at=recommended.issued_at,
            read_at=f"/api/v1/booking/bookings/{one.booking_id}",
        )


class TriedOutView(View):
    """An attended try-out; titles are empty until the catalogue brings them."""

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
    recommendation: MentorRecommendationView | None

    @classmethod
    def of(cls, one: TriedOut) -> Self:
        return cls(
            booking_id=one.booking_id,
            competency=one.competency,
            title=one.title,
            field=one.field,
            try_out=one.try_out,
            site_code=one.site_code,
            format=one.format,
            starts_at=one.starts_at,
            timezone=one.timezone,
            mentor_id=one.mentor_id,
            recommendation=one.recommendation and MentorRecommendationView.of(one, one.recommendation),
        )


class RouteView(View):
    """The individual educational route: profile, try-outs with mentors' recommendations, the pupil's own plan."""

    student_id: UUID
    profile: list[FeedbackView]
    recommended: list[RecommendationView]
    tried_out: list[TriedOutView]
    plan: PlanView
    notes: list[str]

    @classmethod
    def of(cls, route: Route) -> Self:
        return cls(
            student_id=route.student_id,
            profile=[FeedbackView.of(one) for one in route.results],
            recommended=[RecommendationView.of(one) for one in route.recommended],
            tried_out=[TriedOutView.of(one) for one in route.tried_out],
            plan=PlanView.of(route.plan),
            notes=[NOTHING_IS_EXCLUDED, LATER],
        )
