"""Who may book what, and when: the rules asked before a seat is claimed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bilet_booking.domain.catalogue import BOOKING_CLOSES_BEFORE, Appointment, Season
from bilet_booking.domain.errors import (
    BookingClosed,
    BookingNotOpen,
    DiagnosticsIncomplete,
    GradeDoesNotFit,
    NotActive,
    NotEligible,
    SeasonOver,
    SeasonUnknown,
    TransferConsentMissing,
)

ACTIVE = "active"
TRANSFER = "transfer"
PROCESSING = "processing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A pupil as booking knows one, from identity's and diagnostics' events.

    Attributes:
        grade: in the school year that begins on 1 September of the season.
        unlocked_years: seasons' years of which all three stages are done.
    """

    student_id: UUID
    region_code: str
    status: str
    grade: int
    school_code: str
    decides_alone: bool
    guardian_ids: frozenset[UUID]
    purposes: frozenset[str]
    unlocked_years: frozenset[int]

    def may_be_decided_by(self, guardian_id: UUID) -> bool:
        """Whether a guardian may decide: verified, and the pupil is not of age."""
        return not self.decides_alone and guardian_id in self.guardian_ids


def obstacles(standing: Standing | None, season: Season | None, now: datetime) -> tuple[NotEligible, ...]:
    """Everything that keeps a pupil from booking anything in a season, in the order in which to solve it."""
    return tuple(_obstacles(standing, season, now))


def check(standing: Standing | None, appointment: Appointment, now: datetime) -> None:
    """Pass only who may book this slot now; quota, clashes and seats are claimed, not checked.

    Raises:
        NotEligible: the first rule that says no.
    """
    for obstacle in _personal(standing, appointment.season_year):
        raise obstacle
    if now < appointment.booking_from:
        raise BookingNotOpen
    if now >= appointment.booking_closes_at:
        raise BookingClosed
    if standing and not appointment.grade_from <= standing.grade <= appointment.grade_to:
        raise GradeDoesNotFit(appointment.grade_from, appointment.grade_to)


def _personal(standing: Standing | None, year: int) -> Iterator[NotEligible]:
    if standing is None or standing.status != ACTIVE or PROCESSING not in standing.purposes:
        yield NotActive()
    if standing is None or TRANSFER not in standing.purposes:
        yield TransferConsentMissing()
    if standing is None or year not in standing.unlocked_years:
        yield DiagnosticsIncomplete()


def _obstacles(standing: Standing | None, season: Season | None, now: datetime) -> Iterator[NotEligible]:
    if season is None:
        yield SeasonUnknown()
        return
    yield from _personal(standing, season.year)
    if now < season.booking_from:
        yield BookingNotOpen()
    if now >= season.try_outs_until - BOOKING_CLOSES_BEFORE:
        yield SeasonOver()
