"""A student with guardians and consents, and the rule of who must have agreed to what."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from bilet_identity.domain.birth_dates import ADULT_AGE, CONSENT_AGE, age_on
from bilet_identity.domain.consent import Consent, Giver, Purpose, in_force, taken_back
from bilet_identity.domain.guardianship import Guardianship

GRACE_DAYS = 30
"""How long a birthday may leave a consent missing before the student is suspended (design, section 5)."""


class StudentStatus(StrEnum):
    """Registered until everything required is given, then active, perhaps suspended."""

    REGISTERED = "registered"
    ACTIVE = "active"
    SUSPENDED = "suspended"


class SuspensionReason(StrEnum):
    """Why a student stopped being active."""

    CONSENT_WITHDRAWN = "consent-withdrawn"
    CONSENT_MISSING = "consent-missing"
    GUARDIANSHIP_ENDED = "guardianship-ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """A pupil of grade 6–11 in the programme.

    Attributes:
        reviewed_on: the day for which the state was last published.
        grace_until: the day on which a consent that a birthday made necessary suspends, if it is still missing.
    """

    student_id: UUID
    person_id: UUID
    region_code: str
    school_code: str
    grade: int
    birth_date: date = field(repr=False)
    reviewed_on: date
    status: StudentStatus = StudentStatus.REGISTERED
    guardianships: tuple[Guardianship, ...] = ()
    consents: tuple[Consent, ...] = ()
    grace_until: date | None = None

    def age(self, today: date) -> int:
        """Full years on a day of the student's region."""
        return age_on(self.birth_date, today)

    def decides_alone(self, today: date) -> bool:
        """Whether the student is 18, needs nobody's consent or approval, and is closed to guardians."""
        return self.age(today) >= ADULT_AGE

    def guardian_ids(self, today: date) -> tuple[UUID, ...]:
        """List the guardians who may decide and see: verified, and only while the student is under 18."""
        if self.decides_alone(today):
            return ()
        return tuple(sorted(tie.guardian_id for tie in self.guardianships if tie.verified))

    def tie_of(self, guardian_id: UUID) -> Guardianship | None:
        """Find the guardian's present tie; ended ones do not count."""
        return next((tie for tie in self.guardianships if tie.guardian_id == guardian_id and not tie.ended), None)

    def purposes(self, today: date) -> tuple[Purpose, ...]:
        """List the purposes to which everyone has consented who must."""
        return tuple(purpose for purpose in Purpose if self.allows(purpose, today))

    def allows(self, purpose: Purpose, today: date) -> bool:
        """Whether everyone has consented to a purpose who must.

        Under 18 a guardian has to consent and no guardian may have taken consent back; from 14 the pupil too.
        """
        own = in_force(self.consents, self.student_id, purpose)
        if self.decides_alone(today):
            return own
        guardians = self.guardian_ids(today)
        granted = any(in_force(self.consents, guardian, purpose) for guardian in guardians)
        refused = any(taken_back(self.consents, guardian, purpose) for guardian in guardians)
        return granted and not refused and (own or self.age(today) < CONSENT_AGE)

    def required_giver(self, giver: Giver, giver_id: UUID, today: date) -> bool:
        """Whether this person's consent counts today."""
        if giver is Giver.STUDENT:
            return giver_id == self.student_id and self.age(today) >= CONSENT_AGE
        return giver_id in self.guardian_ids(today)

    def may_be_active(self, today: date) -> bool:
        """Whether everything required is given: a verified guardian under 18, and the consents to `processing`."""
        return self.allows(Purpose.PROCESSING, today)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentSnapshot:
    """A student's whole state as others may know it: no personal data."""

    student_id: UUID
    region_code: str
    school_code: str
    grade: int
    status: StudentStatus
    decides_alone: bool
    guardian_ids: tuple[UUID, ...]
    purposes: tuple[Purpose, ...]


def snapshot(student: Student, today: date) -> StudentSnapshot:
    """Take what others may know of a student on a day."""
    return StudentSnapshot(
        student_id=student.student_id,
        region_code=student.region_code,
        school_code=student.school_code,
        grade=student.grade,
        status=student.status,
        decides_alone=student.decides_alone(today),
        guardian_ids=student.guardian_ids(today),
        purposes=student.purposes(today),
    )
