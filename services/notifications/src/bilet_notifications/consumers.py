"""Everything notifications listens to: pupils, their e-mail consents and staff as projections, facts as notices."""

from typing import Literal, TypeVar
from uuid import UUID

from bilet_contracts.booking import (
    BookingApprovedV1,
    BookingCancelledV1,
    BookingDeclinedV1,
    BookingExpiredV1,
    BookingRequestedV1,
    BookingState,
    RecommendationIssuedV1,
)
from bilet_contracts.diagnostics import DiagnosticsCompletedV1, StageCompletedV1
from bilet_contracts.identity import (
    ConsentGrantedV1,
    ConsentWithdrawnV1,
    StaffScopeChangedV1,
    StudentActivatedV1,
    StudentChangedV1,
    StudentRegisteredV1,
    StudentState,
    StudentSuspendedV1,
)
from bilet_kit.consuming.consumers import Consumers, Received
from bilet_kit.consuming.projection import Projection, Row
from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.notices import Notice, Template, consent_request_id
from bilet_notifications.domain.people import EMAIL_PURPOSE
from bilet_notifications.storage.tables import email_consents, staff, students
from bilet_notifications.use_cases.announcing import announce

AnyBooking = TypeVar("AnyBooking", bound=BookingState)

CONSUMERS = Consumers(service="notifications")

STUDENTS = Projection(table=students, key=("student_id",))
EMAIL_CONSENTS = Projection(table=email_consents, key=("student_id",))
STAFF = Projection(table=staff, key=("staff_id",))


def student_row(received: Received[StudentState]) -> Row:
    """A pupil's whole state, as far as telling people needs it."""
    state = received.event
    return {
        "student_id": state.student_id,
        "status": state.status,
        "region_code": state.region_code,
        "decides_alone": state.decides_alone,
        "guardian_ids": state.guardian_ids,
        "purposes": state.purposes,
        "sequence": received.sequence,
    }


def granted_row(received: Received[ConsentGrantedV1]) -> Row | None:
    """E-mails about the pupil were agreed to."""
    event = received.event
    return _email_consent(event.student_id, received.sequence, "granted") if event.purpose == EMAIL_PURPOSE else None


def withdrawn_row(received: Received[ConsentWithdrawnV1]) -> Row | None:
    """E-mails about the pupil are no longer wanted."""
    event = received.event
    return _email_consent(event.student_id, received.sequence, "withdrawn") if event.purpose == EMAIL_PURPOSE else None


def _email_consent(student_id: UUID, sequence: int, state: Literal["granted", "withdrawn"]) -> Row:
    return {"student_id": student_id, "granted": state == "granted", "sequence": sequence}


def staff_row(received: Received[StaffScopeChangedV1]) -> Row:
    """The roles a member of the staff has."""
    roles = sorted({scope.role for scope in received.event.scopes})
    return {"staff_id": received.event.staff_id, "roles": roles, "sequence": received.sequence}


for _event in (StudentRegisteredV1, StudentChangedV1, StudentActivatedV1, StudentSuspendedV1):
    CONSUMERS.project(_event, into=STUDENTS, row=student_row)
CONSUMERS.project(ConsentGrantedV1, into=EMAIL_CONSENTS, row=granted_row)
CONSUMERS.project(ConsentWithdrawnV1, into=EMAIL_CONSENTS, row=withdrawn_row)
CONSUMERS.project(StaffScopeChangedV1, into=STAFF, row=staff_row)


@CONSUMERS.handle(StudentRegisteredV1)
async def on_student_registered(received: Received[StudentRegisteredV1], tx: Transaction) -> None:
    """Ask the guardians for their consent, if any are known."""
    await _ask_for_consent(received, tx)


@CONSUMERS.handle(StudentChangedV1)
async def on_student_changed(received: Received[StudentChangedV1], tx: Transaction) -> None:
    """Ask the guardians that are known now; each is asked once."""
    await _ask_for_consent(received, tx)


