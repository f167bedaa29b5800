"""What identity says: pupils, their guardians and consents, and the staff's scopes. No personal data."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from bilet_contracts.base import Event, Part

Purpose = Literal["processing", "transfer", "results-to-mentor", "notify-email"]
StudentStatus = Literal["registered", "active", "suspended"]
StaffRole = Literal[
    "mentor",
    "school-coordinator",
    "site-coordinator",
    "regional-operator",
    "federal-operator",
    "methodologist",
    "data-protection-officer",
]


class StudentState(Event):
    """A pupil's whole state: the newest one replaces all before it.

    Attributes:
        grade: grade in the school year that begins on 1 September of the season, 6–11.
        decides_alone: 18 or older: own decisions need nobody's approval, and guardians see nothing.
        guardian_ids: guardians with a verified, not ended guardianship.
        purposes: consents in force, given by everyone who has to.
    """

    student_id: UUID
    status: StudentStatus
    grade: int = Field(ge=6, le=11)
    school_code: str
    decides_alone: bool
    guardian_ids: tuple[UUID, ...]
    purposes: tuple[Purpose, ...]


class StudentRegisteredV1(StudentState, service="identity", topic="identity.events", key="student_id"):
    """A pupil opened an account; nothing may be done with it yet."""


class StudentChangedV1(StudentState, service="identity", topic="identity.events", key="student_id"):
    """Grade, school, guardians or consents changed."""


class StudentActivatedV1(StudentState, service="identity", topic="identity.events", key="student_id"):
    """Everything required is there: the pupil may take part."""


class StudentSuspendedV1(
    StudentState, service="identity", topic="identity.events", key="student_id", always_handled=True
):
    """The pupil may begin nothing new; what is booked stays."""

    reason: Literal["consent-withdrawn", "consent-missing", "guardianship-ended"]


class GuardianshipVerifiedV1(Event, service="identity", topic="identity.events", key="student_id"):
    """A guardian was verified for a pupil and both sides agreed."""

    guardianship_id: UUID
    student_id: UUID
    guardian_id: UUID
    verified_by: Literal["esia-child", "invitation", "in-person"]


class GuardianshipEndedV1(Event, service="identity", topic="identity.events", key="student_id"):
    """A guardian no longer decides for the pupil and sees nothing more."""

    guardianship_id: UUID
    student_id: UUID
    guardian_id: UUID


class ConsentGrantedV1(Event, service="identity", topic="identity.events", key="student_id"):
    """One person consented to one purpose by one exact text."""

    student_id: UUID
    purpose: Purpose
    text_version: str
    granted_by: Literal["student", "guardian"]


class ConsentWithdrawnV1(Event, service="identity", topic="identity.events", key="student_id", always_handled=True):
    """One of the persons whose consent a purpose needs took it back: the purpose is no longer allowed."""

    student_id: UUID
    purpose: Purpose
    withdrawn_by: Literal["student", "guardian"]


class StaffScope(Part):
    """A role within a region, narrowed to a school or a site; mentors carry the region's code for them."""

    role: StaffRole
    region_code: str
    school_code: str | None = None
    site_code: str | None = None
    staff_code: str | None = None


class StaffScopeChangedV1(Event, service="identity", topic="identity.staff", key="staff_id"):
    """All that a member of the staff may do from now on."""

    staff_id: UUID
    scopes: tuple[StaffScope, ...]
    changed_at: AwareDatetime
