"""What may be done with a booking, and what comes of it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from bilet_booking.domain import deciding
from bilet_booking.domain.booking import Status, evolve
from bilet_booking.domain.catalogue import Format
from bilet_booking.domain.errors import (
    AlreadySettled,
    AlreadyStarted,
    ApprovalOverdue,
    NotActive,
    NotApproved,
    NotAttended,
    NotStarted,
    RecommendationAlreadyIssued,
    RecommendationTooLate,
    TextOutOfBounds,
)
from bilet_booking.domain.events import Attendance, BookingApproved, Maker, Reason, Role
from tests.unit.booking.makers import (
    MENTOR,
    NOW,
    START,
    advice,
    after,
    appointment,
    approved,
    guardian,
    requested,
    standing,
)


def test_a_request_holds_a_seat_and_counts() -> None:
    booking = requested()

    assert booking.status is Status.REQUESTED
    assert (booking.holds_seat, booking.counts, booking.in_person) == (True, True, False)


def test_an_approval_is_due_in_48_hours() -> None:
    assert requested(at=START - timedelta(hours=73)).approval_due_at == START - timedelta(hours=25)


def test_an_approval_is_due_a_day_before_the_start_when_that_is_sooner() -> None:
    assert requested(at=START - timedelta(hours=37)).approval_due_at == START - timedelta(hours=24)


def test_there_are_always_twelve_hours_to_decide() -> None:
    latest = START - timedelta(hours=36) - timedelta(microseconds=1)

    assert requested(at=latest).approval_due_at - latest > timedelta(hours=12)


def test_who_may_not_book_requests_nothing() -> None:
    with pytest.raises(NotActive):
        deciding.request(booking_id=uuid4(), standing=standing(status="suspended"), appointment=appointment(), now=NOW)


def test_at_18_a_pupil_decides_at_once() -> None:
    pupil = standing(decides_alone=True)

    events = deciding.request(booking_id=uuid4(), standing=pupil, appointment=appointment(), now=NOW)

    booking = after(evolve(None, events[0]), *events[1:])
    assert booking.status is Status.APPROVED
    assert booking.decided_by == Maker(Role.STUDENT, pupil.student_id)


def test_a_guardian_approves() -> None:
    mother = guardian()
    booking = requested()

    (event,) = deciding.approve(booking, by=mother, now=NOW)

    assert isinstance(event, BookingApproved)
    assert evolve(booking, event).status is Status.APPROVED
    assert evolve(booking, event).decided_by == mother


def test_a_declined_booking_gives_seat_and_quota_back() -> None:
    booking = requested()

    declined = after(booking, *deciding.decline(booking, by=guardian(), now=NOW))

    assert (declined.status, declined.holds_seat, declined.counts) == (Status.DECLINED, False, False)


def test_a_repeat_by_the_same_guardian_changes_nothing() -> None:
    mother = guardian()

    assert deciding.approve(approved(mother), by=mother, now=NOW) == ()


def test_a_repeated_approval_of_a_cancelled_booking_answers_the_present_state() -> None:
    mother = guardian()
    booking = approved(mother)
    cancelled = after(booking, *deciding.cancel(booking, by=guardian(), reason=Reason.CHANGED_MIND, now=NOW))

    assert deciding.approve(cancelled, by=mother, now=NOW) == ()


def test_a_guardian_does_not_decline_what_was_approved() -> None:
    mother = guardian()

    with pytest.raises(AlreadySettled) as refused:
        deciding.decline(approved(mother), by=mother, now=NOW)
    assert refused.value.status == Status.APPROVED


def test_another_guardian_is_told_the_outcome() -> None:
    with pytest.raises(AlreadySettled):
        deciding.approve(approved(), by=guardian(), now=NOW)


def test_a_parent_cannot_approve_after_the_window_closes() -> None:
    booking = requested()

    with pytest.raises(ApprovalOverdue):
        deciding.approve(booking, by=guardian(), now=booking.approval_due_at)
    with pytest.raises(ApprovalOverdue):
        deciding.decline(booking, by=guardian(), now=booking.approval_due_at)


def test_a_parent_can_approve_until_the_window_closes() -> None:
    booking = requested()
    last_moment = booking.approval_due_at - timedelta(microseconds=1)

    assert deciding.approve(booking, by=guardian(), now=last_moment) != ()


def test_a_request_expires_when_its_time_is_over_and_not_before() -> None:
    booking = requested()

    assert deciding.expire(booking, now=booking.approval_due_at - timedelta(microseconds=1)) == ()
    expired = after(booking, *deciding.expire(booking, now=booking.approval_due_at))
    assert (expired.status, expired.holds_seat, expired.counts) == (Status.EXPIRED, False, False)


def test_what_is_decided_does_not_expire() -> None:
    assert deciding.expire(approved(), now=START) == ()


def test_anybody_concerned_may_cancel_before_the_start() -> None:
    booking = approved()

    cancelled = after(
        booking,
        *deciding.cancel(booking, by=guardian(), reason=Reason.CHANGED_MIND, now=START - timedelta(microseconds=1)),
    )

    assert (cancelled.status, cancelled.holds_seat, cancelled.counts) == (Status.CANCELLED, False, False)


def test_nobody_cancels_what_has_begun() -> None:
    with pytest.raises(AlreadyStarted):
        deciding.cancel(approved(), by=guardian(), reason=Reason.CHANGED_MIND, now=START)


def test_a_cancelled_booking_is_cancelled_once() -> None:
    mother = guardian()
    booking = approved()
    cancelled = after(booking, *deciding.cancel(booking, by=mother, reason=Reason.CHANGED_MIND, now=NOW))

    assert deciding.cancel(cancelled, by=mother, reason=Reason.CHANGED_MIND, now=NOW) == ()
    with pytest.raises(AlreadySettled):
        deciding.cancel(cancelled, by=guardian(), reason=Reason.CHANGED_MIND, now=NOW)


def test_a_withdrawn_consent_cancels_what_lies_ahead_and_nothing_else() -> None:
    (event,) = deciding.withdraw(approved(), now=NOW)

    assert (event.by, event.reason) == (Maker(Role.SYSTEM), Reason.CONSENT_WITHDRAWN)
    assert deciding.withdraw(approved(), now=START) == ()
    declined = after(requested(), *deciding.decline(requested(), by=guardian(), now=NOW))
    assert deciding.withdraw(declined, now=NOW) == ()


@pytest.mark.parametrize(
    ("attendance", "status", "counts"),
    [
        (Attendance.ATTENDED, Status.ATTENDED, True),
        (Attendance.NO_SHOW, Status.NO_SHOW, True),
        (Attendance.EXCUSED, Status.NO_SHOW, False),
    ],
)
def test_attendance_counts_unless_the_absence_is_excused(
    attendance: Attendance, status: Status, *, counts: bool
) -> None:
    booking = approved()

    recorded = after(booking, *deciding.record_attendance(booking, attendance=attendance, by=MENTOR, now=START))

    assert (recorded.status, recorded.counts, recorded.holds_seat) == (status, counts, True)


def test_attendance_is_not_recorded_before_the_start() -> None:
    with pytest.raises(NotStarted):
        deciding.record_attendance(
            approved(), attendance=Attendance.ATTENDED, by=MENTOR, now=START - timedelta(microseconds=1)
        )


def test_attendance_belongs_to_an_approved_booking() -> None:
    with pytest.raises(NotApproved):
        deciding.record_attendance(requested(), attendance=Attendance.ATTENDED, by=MENTOR, now=START)


def test_attendance_once_recorded_stands() -> None:
    booking = approved()
    recorded = after(booking, *deciding.record_attendance(booking, attendance=Attendance.EXCUSED, by=MENTOR, now=START))

    assert deciding.record_attendance(recorded, attendance=Attendance.EXCUSED, by=MENTOR, now=START) == ()
    with pytest.raises(AlreadySettled):
        deciding.record_attendance(recorded, attendance=Attendance.NO_SHOW, by=MENTOR, now=START)
    with pytest.raises(AlreadySettled):
        deciding.record_attendance(recorded, attendance=Attendance.EXCUSED, by=uuid4(), now=START)


def test_a_mentor_advises_who_attended_once() -> None:
    booking = approved()
    attended = after(
        booking, *deciding.record_attendance(booking, attendance=Attendance.ATTENDED, by=MENTOR, now=START)
    )

    advised = after(attended, *deciding.recommend(attended, advice("Да", "Кружок"), now=START))

    assert advised.recommendation is not None
    assert (advised.recommendation.text, advised.recommendation.next_steps) == ("Да", ("Кружок",))
    assert deciding.recommend(advised, advice("Да", "Кружок"), now=START) == ()
    with pytest.raises(RecommendationAlreadyIssued):
        deciding.recommend(advised, advice("Нет"), now=START)


def test_no_advice_without_attendance() -> None:
    with pytest.raises(NotAttended):
        deciding.recommend(approved(), advice(), now=START)


def test_no_advice_after_the_seasons_term() -> None:
    booking = approved(visible_until=START + timedelta(hours=1))
    attended = after(
        booking, *deciding.record_attendance(booking, attendance=Attendance.ATTENDED, by=MENTOR, now=START)
    )

    with pytest.raises(RecommendationTooLate):
        deciding.recommend(attended, advice(), now=START + timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "steps"),
    [("", ()), (" ", ()), ("х" * 2001, ()), ("Да", ("шаг",) * 6), ("Да", ("",)), ("Да", ("х" * 201,))],
)
def test_advice_is_bounded(text: str, steps: tuple[str, ...]) -> None:
    with pytest.raises(TextOutOfBounds):
        deciding.recommend(approved(), advice(text, *steps), now=START)


def test_a_booking_begins_with_its_request() -> None:
    booking = requested()
    (event,) = deciding.approve(booking, by=guardian(), now=NOW)

    with pytest.raises(ValueError, match="request"):
        evolve(None, event)


def test_how_it_counts_is_fixed_by_the_request() -> None:
    assert requested(format=Format.IN_PERSON).in_person is True
