"""Everything notifications consumes: pupils, consents, staff and the catalogue as projections, facts as notices."""

from typing import TypeVar

from bilet_contracts.booking import (
    BookingApprovedV1,
    BookingCancelledV1,
    BookingDeclinedV1,
    BookingExpiredV1,
    BookingRequestedV1,
    BookingState,
    CompetencyPublishedV1,
    RecommendationIssuedV1,
    SitePublishedV1,
)
from bilet_contracts.diagnostics import DiagnosticsCompletedV1, StageCompletedV1
from bilet_contracts.identity import (
    ConsentGrantedV1,
    ConsentWithdrawnV1,
    StaffScopeChangedV1,
    StudentActivatedV1,
    StudentChangedV1,
    StudentRegisteredV1,
    StudentSuspendedV1,
)
from bilet_kit.consuming.consumers import Consumers, Received
from bilet_kit.consuming.projection import Projection, Row
from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.channels import channel_of
from bilet_notifications.domain.notices import Notice, Template, consent_is_missing, consent_request_id
from bilet_notifications.storage import tables
from bilet_notifications.use_cases.announcing import announce, announce_cancellation, announce_stage

AnyBooking = TypeVar("AnyBooking", bound=BookingState)

CONSUMERS = Consumers(service="notifications")

STUDENTS = Projection(table=tables.students, key=("student_id",))
CHANNEL_CONSENTS = Projection(table=tables.channel_consents, key=("student_id", "channel"))
STAFF = Projection(table=tables.staff, key=("staff_id",))
SITES = Projection(table=tables.sites, key=("site_id",))
COMPETENCIES = Projection(table=tables.competencies, key=("competency_id",))
APPROVALS = Projection(table=tables.approvals, key=("booking_id",))
COMPLETIONS = Projection(table=tables.completions, key=("student_id", "season_code"))


def channel_consent_row(received: Received[ConsentGrantedV1] | Received[ConsentWithdrawnV1]) -> Row | None:
    """Keep what was consented to about channels, whichever they are; other purposes change nothing here."""
    event = received.event
    channel = channel_of(event.purpose)
    if channel is None:
        return None
    return {"student_id": event.student_id, "channel": channel, "granted": isinstance(event, ConsentGrantedV1)}


for _event in (StudentRegisteredV1, StudentChangedV1, StudentActivatedV1, StudentSuspendedV1):
    CONSUMERS.project(_event, into=STUDENTS)
CONSUMERS.project(ConsentGrantedV1, into=CHANNEL_CONSENTS, row=channel_consent_row)
CONSUMERS.project(ConsentWithdrawnV1, into=CHANNEL_CONSENTS, row=channel_consent_row)
CONSUMERS.project(StaffScopeChangedV1, into=STAFF)
CONSUMERS.project(SitePublishedV1, into=SITES)
CONSUMERS.project(CompetencyPublishedV1, into=COMPETENCIES)
CONSUMERS.project(BookingApprovedV1, into=APPROVALS)
CONSUMERS.project(DiagnosticsCompletedV1, into=COMPLETIONS)


@CONSUMERS.handle(StudentRegisteredV1)
async def on_student_registered(received: Received[StudentRegisteredV1], tx: Transaction) -> None:
    """Ask the guardians for their consent, if any are known yet."""
    await _ask_for_consent(received, tx)


@CONSUMERS.handle(StudentChangedV1)
async def on_student_changed(received: Received[StudentChangedV1], tx: Transaction) -> None:
    """Ask the guardians who are known by now; each is asked once."""
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
    """Notify the pupil, the guardians and the mentor."""
    await announce(tx, _about_booking(received, Template.BOOKING_APPROVED))


@CONSUMERS.handle(BookingDeclinedV1)
async def on_booking_declined(received: Received[BookingDeclinedV1], tx: Transaction) -> None:
    """Notify the pupil and the guardians; the mentor never heard of the request."""
    await announce(tx, _about_booking(received, Template.BOOKING_DECLINED))


@CONSUMERS.handle(BookingExpiredV1)
async def on_booking_expired(received: Received[BookingExpiredV1], tx: Transaction) -> None:
    """Notify the pupil and the guardians; the mentor never heard of the request."""
    event = received.event
    await announce(
        tx, _about_booking(received, Template.BOOKING_EXPIRED, approval_due_at=event.approval_due_at.isoformat())
    )


@CONSUMERS.handle(BookingCancelledV1)
async def on_booking_cancelled(received: Received[BookingCancelledV1], tx: Transaction) -> None:
    """Notify those who knew of the booking; of the reasons only the site's has words of its own."""
    reason = "site" if received.event.reason == "site" else "own"
    notice = _about_booking(received, Template.BOOKING_CANCELLED, reason=reason)
    await announce_cancellation(tx, notice, received.event.booking_id)


@CONSUMERS.handle(RecommendationIssuedV1)
async def on_recommendation_issued(received: Received[RecommendationIssuedV1], tx: Transaction) -> None:
    """Notify the pupil and the guardians that a recommendation can be read."""
    await announce(tx, _about_booking(received, Template.RECOMMENDATION_ISSUED))


@CONSUMERS.handle(StageCompletedV1)
async def on_stage_completed(received: Received[StageCompletedV1], tx: Transaction) -> None:
    """Notify the pupil that the stage's feedback is ready."""
    event = received.event
    notice = _about_diagnostics(received, Template.FEEDBACK_READY, stage=str(event.stage))
    await announce_stage(tx, notice, stage=event.stage, season_code=event.season_code, sequence=received.sequence)


@CONSUMERS.handle(DiagnosticsCompletedV1)
async def on_diagnostics_completed(received: Received[DiagnosticsCompletedV1], tx: Transaction) -> None:
    """Notify the pupil and the guardians that the last stage is taken and booking is open."""
    await announce(tx, _about_diagnostics(received, Template.DIAGNOSTICS_COMPLETED))


async def _ask_for_consent(
    received: Received[StudentRegisteredV1] | Received[StudentChangedV1], tx: Transaction
) -> None:
    state = received.event
    is_missing = consent_is_missing(status=state.status, decides_alone=state.decides_alone, purposes=state.purposes)
    if is_missing and state.guardian_ids:
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
        "competency": event.competency,
        "format": event.format,
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
