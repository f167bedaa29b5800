"""Guardianship: one guardian for one student, agreed to by both sides, with how it was verified; it can end."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class GuardianshipStatus(StrEnum):
    """Proposed by the guardian and awaiting the pupil, verified, or ended for good."""

    PROPOSED = "proposed"
    VERIFIED = "verified"
    ENDED = "ended"


class VerifiedBy(StrEnum):
    """How we know that this is a guardian: ESIA's list of children, or the pupil's own invitation."""

    ESIA_CHILD = "esia-child"
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardianship:
    """One guardian's tie to the student that holds it."""

    guardianship_id: UUID
    guardian_id: UUID
    status: GuardianshipStatus
    verified_by: VerifiedBy

    @property
    def verified(self) -> bool:
        """Both sides agreed and it has not ended."""
        return self.status is GuardianshipStatus.VERIFIED

    @property
    def ended(self) -> bool:
        """It is over; a new one may be proposed."""
        return self.status is GuardianshipStatus.ENDED
