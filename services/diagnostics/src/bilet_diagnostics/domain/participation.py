"""What diagnostics knows of a pupil and of a season, from other services' events, and the rules that rest on it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

PROCESSING = "processing"
CONSENT_WITHDRAWN = "consent-withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """A pupil as identity last described them.

    Attributes:
        grade: 6–11, in the school year that begins on 1 September of the season.
        guardian_ids: verified guardians.
        purposes: consents in force.
    """

    student_id: UUID
    region_code: str
    status: str
    grade: int
    decides_alone: bool
    guardian_ids: tuple[UUID, ...]
    purposes: tuple[str, ...]

    @property
    def may_begin(self) -> bool:
        """Whether something new may be started: an active pupil with consent to processing."""
        return self.status == "active" and PROCESSING in self.purposes

    def is_seen_by(self, guardian_id: UUID) -> bool:
        """Whether a guardian may look: verified, and the pupil is not yet 18."""
        return not self.decides_alone and guardian_id in self.guardian_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """One region's season; diagnostics are open in [diagnostics_from, closes), in UTC."""

    season_code: str
    region_code: str
    diagnostics_from: datetime
    closes: datetime

    def is_open(self, now: datetime) -> bool:
        """Whether stages may be started and answered at this instant."""
        return self.diagnostics_from <= now < self.closes


def suspension_stops_attempts(reason: str, purposes: Collection[str]) -> bool:
    """Whether a suspension ends open attempts: a withdrawn consent does, every other reason leaves them open."""
    return reason == CONSENT_WITHDRAWN and PROCESSING not in purposes
