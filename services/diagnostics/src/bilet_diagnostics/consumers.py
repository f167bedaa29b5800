"""Everything diagnostics consumes."""

from datetime import datetime

from bilet_contracts.booking import (
    AttendanceRecordedV1,
    BookingApprovedV1,
    BookingCancelledV1,
    BookingState,
    CompetencyPublishedV1,
    RecommendationIssuedV1,
    SeasonPublishedV1,
    SlotPublishedV1,
    TryOutPublishedV1,
)
from bilet_contracts.identity import (
    ConsentWithdrawnV1,
    StaffScopeChangedV1,
    StudentActivatedV1,
    StudentChangedV1,
    StudentRegisteredV1,
    StudentSuspendedV1,
)
from bilet_diagnostics.domain.access import RESULTS_TO_MENTOR
from bilet_diagnostics.domain.participation import PROCESSING, suspension_stops_attempts
from bilet_diagnostics.storage import tables
from bilet_diagnostics.use_cases.routes import grow_by_attendance, grow_by_recommendation
from bilet_diagnostics.use_cases.seeing import close_to_mentors
from bilet_diagnostics.use_cases.starting import stop_open_attempts
from bilet_kit.consuming.consumers import Consumers, Received
from bilet_kit.consuming.projection import Projection
from bilet_kit.storage.database import Transaction

CONSUMERS = Consumers(service="diagnostics")

STUDENTS = Projection(table=tables.students, key=("student_id",))
SEASONS = Projection(table=tables.seasons, key=("season_id",))
COMPETENCIES = Projection(table=tables.competencies, key=("competency_id",))
TRY_OUTS = Projection(table=tables.try_outs, key=("try_out_id",))
SLOTS = Projection(table=tables.slots, key=("slot_id",))
STAFF = Projection(table=tables.staff, key=("staff_id",))
APPROVALS = Projection(table=tables.approvals, key=("booking_id",))
ATTENDANCES = Projection(table=tables.attendances, key=("booking_id",))
RECOMMENDATIONS = Projection(table=tables.mentor_recommendations, key=("booking_id",))


def approved_row(received: Received[BookingApprovedV1]) -> dict[str, object]:
    """Let the slot's mentor look until the event's `visible_until`."""
    return _approval(received.event, received.event.visible_until)


def cancelled_row(received: Received[BookingCancelledV1]) -> dict[str, object]:
    """Let the slot's mentor look no longer."""
    return _approval(received.event, None)


def attendance_row(received: Received[AttendanceRecordedV1]) -> dict[str, object]:
    """Keep where and what the pupil tried, or missed."""
    event = received.event
    return {
        "booking_id": event.booking_id,
        "student_id": event.student_id,
        "region_code": event.region_code,
        "slot_id": event.slot_id,
        "site_code": event.site_code,
        "competency": event.competency,
        "format": event.format,
        "starts_at": event.starts_at,
        "timezone": event.timezone,
        "mentor_id": event.mentor_staff_id,
        "attendance": event.attendance,
    }


def recommendation_row(received: Received[RecommendationIssuedV1]) -> dict[str, object]:
    """Keep that there is a mentor's recommendation, whose text stays in booking."""
    event = received.event
    return {
        "booking_id": event.booking_id,
        "recommendation_id": event.recommendation_id,
        "student_id": event.student_id,
        "issued_by_id": event.issued_by_id,
        "issued_at": received.time,
    }


CONSUMERS.project(StudentRegisteredV1, into=STUDENTS)
CONSUMERS.project(StudentChangedV1, into=STUDENTS)
CONSUMERS.project(StudentActivatedV1, into=STUDENTS)
CONSUMERS.project(StudentSuspendedV1, into=STUDENTS)
CONSUMERS.project(SeasonPublishedV1, into=SEASONS)
CONSUMERS.project(CompetencyPublishedV1, into=COMPETENCIES)
CONSUMERS.project(TryOutPublishedV1, into=TRY_OUTS)
CONSUMERS.project(SlotPublishedV1, into=SLOTS)
CONSUMERS.project(StaffScopeChangedV1, into=STAFF)
CONSUMERS.project(BookingApprovedV1, into=APPROVALS, row=approved_row)
CONSUMERS.project(BookingCancelledV1, into=APPROVALS, row=cancelled_row)
CONSUMERS.project(AttendanceRecordedV1, into=ATTENDANCES, row=attendance_row)
CONSUMERS.project(RecommendationIssuedV1, into=RECOMMENDATIONS, row=recommendation_row)


@CONSUMERS.handle(ConsentWithdrawnV1)
async def on_consent_withdrawn(received: Received[ConsentWithdrawnV1], tx: Transaction) -> None:
    """Take no more answers without consent to processing, and let no mentor look without consent to that."""
    event = received.event
    if event.purpose == PROCESSING:
        await stop_open_attempts(tx, event.student_id)
    if event.purpose == RESULTS_TO_MENTOR:
        await close_to_mentors(tx, event.student_id, received.sequence)


@CONSUMERS.handle(StudentSuspendedV1)
async def on_student_suspended(received: Received[StudentSuspendedV1], tx: Transaction) -> None:
    """Take no more answers at a stage that was begun between the withdrawal and this event."""
    if suspension_stops_attempts(received.event.reason, received.event.purposes):
        await stop_open_attempts(tx, received.event.student_id)


@CONSUMERS.handle(AttendanceRecordedV1)
async def on_attendance_recorded(received: Received[AttendanceRecordedV1], tx: Transaction) -> None:
    """Let the route grow by a try-out that the pupil attended."""
    event = received.event
    if event.attendance == "attended":
        grow_by_attendance(tx, event.student_id, event.region_code, event.booking_id)


@CONSUMERS.handle(RecommendationIssuedV1)
async def on_recommendation_issued(received: Received[RecommendationIssuedV1], tx: Transaction) -> None:
    """Let the route grow by the mentor's recommendation."""
    event = received.event
    grow_by_recommendation(tx, event.student_id, event.region_code, event.booking_id)


def _approval(event: BookingState, visible_until: datetime | None) -> dict[str, object]:
    return {
        "booking_id": event.booking_id,
        "student_id": event.student_id,
        "region_code": event.region_code,
        "slot_id": event.slot_id,
        "visible_until": visible_until,
    }
