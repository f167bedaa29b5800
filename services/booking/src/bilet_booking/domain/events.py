"""What happens in booking; `publications` turns each event into its contract."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from bilet_booking.domain.catalogue import Appointment, Competency, Season, Site, Slot, TryOut


class Role(StrEnum):
    """The role in which somebody decided; `SYSTEM` is a rule, not a person."""

    STUDENT = "student"
    GUARDIAN = "guardian"
    COORDINATOR = "coordinator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made a decision; a rule has no id."""

    role: Role
    id: UUID | None = None


class Reason(StrEnum):
    """Why a booking was cancelled."""

    CHANGED_MIND = "changed-mind"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    SITE = "site"


class Attendance(StrEnum):
    """Whether a pupil came; an excuse is a flag without a reason."""

    ATTENDED = "attended"
    NO_SHOW = "no-show"
    EXCUSED = "excused"


@dataclass(frozen=True, slots=True)
class SeasonPublished:
    """A season was announced or changed."""

    season: Season


@dataclass(frozen=True, slots=True)
class SitePublished:
    """A site was announced or changed."""

    site: Site


@dataclass(frozen=True, slots=True)
class CompetencyPublished:
    """A competency was announced or changed."""

    competency: Competency


@dataclass(frozen=True, slots=True)
class TryOutPublished:
    """A try-out was announced or changed."""

    try_out: TryOut


@dataclass(frozen=True, slots=True)
class SlotPublished:
    """A slot was announced or changed."""

    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingEvent:
    """What every event of a booking carries."""

    booking_id: UUID
    student_id: UUID
    appointment: Appointment
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequested(BookingEvent):
    """A seat was claimed and is held until `approval_due_at`."""

    approval_due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingApproved(BookingEvent):
    """The request was approved: the pupil will come."""

    by: Maker


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingDeclined(BookingEvent):
    """The request was declined."""

    by: Maker


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingExpired(BookingEvent):
    """Nobody decided by the deadline."""

    approval_due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingCancelled(BookingEvent):
    """The booking was cancelled before the start."""

    by: Maker
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRecorded(BookingEvent):
    """The mentor recorded whether the pupil came."""

    attendance: Attendance
    by: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationIssued(BookingEvent):
    """The mentor wrote a recommendation; its text stays in booking."""

    recommendation_id: UUID
    text: str
    next_steps: tuple[str, ...]
    by: UUID


CatalogueEvent = SeasonPublished | SitePublished | CompetencyPublished | TryOutPublished | SlotPublished

Event = (
    BookingRequested
    | BookingApproved
    | BookingDeclined
    | BookingExpired
    | BookingCancelled
    | AttendanceRecorded
    | RecommendationIssued
)
