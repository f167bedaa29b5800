"""Who may see a pupil's results besides the pupil: by role and by object, from what other services published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bilet_diagnostics.domain.participation import PROCESSING, Student
from bilet_kit.access import ActingRole, Asker, Scope

RESULTS_TO_MENTOR = "results-to-mentor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """An approved booking, with the mentor whose slot it is.

    Attributes:
        mentor_code: of the slot's mentor in the region.
        visible_until: the instant from which the mentor sees the pupil no more, UTC; None once it was cancelled.
        missed: the pupil did not come.
    """

    region_code: str
    mentor_code: str
    visible_until: datetime | None
    missed: bool

    def opens_results(self, now: datetime) -> bool:
        """Whether the mentor of the slot meets or has met the pupil, and still may look."""
        return self.visible_until is not None and now < self.visible_until and not self.missed


def is_pupil(asker: Asker, student_id: UUID) -> bool:
    """Whether it is the pupil in person."""
    return asker.role == ActingRole.STUDENT and asker.subject == student_id


def may_see_summary(asker: Asker, student: Student, meetings: Iterable[Meeting], now: datetime) -> bool:
    """Whether the asker may see what the pupil's results say as a whole.

    A guardian may until the pupil decides alone; a mentor may for an approved booking on an own slot, while there is
    consent to it.
    """
    match asker.role:
        case ActingRole.GUARDIAN:
            return student.is_seen_by(asker.subject)
        case ActingRole.MENTOR:
            return _has_consent(student) and any(_is_own(asker, one) and one.opens_results(now) for one in meetings)
        case _:
            return False


def may_see_route(asker: Asker, student: Student) -> bool:
    """Whether the asker may see the pupil's route with goals and steps: a guardian may, nobody of the staff."""
    return asker.role == ActingRole.GUARDIAN and student.is_seen_by(asker.subject)


def regions_of(scopes: Iterable[Scope]) -> tuple[str, ...]:
    """List the regions in which somebody acts, sorted."""
    return tuple(sorted({one.region_code for one in scopes}))


def schools_of(scopes: Sequence[Scope]) -> tuple[tuple[str, str], ...]:
    """List the schools that somebody coordinates, by region and code."""
    return tuple((one.region_code, one.school_code) for one in scopes if one.school_code is not None)


def _has_consent(student: Student) -> bool:
    return {PROCESSING, RESULTS_TO_MENTOR} <= set(student.purposes)


def _is_own(asker: Asker, meeting: Meeting) -> bool:
    return (meeting.region_code, meeting.mentor_code) in {(one.region_code, one.staff_code) for one in asker.scopes}
