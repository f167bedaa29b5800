"""The selects that several modules share: a slot as an appointment, and a booking with it."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, select

from bilet_booking.storage.tables import bookings, seasons, sites, slots, staff, try_outs

OFFERED: FromClause = (
    slots.join(
        try_outs,
        (try_outs.c.region_code == slots.c.region_code) & (try_outs.c.try_out_code == slots.c.try_out_code),
    )
    .join(seasons, seasons.c.season_code == try_outs.c.season_code)
    .join(sites, (sites.c.region_code == slots.c.region_code) & (sites.c.site_code == try_outs.c.site_code))
)


def mentor_staff_id() -> ColumnElement[Any]:
    """Select the account of the try-out's mentor by the mentor's code; null until both are known."""
    wanted = func.jsonb_build_array(
        func.jsonb_build_object(
            "role", "mentor", "region_code", try_outs.c.region_code, "staff_code", try_outs.c.mentor_code
        )
    )
    found = select(staff.c.staff_id).where(staff.c.scopes.contains(wanted)).order_by(staff.c.staff_id).limit(1)
    return found.scalar_subquery().label("mentor_staff_id")


def appointment_columns() -> list[ColumnElement[Any]]:
    """List the columns that an `Appointment` is made of."""
    return [
        slots.c.slot_id.label("slot_id"),
        slots.c.slot_code,
        slots.c.region_code.label("region_code"),
        try_outs.c.season_code,
        seasons.c.year.label("season_year"),
        try_outs.c.site_code,
        try_outs.c.competency,
        try_outs.c.format,
        try_outs.c.mentor_code,
        mentor_staff_id(),
        try_outs.c.grade_from,
        try_outs.c.grade_to,
        slots.c.starts_at.label("starts_at"),
        slots.c.ends_at.label("ends_at"),
        sites.c.timezone,
        seasons.c.booking_from,
        seasons.c.recommendations_until.label("visible_until"),
        seasons.c.max_bookings,
        seasons.c.max_in_person,
    ]


def appointments() -> Select[Any]:
    """Select all slots as appointments."""
    columns: list[ColumnElement[Any]] = appointment_columns()
    return select(*columns).select_from(OFFERED)


def bookings_with_appointment() -> Select[Any]:
    """Select all bookings, each with its appointment."""
    own = [
        bookings.c[name]
        for name in (
            "booking_id", "student_id", "status", "requested_at", "approval_due_at", "in_person", "approved",
            "decided_by_role", "decided_by_id", "cancelled_by_role", "cancelled_by_id", "attendance", "attended_by",
            "recommendation_id", "recommendation", "next_steps", "recommended_by",
        )
    ]  # fmt: skip
    source = bookings.join(OFFERED, slots.c.slot_id == bookings.c.slot_id)
    return select(*own, *appointment_columns()).select_from(source)
