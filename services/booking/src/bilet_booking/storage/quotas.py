"""Quotas, a row of counters per pupil and season, locked before they change; bookings are never counted instead."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import bindparam, select

from bilet_booking.domain.booking import Booking
from bilet_booking.domain.catalogue import Appointment
from bilet_booking.domain.quota import Quota
from bilet_booking.storage.tables import quotas
from bilet_kit.storage.database import Transaction
from bilet_kit.storage.statements import Statement

_FIND = Statement(
    select(quotas.c.booked, quotas.c.in_person).where(
        quotas.c.student_id == bindparam("student_id"), quotas.c.season_year == bindparam("season_year")
    )
)


async def find(tx: Transaction, student_id: UUID, season_year: int) -> Quota | None:
    """Find a pupil's counters of a season; None before the first booking."""
    row = await tx.row(_FIND, student_id=student_id, season_year=season_year)
    return Quota(**row) if row else None


async def lock(tx: Transaction, student_id: UUID, appointment: Appointment) -> Quota:
    """Lock a pupil's counters of the appointment's season until the commit; a first booking begins them at zero."""
    (row,) = await tx.fetch(
        """INSERT INTO quotas AS q (student_id, season_year, booked, in_person, max_bookings, max_in_person)
        VALUES ($1, $2, 0, 0, $3, $4)
        ON CONFLICT (student_id, season_year) DO UPDATE SET booked = q.booked
        RETURNING booked, in_person""",
        student_id,
        appointment.season_year,
        appointment.max_bookings,
        appointment.max_in_person,
    )
    return Quota(**row)


async def save(tx: Transaction, student_id: UUID, appointment: Appointment, quota: Quota) -> None:
    """Write locked counters, with the season's limits that the table's own checks hold them to."""
    await tx.execute(
        """UPDATE quotas SET booked = $3, in_person = $4, max_bookings = $5, max_in_person = $6
        WHERE student_id = $1 AND season_year = $2""",
        student_id,
        appointment.season_year,
        quota.booked,
        quota.in_person,
        appointment.max_bookings,
        appointment.max_in_person,
    )


async def release(tx: Transaction, given_back: Collection[Booking]) -> None:
    """Stop counting each of these bookings."""
    if not given_back:
        return
    ordered = sorted({booking.student_id for booking in given_back})
    await tx.fetch(
        "SELECT FROM quotas WHERE student_id = ANY ($1::uuid[]) ORDER BY student_id, season_year FOR UPDATE", ordered
    )
    await tx.execute(
        """UPDATE quotas q SET booked = q.booked - g.booked, in_person = q.in_person - g.in_person
        FROM (SELECT student_id, season_year, count(*) AS booked, sum(in_person) AS in_person
            FROM unnest($1::uuid[], $2::smallint[], $3::smallint[]) AS u (student_id, season_year, in_person)
            GROUP BY student_id, season_year) g
        WHERE q.student_id = g.student_id AND q.season_year = g.season_year""",
        [booking.student_id for booking in given_back],
        [booking.appointment.season_year for booking in given_back],
        [int(booking.in_person) for booking in given_back],
    )
