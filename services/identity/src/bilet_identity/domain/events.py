"""What happened in identity, as the domain says it; `publications` turns these into contracts."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bilet_identity.domain.consent import Consent, Giver, Purpose
from bilet_identity.domain.guardianship import Guardianship
from bilet_identity.domain.student import StudentSnapshot, SuspensionReason
from bilet_kit.access import Scope


@dataclass(frozen=True, slots=True)
class StudentRegistered:
    """A pupil opened an account."""

    student: StudentSnapshot


@dataclass(frozen=True, slots=True)
class StudentChanged:
    """The student's state changed, the status did not."""

    student: StudentSnapshot


@dataclass(frozen=True, slots=True)
class StudentActivated:
    """Everything required is there."""

    student: StudentSnapshot


@dataclass(frozen=True, slots=True)
class StudentSuspended:
    """Something required is gone."""

    student: StudentSnapshot
    reason: SuspensionReason


@dataclass(frozen=True, slots=True)
class GraceStarted:
    """A birthday made a consent necessary that is not there; not published."""

    student_id: UUID
    until: date


@dataclass(frozen=True, slots=True)
class GuardianshipProposed:
    """A guardian named a child; the pupil has not agreed yet. Not published."""

    student_id: UUID
    guardianship: Guardianship


@dataclass(frozen=True, slots=True)
class GuardianshipVerified:
    """Both sides agreed."""

    student_id: UUID
    region_code: str
    guardianship: Guardianship


@dataclass(frozen=True, slots=True)
class GuardianshipEnded:
    """A verified guardianship is over."""

    student_id: UUID
    region_code: str
    guardianship: Guardianship


@dataclass(frozen=True, slots=True)
class GuardianshipDeclined:
    """A proposed guardianship came to nothing; not published."""

    student_id: UUID
    guardianship: Guardianship


@dataclass(frozen=True, slots=True)
class ConsentGranted:
    """One person consented to one purpose by one exact text."""

    student_id: UUID
    region_code: str
    consent: Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn:
    """One person took a consent back."""

    student_id: UUID
    region_code: str
    purpose: Purpose
    giver: Giver
    giver_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffScopeChanged:
    """All that a member of the staff may do from now on."""

    staff_id: UUID
    region_code: str
    scopes: tuple[Scope, ...]
    changed_at: datetime


StudentEvent = (
    StudentRegistered
    | StudentChanged
    | StudentActivated
    | StudentSuspended
    | GraceStarted
    | GuardianshipProposed
    | GuardianshipVerified
    | GuardianshipEnded
    | GuardianshipDeclined
    | ConsentGranted
    | ConsentWithdrawn
)

Event = StudentEvent | StaffScopeChanged
