"""What goes in and out over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from bilet_booking.domain.booking import Booking
from bilet_booking.domain.deciding import MAX_STEP, MAX_STEPS, MAX_TEXT
from bilet_booking.domain.errors import NotEligible
from bilet_booking.use_cases.imports import ImportReport

Format = Literal["online", "in-person"]
BookingStatus = Literal["requested", "approved", "declined", "expired", "cancelled", "attended", "no-show"]
DecidedBy = Literal["student", "guardian", "coordinator", "system"]
AttendanceWord = Literal["attended", "no-show", "excused"]

_OF_THE_SLOT = (
    "region_code", "season_code", "slot_id", "slot_code", "site_code", "competency", "starts_at", "ends_at", "timezone",
)  # fmt: skip


class Given(BaseModel):
    """A request's body: nothing unknown, and no repeat of what was wrong in it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


class BookingRequest(Given):
    """Which slot is wanted."""

    slot_id: UUID


class AttendanceGiven(Given):
    """Whether the pupil came; an excuse is a flag without a reason."""

    attendance: AttendanceWord


class RecommendationGiven(Given):
    """What the mentor advises."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    next_steps: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=MAX_STEP)], ...], Field(max_length=MAX_STEPS)
    ] = ()


class RecommendationView(BaseModel):
    """What the mentor advised."""

    recommendation_id: UUID
    text: str
    next_steps: tuple[str, ...]


class BookingView(BaseModel):
    """A booking as those who may see it see it; `recommendation` only for child, guardian and mentor."""

    booking_id: UUID
    student_id: UUID
    region_code: str
    season_code: str
    slot_id: UUID
    slot_code: str
    site_code: str
    competency: str
    format: Format
    starts_at: datetime
    ends_at: datetime
    timezone: str
    status: BookingStatus
    requested_at: datetime
    approval_due_at: datetime
    decided_by: DecidedBy | None
    cancelled_by: DecidedBy | None
    attendance: AttendanceWord | None
    recommendation: RecommendationView | None

    @classmethod
    def of(cls, booking: Booking) -> Self:
        """The view of a booking with what the mentor advised."""
        return cls(**_state(booking), recommendation=_advice(booking))

    @classmethod
    def without_advice(cls, booking: Booking) -> Self:
        """The view of a booking for those whom the advice is not for."""
        return cls(**_state(booking), recommendation=None)


def _state(booking: Booking) -> dict[str, Any]:
    slot = booking.appointment
    return {name: getattr(slot, name) for name in _OF_THE_SLOT} | {
        "booking_id": booking.booking_id,
        "student_id": booking.student_id,
        "format": slot.format.value,
        "status": booking.status.value,
        "requested_at": booking.requested_at,
        "approval_due_at": booking.approval_due_at,
        "decided_by": booking.decided_by and booking.decided_by.role.value,
        "cancelled_by": booking.cancelled_by and booking.cancelled_by.role.value,
        "attendance": booking.attendance and booking.attendance.value,
    }


def _advice(booking: Booking) -> RecommendationView | None:
    advice = booking.recommendation
    if advice is None:
        return None
    return RecommendationView(
        recommendation_id=advice.recommendation_id, text=advice.text, next_steps=advice.next_steps
    )


class Bookings(BaseModel):
    """A page of bookings."""

    items: list[BookingView]
    next_cursor: str | None


class RejectedRow(BaseModel):
    """A row that was not taken; rows count from 1, the heading included."""

    row: int
    column: str
    reason: str


class WarnedRow(BaseModel):
    """A row that was taken although somebody should look at it."""

    row: int
    reason: str


class ImportView(BaseModel):
    """What became of a file."""

    rows: int
    accepted: int
    published: int
    rejected: list[RejectedRow]
    warned: list[WarnedRow]

    @classmethod
    def of(cls, report: ImportReport) -> Self:
        """The view of a report."""
        return cls(
            rows=report.rows,
            accepted=report.accepted,
            published=report.published,
            rejected=[RejectedRow(row=r.row, column=r.column, reason=r.reason) for r in report.rejected],
            warned=[WarnedRow(row=w.row, reason=w.reason) for w in report.warned],
        )


class Obstacle(BaseModel):
    """What keeps a pupil from booking: a stable code, and what to do, in Russian."""

    code: str
    title: str
    detail: str

    @classmethod
    def of(cls, error: NotEligible) -> Self:
        """The obstacle behind a refusal."""
        return cls(code=error.code, title=error.title, detail=str(error))


class EligibilityView(BaseModel):
    """Whether the pupil may book; `missing` is in the order in which to solve it."""

    may_book: bool
    missing: list[Obstacle]
    season_code: str | None
    booked: int
    in_person: int
    max_bookings: int | None
    max_in_person: int | None


class FunnelView(BaseModel):
    """How many pupils came how far in a season."""

    region_code: str
    season_code: str
    registered: int
    active: int
    stage_1: int
    stage_2: int
    stage_3: int
    booked: int
    approved: int
    attended: int
    recommended: int
