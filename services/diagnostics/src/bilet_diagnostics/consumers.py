"""Kafka to projections and use cases: everything diagnostics listens to."""

from datetime import datetime
from typing import TypeVar

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
    StudentState,
    StudentSuspendedV1,
)
from bilet_diagnostics.domain.access import RESULTS_TO_MENTOR
from bilet_diagnostics.domain.participation import PROCESSING
from bilet_diagnostics.storage import tables
from bilet_diagnostics.use_cases.routes import grow_by_attendance, grow_by_recommendation
from bilet_diagnostics.use_cases.seeing import close_to_mentors
from bilet_diagnostics.use_cases.starting import stop_open_attempts
from bilet_kit.consuming.consumers import Consumers, Received
from bilet_kit.consuming.projection import Projection
from bilet_kit.storage.database import Transaction

S = TypeVar("S", bound=StudentState)

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


def student_row(received: Received[S]) -> dict[str, object]:
    """A pupil's whole state; the school is for its coordinator, who sees which stages are done."""
    event = received.event
    return {
        "student_id": event.student_id,
        "region_code": event.region_code,
        "status": event.status,
        "grade": event.grade,
        "school_code": event.school_code,
        "decides_alone": event.decides_alone,
        "guardian_ids": event.guardian_ids,
        "purposes": event.purposes,
    }


def season_row(received: Received[SeasonPublishedV1]) -> dict[str, object]:
    """The dates of the diagnostics."""
    event = received.event
    return {
        "season_id": event.season_id,
        "season_code": event.season_code,
        "region_code": event.region_code,
        "diagnostics_from": event.diagnostics_from,
        "closes": event.closes,
    }


def competency_row(received: Received[CompetencyPublishedV1]) -> dict[str, object]:
    """What can be recommended, and to which grades."""
    event = received.event
    return {
        "competency_id": event.competency_id,
        "region_code": event.region_code,
        "competency": event.competency,
        "title": event.title,
        "field": event.field,
        "riasec": event.riasec,
        "grade_from": event.grade_from,
        "grade_to": event.grade_to,
    }


def try_out_row(received: Received[TryOutPublishedV1]) -> dict[str, object]:
    """What is offered, and by which mentor."""
    event = received.event
    return {
        "try_out_id": event.try_out_id,
        "region_code": event.region_code,
        "try_out_code": event.try_out_code,
        "mentor_code": event.mentor_code,
        "title": event.title,
    }


def slot_row(received: Received[SlotPublishedV1]) -> dict[str, object]:
    """Which try-out a slot is a run of."""
    event = received.event
    return {"slot_id": event.slot_id, "region_code": event.region_code, "try_out_code": event.try_out_code}


def staff_row(received: Received[StaffScopeChangedV1]) -> dict[str, object]:
    """All scopes of a member of the staff."""
    event = received.event
    return {"staff_id": event.staff_id, "scopes": [scope.model_dump(exclude_none=True) for scope in event.scopes]}


def approved_row(received: Received[BookingApprovedV1]) -> dict[str, object]:
    """The slot's mentor may look until the event's `visible_until`."""
    return _approval(received.event, received.event.visible_until)


def cancelled_row(received: Received[BookingCancelledV1]) -> dict[str, object]:
    """The slot's mentor may look no more."""
    return _approval(received.event, None)


def attendance_row(received: Received[AttendanceRecordedV1]) -> dict[str, object]:
    """Where and what the pupil tried, or did not come to."""
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
    """That there is a mentor's recommendation; its text stays in booking."""
    event = received.event
    return {
        "booking_id": event.booking_id,
        "recommendation_id": event.recommendation_id,
        "student_id": event.student_id,
        "issued_by_id": event.issued_by_id,
        "issued_at": received.time,
    }


CONSUMERS.project(StudentRegisteredV1, into=STUDENTS, row=student_row)
CONSUMERS.project(StudentChangedV1, into=STUDENTS, row=student_row)
CONSUMERS.project(StudentActivatedV1, into=STUDENTS, row=student_row)
CONSUMERS.project(StudentSuspendedV1, into=STUDENTS, row=student_row)
CONSUMERS.project(SeasonPublishedV1, into=SEASONS, row=season_row)
CONSUMERS.project(CompetencyPublishedV1, into=COMPETENCIES, row=competency_row)
CONSUMERS.project(TryOutPublishedV1, into=TRY_OUTS, row=try_out_row)
CONSUMERS.project(SlotPublishedV1, into=SLOTS, row=slot_row)
CONSUMERS.project(StaffScopeChangedV1, into=STAFF, row=staff_row)
CONSUMERS.project(BookingApprovedV1, into=APPROVALS, row=approved_row)
CONSUMERS.project(BookingCancelledV1, into=APPROVALS, row=cancelled_row)
CONSUMERS.project(AttendanceRecordedV1, into=ATTENDANCES, row=attendance_row)
CONSUMERS.project(RecommendationIssuedV1, into=RECOMMENDATIONS, row=recommendation_row)


@CONSUMERS.handle(ConsentWithdrawnV1)
async def on_consent_withdrawn(received: Received[ConsentWithdrawnV1], tx: Transaction) -> None:
    """Without consent to processing no answer is taken any more; without the mentor's no mentor looks any more."""
    event = received.event
    if event.purpose == PROCESSING:
        await stop_open_attempts(tx, event.student_id)
    if event.purpose == RESULTS_TO_MENTOR:
        await close_to_mentors(tx, event.student_id, received.sequence)


@CONSUMERS.handle(StudentSuspendedV1)
async def on_student_suspended(received: Received[StudentSuspendedV1], tx: Transaction) -> None:
    """The same, for a stage that was begun between the withdrawal and this; other reasons leave open stages open."""
    if received.event.reason == "consent-withdrawn" and PROCESSING not in received.event.purposes:
        await stop_open_attempts(tx, received.event.student_id)


@CONSUMERS.handle(AttendanceRecordedV1)
async def on_attendance_recorded(received: Received[AttendanceRecordedV1], tx: Transaction) -> None:
    """A try-out the pupil came to is a part of the route."""
    event = received.event
    if event.attendance == "attended":
        grow_by_attendance(tx, event.student_id, event.region_code, event.booking_id)


@CONSUMERS.handle(RecommendationIssuedV1)
async def on_recommendation_issued(received: Received[RecommendationIssuedV1], tx: Transaction) -> None:
    """The route says that the mentor recommended something, and where it is read."""
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
