"""Bookings over HTTP: what is requested and decided, and how a booking is shown."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field

from bilet_booking.api.schemas.catalogue import Format
from bilet_booking.domain.booking import Booking, Recommendation
from bilet_booking.domain.deciding import MAX_STEP, MAX_STEPS, MAX_TEXT
from bilet_kit.web.schemas import Input, PageView, View

BookingStatus = Literal["requested", "approved", "declined", "expired", "cancelled", "attended", "no-show"]
DecidedBy = Literal["student", "guardian", "coordinator", "system"]
AttendanceWord = Literal["attended", "no-show", "excused"]

_OF_THE_SLOT = (
    "region_code", "season_code", "slot_id", "slot_code", "site_code", "competency", "starts_at", "ends_at", "timezone",
)  # fmt: skip


class BookingInput(Input):
    """Which slot to book."""

    slot_id: UUID


class AttendanceInput(Input):
    """Whether the pupil came; an excuse is a flag without a reason."""

    attendance: AttendanceWord


class RecommendationInput(Input):
    """What the mentor recommends."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    next_steps: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=MAX_STEP)], ...], Field(max_length=MAX_STEPS)
    ] = ()


class RecommendationView(View):
    """What the mentor recommended."""

    recommendation_id: UUID
    text: str
    next_steps: tuple[str, ...]

    @classmethod
    def of(cls, advice: Recommendation) -> Self:
        """Make the view of a recommendation; its author is not shown."""
        return cls(recommendation_id=advice.recommendation_id, text=advice.text, next_steps=advice.next_steps)


class BookingView(View):
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
        """Make the view of a booking, with what the mentor recommended."""
        advice = booking.recommendation
        return cls(**_state(booking), recommendation=advice and RecommendationView.of(advice))

    @classmethod
    def without_advice(cls, booking: Booking) -> Self:
        """Make the view of a booking for those who may not read the recommendation."""
        return cls(**_state(booking), recommendation=None)


class BookingsView(PageView[BookingView]):
    """A page of bookings."""


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
