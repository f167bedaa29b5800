"""What booking publishes: the catalogue as whole entities, and what became of every booking."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from bilet_contracts.base import Event
from bilet_contracts.words import Known, Word

Format = Literal["online", "in-person"]
"""A true dichotomy, and therefore closed."""

Attendance = Literal["attended", "no-show", "excused"]
"""Closed for the same reason; an excuse is a flag without a reason."""

DecidedBy = Annotated[Word, Known("student", "guardian", "coordinator", "system")]
CancellationReason = Annotated[Word, Known("changed-mind", "consent-withdrawn", "site")]


class SeasonPublishedV1(Event, service="booking", topic="booking.catalogue", key="season_id"):
    """Dates and limits of one season in one region; each period includes its first instant and excludes its last."""

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
    """A trade or profession area, with its field and its three-letter interest code (Holland's RIASEC)."""

    competency_id: UUID
    competency: str
    title: str
    field: str
    riasec: str = Field(pattern="^[RIASEC]{3}$")
    grade_from: int = Field(ge=6, le=11)
    grade_to: int = Field(ge=6, le=11)


class TryOutPublishedV1(Event, service="booking", topic="booking.catalogue", key="try_out_id"):
    """A try-out on offer: a competency at a site in a format, for some grades."""

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
    """One dated run of a try-out with its capacity."""

    slot_id: UUID
    slot_code: str
    try_out_code: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    capacity: int = Field(ge=1)


class BookingState(Event):
    """The facts that every event of a booking carries, so that each can be understood alone.

    Attributes:
        mentor_staff_id: null until the slot's mentor has an account.
        timezone: IANA name of the site's zone, in which `starts_at` is shown.
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
    """A pupil claimed a seat, which is held until a guardian decides or `approval_due_at` passes."""

    approval_due_at: AwareDatetime


class BookingApprovedV1(BookingState, service="booking", topic="booking.events", key="student_id"):
    """A booking was approved; site and mentor may see the pupil's name until `visible_until`."""

    decided_by: DecidedBy
    decided_by_id: UUID
    visible_until: AwareDatetime


class BookingDeclinedV1(BookingState, service="booking", topic="booking.events", key="student_id"):
    """A guardian declined; the seat and the quota are free again."""

    decided_by: DecidedBy
    decided_by_id: UUID


class BookingExpiredV1(BookingState, service="booking", topic="booking.events", key="student_id"):
    """Nobody decided before `approval_due_at`; the seat and the quota are free again."""

    approval_due_at: AwareDatetime


class BookingCancelledV1(BookingState, service="booking", topic="booking.events", key="student_id"):
    """A booking was cancelled before its start; the seat and the quota are free again."""

    decided_by: DecidedBy
    decided_by_id: UUID | None = None
    reason: CancellationReason


class AttendanceRecordedV1(BookingState, service="booking", topic="booking.events", key="student_id"):
    """The mentor recorded whether the pupil came."""

    attendance: Attendance
    recorded_by_id: UUID


class RecommendationIssuedV1(BookingState, service="booking", topic="booking.events", key="student_id"):
    """The mentor wrote a recommendation, whose text stays in booking and is read there."""

    recommendation_id: UUID
    issued_by_id: UUID
