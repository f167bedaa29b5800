"""What identity publishes: pupils, their guardians and consents, and the staff's scopes. No personal data."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from bilet_contracts.base import Event, Part
from bilet_contracts.words import Known, Word

Purpose = Annotated[Word, Known("processing", "transfer", "results-to-mentor", "notify-email")]
StudentStatus = Annotated[Word, Known("registered", "active", "suspended")]
SuspensionReason = Annotated[Word, Known("consent-withdrawn", "consent-missing", "guardianship-ended")]
Verification = Annotated[Word, Known("esia-child", "invitation", "in-person")]
ConsentGiver = Annotated[Word, Known("student", "guardian")]
StaffRole = Annotated[
    Word,
    Known(
        "mentor",
        "school-coordinator",
        "site-coordinator",
        "regional-operator",
        "federal-operator",
        "methodologist",
        "data-protection-officer",
    ),
]


class StudentState(Event):
    """A pupil's whole state; the newest one replaces every earlier one.

    Attributes:
        grade: in the school year that begins on 1 September of the season, 6–11.
        decides_alone: the pupil is 18 or older, needs nobody's approval, and is not shown to guardians any more.
        guardian_ids: guardians whose guardianship is verified and has not ended.
        purposes: what everybody whose consent is required has consented to.
    """

    student_id: UUID
    status: StudentStatus
    grade: int = Field(ge=6, le=11)
    school_code: str
    decides_alone: bool
    guardian_ids: tuple[UUID, ...]
    purposes: tuple[Purpose, ...]


class StudentRegisteredV1(StudentState, service="identity", topic="identity.events", key="student_id"):
    """A pupil opened an account, which opens nothing else yet."""


class StudentChangedV1(StudentState, service="identity", topic="identity.events", key="student_id"):
    """A pupil's grade, school, guardians or consents changed."""


class StudentActivatedV1(StudentState, service="identity", topic="identity.events", key="student_id"):
    """A pupil has every confirmation and consent required and may take part."""


class StudentSuspendedV1(
    StudentState, service="identity", topic="identity.events", key="student_id", always_handled=True
):
    """A pupil may begin nothing new; existing bookings stay."""

    reason: SuspensionReason


class GuardianshipVerifiedV1(Event, service="identity", topic="identity.events", key="student_id"):
    """A guardian was verified for a pupil, and both agreed."""

    guardianship_id: UUID
    student_id: UUID
    guardian_id: UUID
    verified_by: Verification


class GuardianshipEndedV1(Event, service="identity", topic="identity.events", key="student_id"):
    """A guardian no longer decides for the pupil and no longer sees the pupil's data."""

    guardianship_id: UUID
    student_id: UUID
    guardian_id: UUID


class ConsentGrantedV1(Event, service="identity", topic="identity.events", key="student_id"):
    """A pupil or guardian consented to one purpose, by one exact version of its text."""

    student_id: UUID
    purpose: Purpose
    text_version: str
    granted_by: ConsentGiver


class ConsentWithdrawnV1(Event, service="identity", topic="identity.events", key="student_id", always_handled=True):
    """A pupil or guardian withdrew a consent that the purpose needs, so the purpose is no longer allowed."""

    student_id: UUID
    purpose: Purpose
    withdrawn_by: ConsentGiver


class StaffScope(Part):
    """A role within a region, narrowed to a school or a site; `staff_code` names a mentor in the region's catalogue."""

    role: StaffRole
    region_code: str
    school_code: str | None = None
    site_code: str | None = None
    staff_code: str | None = None


class StaffScopeChangedV1(Event, service="identity", topic="identity.staff", key="staff_id"):
    """All scopes that a member of the staff has from now on; the list replaces the earlier one."""

    staff_id: UUID
    scopes: tuple[StaffScope, ...]
    changed_at: AwareDatetime
