"""Viewing a pupil's results: who may, and that every view of somebody else is published for the audit trail."""

from enum import StrEnum
from uuid import UUID

from bilet_diagnostics.domain.access import is_pupil, may_see_route, may_see_summary
from bilet_diagnostics.domain.errors import StudentUnknown
from bilet_diagnostics.domain.events import ResultViewed
from bilet_diagnostics.domain.participation import Student
from bilet_diagnostics.storage import access, students
from bilet_kit.access import Asker
from bilet_kit.storage.database import Transaction


class Viewed(StrEnum):
    """What was viewed."""

    RESULTS = "results"
    RECOMMENDATIONS = "recommendations"
    ROUTE = "route"
    ROUTE_DOCUMENT = "route-document"


async def look_at_summary(tx: Transaction, asker: Asker, student_id: UUID, viewed: Viewed) -> Student:
    """Load a pupil for the pupil, a guardian, or a mentor who may look, publishing the view of somebody else.

    Raises:
        StudentUnknown: no such pupil, or none of the asker's business.
    """
    student = await students.find_student(tx, student_id)
    if is_pupil(asker, student_id):
        return student
    if not may_see_summary(asker, student, await access.meetings_of(tx, student_id), tx.now):
        raise StudentUnknown
    return _seen(tx, asker, student, viewed)


async def look_at_route(tx: Transaction, asker: Asker, student_id: UUID, viewed: Viewed) -> Student:
    """Load a pupil for the pupil or a guardian, publishing the view of somebody else.

    Raises:
        StudentUnknown: no such pupil, or none of the asker's business.
    """
    student = await students.find_student(tx, student_id)
    if is_pupil(asker, student_id):
        return student
    if not may_see_route(asker, student):
        raise StudentUnknown
    return _seen(tx, asker, student, viewed)


async def close_to_mentors(tx: Transaction, student_id: UUID, sequence: int) -> None:
    """Close results to mentors after the consent was withdrawn, even before the pupil's new state arrives."""
    await access.forget_mentors_consent(tx, student_id, sequence)


def _seen(tx: Transaction, asker: Asker, student: Student, viewed: Viewed) -> Student:
    event = ResultViewed(
        student_id=student.student_id,
        region_code=student.region_code,
        viewer_id=asker.subject,
        role=asker.role,
        viewed=viewed,
    )
    tx.record(event)
    return student
