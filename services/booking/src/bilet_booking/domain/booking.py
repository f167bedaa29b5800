"""A booking's state, and how each event changes it.

Requested → approved → attended | no-show; requested → declined | expired | cancelled; approved → cancelled.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from bilet_booking.domain.catalogue import Appointment, Format
from bilet_booking.domain.events import (
    Attendance,
    AttendanceRecorded,
    BookingApproved,
    BookingCancelled,
    BookingDeclined,
    BookingExpired,
    BookingRequested,
    Event,
    Maker,
    RecommendationIssued,
)


class Status(StrEnum):
    """Where a booking stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    NO_SHOW = "no-show"


AHEAD = frozenset({Status.REQUESTED, Status.APPROVED})
"""States in which the try-out is still to come and the seat is held."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What a mentor recommends after a try-out."""

    recommendation_id: UUID
    text: str
    next_steps: tuple[str, ...]
    by: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A pupil's claim on a slot.

    Attributes:
        in_person: how it counts against the quota, fixed by the request even if the try-out changes its format.
        approved: the decision on the request; None while there is none.
        decided_by: who took that decision.
        cancelled_by: who cancelled the booking.
        attended_by: the mentor who recorded the attendance.
    """

    booking_id: UUID
    student_id: UUID
    appointment: Appointment
    status: Status
    requested_at: datetime
    approval_due_at: datetime
    in_person: bool
    approved: bool | None = None
    decided_by: Maker | None = None
    cancelled_by: Maker | None = None
    attendance: Attendance | None = None
    attended_by: UUID | None = None
    recommendation: Recommendation | None = None

    @property
    def holds_seat(self) -> bool:
        """Whether it takes one of the slot's seats, which is not given back once the try-out has begun."""
        return self.status in {Status.REQUESTED, Status.APPROVED, Status.ATTENDED, Status.NO_SHOW}

    @property
    def counts(self) -> bool:
        """Whether it counts against the pupil's quota; an excused absence does not."""
        return self.holds_seat and self.attendance is not Attendance.EXCUSED


def opened(event: BookingRequested) -> Booking:
    """Make the booking that a request begins."""
    return Booking(
        booking_id=event.booking_id,
        student_id=event.student_id,
        appointment=event.appointment,
        status=Status.REQUESTED,
        requested_at=event.at,
        approval_due_at=event.approval_due_at,
        in_person=event.appointment.format is Format.IN_PERSON,
    )


def evolve(booking: Booking | None, event: Event) -> Booking:
    """Apply an event; only a request begins a booking.

    Raises:
        ValueError: another event came without a booking.
    """
    if isinstance(event, BookingRequested):
        return opened(event)
    if booking is None:
        raise ValueError("a booking begins with its request")
    if isinstance(event, AttendanceRecorded | RecommendationIssued):
        return _after_the_try_out(booking, event)
    return _before_the_try_out(booking, event)


def _before_the_try_out(
    booking: Booking, event: BookingApproved | BookingDeclined | BookingExpired | BookingCancelled
) -> Booking:
    match event:
        case BookingApproved():
            return replace(booking, status=Status.APPROVED, approved=True, decided_by=event.by)
        case BookingDeclined():
            return replace(booking, status=Status.DECLINED, approved=False, decided_by=event.by)
        case BookingExpired():
            return replace(booking, status=Status.EXPIRED)
        case BookingCancelled():
            return replace(booking, status=Status.CANCELLED, cancelled_by=event.by)
        case _:
            assert_never(event)


def _after_the_try_out(booking: Booking, event: AttendanceRecorded | RecommendationIssued) -> Booking:
    if isinstance(event, AttendanceRecorded):
        came = event.attendance is Attendance.ATTENDED
        status = Status.ATTENDED if came else Status.NO_SHOW
        return replace(booking, status=status, attendance=event.attendance, attended_by=event.by)
    advice = Recommendation(event.recommendation_id, event.text, event.next_steps, event.by)
    return replace(booking, recommendation=advice)
