"""Rows become domain values, and bookings become rows."""

from typing import Any, Protocol
from uuid import UUID

from bilet_booking.domain.booking import Booking, Recommendation, Status
from bilet_booking.domain.catalogue import Appointment, Format
from bilet_booking.domain.eligibility import Standing
from bilet_booking.domain.events import Attendance, Maker, Role

CHANGING = (
    "status", "approved", "decided_by_role", "decided_by_id", "cancelled_by_role", "cancelled_by_id", "attendance",
    "attended_by", "recommendation_id", "recommendation", "next_steps", "recommended_by",
)  # fmt: skip
"""The columns of `bookings` that an event can change."""

_APPOINTMENT = tuple(Appointment.__dataclass_fields__)


class Row(Protocol):
    """A row of SQLAlchemy's, of asyncpg's, or a mapping: columns by name."""

    def __getitem__(self, name: str, /) -> Any: ...  # noqa: ANN401 - columns have many types

    def __contains__(self, name: object, /) -> bool: ...


def to_appointment(row: Row) -> Appointment:
    """Read a slot's row with its try-out, season and site; an optional field without a column keeps its default."""
    values: dict[str, Any] = {name: row[name] for name in _APPOINTMENT if name in row}
    return Appointment(**values | {"format": Format(row["format"])})


def to_booking(row: Row) -> Booking:
    """Read a booking's row with its appointment."""
    attendance = row["attendance"]
    return Booking(
        booking_id=row["booking_id"],
        student_id=row["student_id"],
        appointment=to_appointment(row),
        status=Status(row["status"]),
        requested_at=row["requested_at"],
        approval_due_at=row["approval_due_at"],
        in_person=row["in_person"],
        approved=row["approved"],
        decided_by=_maker(row["decided_by_role"], row["decided_by_id"]),
        cancelled_by=_maker(row["cancelled_by_role"], row["cancelled_by_id"]),
        attendance=Attendance(attendance) if attendance else None,
        attended_by=row["attended_by"],
        recommendation=_recommendation(row),
    )


def from_new_booking(booking: Booking) -> dict[str, object]:
    """Write a whole row of `bookings`."""
    appointment = booking.appointment
    return {
        "booking_id": booking.booking_id,
        "region_code": appointment.region_code,
        "student_id": booking.student_id,
        "slot_id": appointment.slot_id,
        "season_year": appointment.season_year,
        "in_person": booking.in_person,
        "starts_at": appointment.starts_at,
        "ends_at": appointment.ends_at,
        "requested_at": booking.requested_at,
        "approval_due_at": booking.approval_due_at,
        **from_booking(booking),
    }


def from_booking(booking: Booking) -> dict[str, object]:
    """Write the `CHANGING` columns of `bookings`."""
    advice = booking.recommendation
    return {
        "status": booking.status,
        "approved": booking.approved,
        "decided_by_role": booking.decided_by and booking.decided_by.role,
        "decided_by_id": booking.decided_by and booking.decided_by.id,
        "cancelled_by_role": booking.cancelled_by and booking.cancelled_by.role,
        "cancelled_by_id": booking.cancelled_by and booking.cancelled_by.id,
        "attendance": booking.attendance,
        "attended_by": booking.attended_by,
        "recommendation_id": advice and advice.recommendation_id,
        "recommendation": advice and advice.text,
        "next_steps": list(advice.next_steps) if advice else None,
        "recommended_by": advice and advice.by,
    }


def to_standing(row: Row, unlocked_years: frozenset[int]) -> Standing:
    """Read a pupil's row of identity's projection, with the seasons that diagnostics unlocked."""
    return Standing(
        student_id=row["student_id"],
        region_code=row["region_code"],
        status=row["status"],
        grade=row["grade"],
        school_code=row["school_code"],
        decides_alone=row["decides_alone"],
        guardian_ids=frozenset(row["guardian_ids"]),
        purposes=frozenset(row["purposes"]),
        unlocked_years=unlocked_years,
    )


def _maker(role: str | None, id_: UUID | None) -> Maker | None:
    return Maker(Role(role), id_) if role else None


def _recommendation(row: Row) -> Recommendation | None:
    if row["recommendation_id"] is None:
        return None
    return Recommendation(
        row["recommendation_id"], row["recommendation"], tuple(row["next_steps"]), row["recommended_by"]
    )
