"""What is offered: seasons, sites, competencies, try-outs and slots, and what a booking needs to know of a slot."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

BOOKING_CLOSES_BEFORE = timedelta(hours=36)
"""How long before its start booking of a slot ends (rules, «Approval»)."""

APPROVAL_TERM = timedelta(hours=48)
"""How long a guardian has to decide."""

APPROVAL_ENDS_BEFORE = timedelta(hours=24)
"""How long before the start a guardian must have decided at the latest."""


class Format(StrEnum):
    """How a try-out is held."""

    ONLINE = "online"
    IN_PERSON = "in-person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Dates and limits of one region and year; every period is half-open, as UTC instants of region-local midnights."""

    season_id: UUID
    region_code: str
    season_code: str
    year: int
    timezone: str
    registration_from: datetime
    diagnostics_from: datetime
    booking_from: datetime
    try_outs_from: datetime
    try_outs_until: datetime
    recommendations_until: datetime
    closes: datetime
    max_bookings: int
    max_in_person: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place where try-outs happen."""

    site_id: UUID
    region_code: str
    site_code: str
    name: str
    municipality: str
    address: str
    timezone: str
    wheelchair_access: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency:
    """A trade or profession area. Its grades span those of its try-outs; 6–11 while it has none."""

    competency_id: UUID
    region_code: str
    competency: str
    ws_code: str
    title: str
    field: str
    riasec: str
    grade_from: int = 6
    grade_to: int = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class TryOut:
    """What is offered: a competency at a site with a mentor, for some grades."""

    try_out_id: UUID
    region_code: str
    try_out_code: str
    season_code: str
    competency: str
    site_code: str
    mentor_code: str
    format: Format
    title: str
    grade_from: int
    grade_to: int
    duration_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One dated run of a try-out."""

    slot_id: UUID
    region_code: str
    slot_code: str
    try_out_code: str
    starts_at: datetime
    ends_at: datetime
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A slot with what its bookings need to know of season, try-out, site and mentor.

    Attributes:
        mentor_staff_id: None until the mentor has an account.
        visible_until: until when site and mentor see who was booked: the end of the season's recommendations.
    """

    slot_id: UUID
    slot_code: str
    region_code: str
    season_code: str
    season_year: int
    site_code: str
    competency: str
    format: Format
    mentor_code: str
    mentor_staff_id: UUID | None
    grade_from: int
    grade_to: int
    starts_at: datetime
    ends_at: datetime
    timezone: str
    booking_from: datetime
    visible_until: datetime
    max_bookings: int
    max_in_person: int

    @property
    def booking_closes_at(self) -> datetime:
        """The first instant at which it is too late to book."""
        return self.starts_at - BOOKING_CLOSES_BEFORE

    def approval_due_at(self, requested_at: datetime) -> datetime:
        """Compute when an undecided request expires: after the term, or so long before the start if that is sooner."""
        return min(requested_at + APPROVAL_TERM, self.starts_at - APPROVAL_ENDS_BEFORE)
