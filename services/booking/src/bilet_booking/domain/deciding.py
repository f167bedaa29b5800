"""What may be done with a booking: each command returns the events it causes, or raises the rule that forbids it.

The first decision stands: a repeat by its maker changes nothing, a different one is refused with the outcome.
"""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from bilet_booking.domain.booking import AHEAD, Booking, Recommendation, Status
from bilet_booking.domain.catalogue import Appointment
from bilet_booking.domain.eligibility import Standing, check
from bilet_booking.domain.errors import (
    AlreadySettled,
    AlreadyStarted,
    ApprovalOverdue,
    NotApproved,
    NotAttended,
    NotStarted,
    RecommendationAlreadyIssued,
    RecommendationTooLate,
    TextOutOfBounds,
)
from bilet_booking.domain.events import (
    Attendance,
    AttendanceRecorded,
    BookingApproved,
    BookingCancelled,
    BookingDeclined,
    BookingExpired,
    BookingRequested,
    Maker,
    Reason,
    RecommendationIssued,
    Role,
)

MAX_TEXT = 2000
"""Characters in a recommendation: free text about a child is bounded."""

MAX_STEPS = 5
"""Next steps in a recommendation."""

MAX_STEP = 200
"""Characters in a next step."""


def request(
    *, booking_id: UUID, standing: Standing, appointment: Appointment, now: datetime
) -> tuple[BookingRequested] | tuple[BookingRequested, BookingApproved]:
    """Request a seat; a pupil who is of age approves it at once.

    Raises:
        NotEligible: a rule about pupil, slot or time forbids it.
    """
    check(standing, appointment, now)
    requested = BookingRequested(
        booking_id=booking_id,
        student_id=standing.student_id,
        appointment=appointment,
        at=now,
        approval_due_at=appointment.approval_due_at(now),
    )
    if not standing.decides_alone:
        return (requested,)
    return requested, BookingApproved(
        booking_id=booking_id,
        student_id=standing.student_id,
        appointment=appointment,
        at=now,
        by=Maker(Role.STUDENT, standing.student_id),
    )


def approve(booking: Booking, *, by: Maker, now: datetime) -> tuple[BookingApproved, ...]:
    """Approve a request.

    Raises:
        AlreadySettled: somebody else decided, or this maker decided otherwise.
        ApprovalOverdue: the deadline has passed.
    """
    if booking.approved is True and booking.decided_by == by:
        return ()
    _decidable(booking, now)
    return (BookingApproved(**_of(booking, now), by=by),)


def decline(booking: Booking, *, by: Maker, now: datetime) -> tuple[BookingDeclined, ...]:
    """Decline a request.

    Raises:
        AlreadySettled: somebody else decided, or this maker decided otherwise.
        ApprovalOverdue: the deadline has passed.
    """
    if booking.approved is False and booking.decided_by == by:
        return ()
    _decidable(booking, now)
    return (BookingDeclined(**_of(booking, now), by=by),)


def expire(booking: Booking, *, now: datetime) -> tuple[BookingExpired, ...]:
    """Expire a request nobody decided by its deadline; anything else stays as it is."""
    if booking.status is not Status.REQUESTED or now < booking.approval_due_at:
        return ()
    return (BookingExpired(**_of(booking, now), approval_due_at=booking.approval_due_at),)


def cancel(booking: Booking, *, by: Maker, reason: Reason, now: datetime) -> tuple[BookingCancelled, ...]:
    """Cancel a booking before the try-out begins.

    Raises:
        AlreadySettled: there is nothing left to cancel.
        AlreadyStarted: the try-out has begun.
    """
    if booking.cancelled_by == by:
        return ()
    if booking.status not in AHEAD:
        raise AlreadySettled(booking.status)
    if now >= booking.appointment.starts_at:
        raise AlreadyStarted
    return (BookingCancelled(**_of(booking, now), by=by, reason=reason),)


def withdraw(booking: Booking, *, now: datetime) -> tuple[BookingCancelled, ...]:
    """Cancel what still lies ahead because the consent it needs is withdrawn; anything else stays as it is."""
    if booking.status not in AHEAD or now >= booking.appointment.starts_at:
        return ()
    return (BookingCancelled(**_of(booking, now), by=Maker(Role.SYSTEM), reason=Reason.CONSENT_WITHDRAWN),)


def record_attendance(
    booking: Booking, *, attendance: Attendance, by: UUID, now: datetime
) -> tuple[AttendanceRecorded, ...]:
    """Record whether the pupil came.

    Raises:
        AlreadySettled: the attendance is recorded otherwise or by somebody else.
        NotApproved: the booking was never approved, or was cancelled.
        NotStarted: the try-out has not begun.
    """
    if booking.attendance is not None:
        if booking.attendance is attendance and booking.attended_by == by:
            return ()
        raise AlreadySettled(booking.status)
    if booking.status is not Status.APPROVED:
        raise NotApproved
    if now < booking.appointment.starts_at:
        raise NotStarted
    return (AttendanceRecorded(**_of(booking, now), attendance=attendance, by=by),)


def recommend(booking: Booking, recommendation: Recommendation, *, now: datetime) -> tuple[RecommendationIssued, ...]:
    """Recommend next steps to the pupil after an attended try-out, once.

    Raises:
        TextOutOfBounds: the text is empty or too long, or there are too many steps.
        NotAttended: the pupil did not come, or nobody recorded it.
        RecommendationTooLate: the season no longer takes recommendations.
        RecommendationAlreadyIssued: another recommendation stands.
    """
    _bounded(recommendation)
    if booking.status is not Status.ATTENDED:
        raise NotAttended
    if booking.recommendation is not None:
        if _same(booking.recommendation, recommendation):
            return ()
        raise RecommendationAlreadyIssued
    if now >= booking.appointment.visible_until:
        raise RecommendationTooLate
    return (_issued(booking, recommendation, now),)


class _Common(TypedDict):
    booking_id: UUID
    student_id: UUID
    appointment: Appointment
    at: datetime


def _of(booking: Booking, now: datetime) -> _Common:
    return _Common(
        booking_id=booking.booking_id, student_id=booking.student_id, appointment=booking.appointment, at=now
    )


def _issued(booking: Booking, advice: Recommendation, now: datetime) -> RecommendationIssued:
    return RecommendationIssued(
        **_of(booking, now),
        recommendation_id=advice.recommendation_id,
        text=advice.text,
        next_steps=advice.next_steps,
        by=advice.by,
    )


def _decidable(booking: Booking, now: datetime) -> None:
    if booking.status is not Status.REQUESTED:
        raise AlreadySettled(booking.status)
    if now >= booking.approval_due_at:
        raise ApprovalOverdue(booking.approval_due_at)


def _bounded(recommendation: Recommendation) -> None:
    if not 1 <= len(recommendation.text.strip()) <= MAX_TEXT:
        raise TextOutOfBounds(f"Текст рекомендации: от 1 до {MAX_TEXT} знаков.")
    if len(recommendation.next_steps) > MAX_STEPS:
        raise TextOutOfBounds(f"Следующих шагов не больше {MAX_STEPS}.")
    if any(not 1 <= len(step.strip()) <= MAX_STEP for step in recommendation.next_steps):
        raise TextOutOfBounds(f"Следующий шаг: от 1 до {MAX_STEP} знаков.")


def _same(one: Recommendation, other: Recommendation) -> bool:
    return (one.text, one.next_steps, one.by) == (other.text, other.next_steps, other.by)
