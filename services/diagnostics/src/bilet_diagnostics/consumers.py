"""Kafka to projections and use cases: everything diagnostics listens to."""

from typing import TypeVar

from bilet_contracts.booking import CompetencyPublishedV1, SeasonPublishedV1
from bilet_contracts.identity import (
    ConsentWithdrawnV1,
    StudentActivatedV1,
    StudentChangedV1,
    StudentRegisteredV1,
    StudentState,
    StudentSuspendedV1,
)
from bilet_diagnostics.domain.participation import PROCESSING
from bilet_diagnostics.storage import tables
from bilet_diagnostics.use_cases.starting import stop_open_attempts
from bilet_kit.consumers import Consumers, Received
from bilet_kit.database import Transaction
from bilet_kit.projection import Projection

S = TypeVar("S", bound=StudentState)

CONSUMERS = Consumers(service="diagnostics")

STUDENTS = Projection(table=tables.students, key=("student_id",))
SEASONS = Projection(table=tables.seasons, key=("season_id",))
COMPETENCIES = Projection(table=tables.competencies, key=("competency_id",))


def student_row(received: Received[S]) -> dict[str, object]:
    """A pupil's whole state, without the school, which is none of our business."""
    event = received.event
    return {
        "student_id": event.student_id,
        "region_code": event.region_code,
        "status": event.status,
        "grade": event.grade,
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


CONSUMERS.project(StudentRegisteredV1, into=STUDENTS, row=student_row)
CONSUMERS.project(StudentChangedV1, into=STUDENTS, row=student_row)
CONSUMERS.project(StudentActivatedV1, into=STUDENTS, row=student_row)
CONSUMERS.project(StudentSuspendedV1, into=STUDENTS, row=student_row)
CONSUMERS.project(SeasonPublishedV1, into=SEASONS, row=season_row)
CONSUMERS.project(CompetencyPublishedV1, into=COMPETENCIES, row=competency_row)


@CONSUMERS.handle(ConsentWithdrawnV1)
async def on_consent_withdrawn(received: Received[ConsentWithdrawnV1], tx: Transaction) -> None:
    """Without consent to processing no answer is taken any more."""
    if received.event.purpose == PROCESSING:
        await stop_open_attempts(tx, received.event.student_id)


@CONSUMERS.handle(StudentSuspendedV1)
async def on_student_suspended(received: Received[StudentSuspendedV1], tx: Transaction) -> None:
    """The same, for a stage that was begun between the withdrawal and this; other reasons leave open stages open."""
    if received.event.reason == "consent-withdrawn" and PROCESSING not in received.event.purposes:
        await stop_open_attempts(tx, received.event.student_id)
