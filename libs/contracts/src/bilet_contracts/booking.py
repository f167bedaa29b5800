"""What booking says: the catalogue as whole entities, and what became of every booking."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from bilet_contracts.base import Event

Format = Literal["online", "in-person"]
DecidedBy = Literal["student", "guardian", "coordinator", "system"]


class SeasonPublishedV1(Event, service="booking", topic="booking.catalogue", key="season_id"):
    """Dates and limits of one season in one region; every period is half-open, as instants."""

    season_id: UUID
    season_code: str
    year: int
    timezone: str
    registration_from: AwareDatetime
    diagnostics_from: AwareDatetime
    booking_from: AwareDatetime
    try_outs_from: AwareDatetime
    try_outs_until: AwareDatetime
    recommendations_until: AwareDatetime
    closes: AwareDatetime
    first_school_day: date
    max_bookings: int = Field(ge=1)
    max_in_person: int = Field(ge=0)


class SitePublishedV1(Event, service="booking", topic="booking.catalogue", key="site_id"):
    """A place where try-outs happen."""

    site_id: UUID
    site_code: str
    name: str
    municipality: str
    address: str
    timezone: str
    wheelchair_access: bool


class CompetencyPublishedV1(Event, service="booking", topic="booking.catalogue", key="competency_id"):
    """A trade or profession area with its field and three-letter interest code (RIASEC, Holland)."""

    competency_id: UUID
    competency: str
    title: str
    field: str
    riasec: str = Field(pattern="^[RIASEC]{3}$")
    grade_from: int = Field(ge=6, le=11)
    grade_to: int = Field(ge=6, le=11)


class TryOutPublishedV1(Event, service="booking", topic="booking.catalogue", key="try_out_id"):
    """What is offered: a competency at a site in a format, for some grades."""

    try_out_id: UUID
    try_out_code: str
    season_code: str
    competency: str
    site_code: str
    mentor_code: str
    format: Format
    title: str
    grade_from: int = Field(ge=6, le=11)
    grade_to: int = Field(ge=6, le=11)
    duration_minutes: int = Field(gt=0)


class SlotPublishedV1(Event, service="booking", topic="booking.catalogue", key="slot_id"):
    """One dated run of a try-out."""

    slot_id: UUID
    slot_code: str
    try_out_code: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    capacity: int = Field(ge=1)


class BookingState(Event):
    """What every event of a booking tells, so that each can be understood alone.

    Attributes:
        mentor_staff_id: absent until the mentor of the slot has an account.
        timezone: of the site; IANA name, to show `starts_at` in.
    """

    booking_id: UUID
    student_id: UUID
    season_code: str
    slot_id: UUID
    slot_code: str
    site_code: str
    competency: str
    format: Format
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    timezone: str
    mentor_staff_id: UUID | None = None


class BookingRequestedV1(BookingState, service="booking", topic="booking.events", key="student_id"):
    """A seat is held while a guardian decides, until `approval_due_at`."""

    approval_due_at: AwareDatetime


class BookingApprovedV1(BookingState, service="booking", topic="booking.events", key="student_id"):
    """The pupil will come. Site and mentor may see who it is until `visible_until`."""

    decided_by: DecidedBy
    decided_by_id: UUID
    visible_until: AwareDatetime


class BookingDeclinedV1(BookingState, service="booking", topic="booking.events", key="student_id"):
    """A guardian said no; the seat and the quota are free again."""

    decided_by: DecidedBy
    decided_by_id: UUID


class BookingExpiredV1(BookingState, service="booking", topic="booking.events", key="student_id"):
    """Nobody decided in time; the seat and the quota are free again."""

    approval_due_at: AwareDatetime


class BookingCancelledV1(BookingState, service="booking", topic="booking.events", key="student_id"):
    """Taken back before the start; the seat and the quota are free again."""

    decided_by: DecidedBy
    decided_by_id: UUID | None = None
    reason: Literal["changed-mind", "consent-withdrawn", "site"]


class AttendanceRecordedV1(BookingState, service="booking", topic="booking.events", key="student_id"):
    """Whether the pupil came. An excuse is a flag without a reason."""

    attendance: Literal["attended", "no-show", "excused"]
    recorded_by_id: UUID


class RecommendationIssuedV1(BookingState, service="booking", topic="booking.events", key="student_id"):
    """The mentor wrote a recommendation; its text stays in booking and is read there."""

    recommendation_id: UUID
    issued_by_id: UUID
