"""Everything booking consumes: pupils and staff from identity, progress from diagnostics."""

from bilet_booking.storage import students, tables
from bilet_booking.use_cases.consent import withdraw_consent
from bilet_contracts.diagnostics import (
    DiagnosticsCompletedV1,
    RecommendationsChangedV1,
    StageCompletedV1,
    StageStartedV1,
)
from bilet_contracts.identity import (
    ConsentWithdrawnV1,
    GuardianshipEndedV1,
    StaffScopeChangedV1,
    StudentActivatedV1,
    StudentChangedV1,
    StudentRegisteredV1,
    StudentSuspendedV1,
)
from bilet_kit.consuming.consumers import Consumers, Received
from bilet_kit.consuming.projection import Projection
from bilet_kit.storage.database import Transaction

CONSUMERS = Consumers(service="booking")

STUDENTS = Projection(table=tables.students, key=("student_id",))
STAFF = Projection(table=tables.staff, key=("staff_id",))
UNLOCKS = Projection(table=tables.unlocks, key=("student_id", "season_year"))
PROGRESS = Projection(table=tables.stage_progress, key=("student_id", "season_year", "stage", "step"))


def unlock_row(received: Received[DiagnosticsCompletedV1] | Received[RecommendationsChangedV1]) -> dict[str, object]:
    """Unlock booking in a season of which all three stages are done; the best recommendation stands first."""
    event = received.event
    return {
        "student_id": event.student_id,
        "season_year": year_of(event.season_code),
        "region_code": event.region_code,
        "recommended": [item.competency for item in event.recommended],
    }


def started_row(received: Received[StageStartedV1]) -> dict[str, object]:
    """Note that a pupil started a stage."""
    return _progress(received, "started")


def completed_row(received: Received[StageCompletedV1]) -> dict[str, object]:
    """Note that a pupil completed a stage."""
    return _progress(received, "completed")


def year_of(season_code: str) -> int:
    """Read the year from a season's code: 2026 from `63-2026`."""
    return int(season_code.rpartition("-")[2])


for state in (StudentRegisteredV1, StudentChangedV1, StudentActivatedV1, StudentSuspendedV1):
    CONSUMERS.project(state, into=STUDENTS)
CONSUMERS.project(StaffScopeChangedV1, into=STAFF)
CONSUMERS.project(StageStartedV1, into=PROGRESS, row=started_row)
CONSUMERS.project(StageCompletedV1, into=PROGRESS, row=completed_row)
CONSUMERS.project(DiagnosticsCompletedV1, into=UNLOCKS, row=unlock_row)
CONSUMERS.project(RecommendationsChangedV1, into=UNLOCKS, row=unlock_row)


@CONSUMERS.handle(ConsentWithdrawnV1)
async def on_consent_withdrawn(received: Received[ConsentWithdrawnV1], tx: Transaction) -> None:
    """Cancel what lies ahead when `transfer` or `processing` is withdrawn; other purposes cancel nothing."""
    event = received.event
    await withdraw_consent(tx, event.student_id, event.purpose, received.sequence)


@CONSUMERS.handle(GuardianshipEndedV1)
async def on_guardianship_ended(received: Received[GuardianshipEndedV1], tx: Transaction) -> None:
    """Let the guardian see and decide nothing more; decisions taken before stand."""
    event = received.event
    await students.forget_guardian(tx, event.student_id, event.guardian_id, received.sequence)


def _progress(received: Received[StageStartedV1] | Received[StageCompletedV1], step: str) -> dict[str, object]:
    event = received.event
    return {
        "student_id": event.student_id,
        "season_year": year_of(event.season_code),
        "stage": event.stage,
        "step": step,
        "region_code": event.region_code,
    }