@CONSUMERS.handle(BookingRequestedV1)
async def on_booking_requested(received: Received[BookingRequestedV1], tx: Transaction) -> None:
    """Ask the guardians to approve, and say until when."""
    event = received.event
    await announce(
        tx, _about_booking(received, Template.APPROVAL_REQUESTED, approval_due_at=event.approval_due_at.isoformat())
    )


@CONSUMERS.handle(BookingApprovedV1)
async def on_booking_approved(received: Received[BookingApprovedV1], tx: Transaction) -> None:
    """Tell the pupil, the guardians and the mentor."""
    await announce(tx, _about_booking(received, Template.BOOKING_APPROVED))


@CONSUMERS.handle(BookingDeclinedV1)
async def on_booking_declined(received: Received[BookingDeclinedV1], tx: Transaction) -> None:
    """Tell the pupil, the guardians and the mentor."""
    await announce(tx, _about_booking(received, Template.BOOKING_DECLINED))


@CONSUMERS.handle(BookingExpiredV1)
async def on_booking_expired(received: Received[BookingExpiredV1], tx: Transaction) -> None:
    """Tell the pupil, the guardians and the mentor."""
    event = received.event
    await announce(
        tx, _about_booking(received, Template.BOOKING_EXPIRED, approval_due_at=event.approval_due_at.isoformat())
    )


@CONSUMERS.handle(BookingCancelledV1)
async def on_booking_cancelled(received: Received[BookingCancelledV1], tx: Transaction) -> None:
    """Tell the pupil, the guardians and the mentor; of the reason only whether it was the site's."""
    reason = "site" if received.event.reason == "site" else "own"
    await announce(tx, _about_booking(received, Template.BOOKING_CANCELLED, reason=reason))


@CONSUMERS.handle(RecommendationIssuedV1)
async def on_recommendation_issued(received: Received[RecommendationIssuedV1], tx: Transaction) -> None:
    """Tell the pupil and the guardians that a recommendation can be read."""
    await announce(tx, _about_booking(received, Template.RECOMMENDATION_ISSUED))


@CONSUMERS.handle(StageCompletedV1)
async def on_stage_completed(received: Received[StageCompletedV1], tx: Transaction) -> None:
    """Tell the pupil that the stage's feedback is ready."""
    await announce(tx, _about_diagnostics(received, Template.FEEDBACK_READY, stage=str(received.event.stage)))


@CONSUMERS.handle(DiagnosticsCompletedV1)
async def on_diagnostics_completed(received: Received[DiagnosticsCompletedV1], tx: Transaction) -> None:
    """Tell the pupil and the guardians that booking is open."""
    await announce(tx, _about_diagnostics(received, Template.DIAGNOSTICS_COMPLETED))


async def _ask_for_consent(
    received: Received[StudentRegisteredV1] | Received[StudentChangedV1], tx: Transaction
) -> None:
    state = received.event
    asked = state.status == "registered" and not state.decides_alone and "processing" not in state.purposes
    if asked and state.guardian_ids:
        await announce(
            tx,
            Notice(
                fact_id=consent_request_id(state.student_id),
                template=Template.CONSENT_REQUESTED,
                student_id=state.student_id,
                region_code=state.region_code,
                occurred_at=received.time,
            ),
        )


def _about_booking(received: Received[AnyBooking], template: Template, **more: str) -> Notice:
    event = received.event
    variables = {
        "booking_id": str(event.booking_id),
        "slot_code": event.slot_code,
        "site_code": event.site_code,
        "starts_at": event.starts_at.isoformat(),
        "timezone": event.timezone,
        **more,
    }
    return Notice(
        fact_id=received.fact_id,
        template=template,
        student_id=event.student_id,
        region_code=event.region_code,
        occurred_at=received.time,
        mentor_id=event.mentor_staff_id,
        variables=variables,
    )


def _about_diagnostics(
    received: Received[StageCompletedV1] | Received[DiagnosticsCompletedV1], template: Template, **variables: str
) -> Notice:
    return Notice(
        fact_id=received.fact_id,
        template=template,
        student_id=received.event.student_id,
        region_code=received.event.region_code,
        occurred_at=received.time,
        variables=variables,
    )
