"""Bookings, seats, quotas and projections: read, locked and written inside a transaction.

Locks are taken in one order everywhere: students, bookings that are not skipped, slots, quotas, key_sequence.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update

from bilet_booking.domain.access import Asker
from bilet_booking.domain.booking import AHEAD, Booking
from bilet_booking.domain.catalogue import Appointment, Season
from bilet_booking.domain.eligibility import Standing
from bilet_booking.domain.quota import Quota
from bilet_booking.storage.rows import from_booking, to_appointment, to_booking, to_scope, to_standing
from bilet_booking.storage.selects import appointments, bookings_with_appointment
from bilet_booking.storage.tables import bookings, quotas, seasons, slots, staff, students, unlocks
from bilet_kit.storage.database import Transaction


async def moment(tx: Transaction) -> datetime:
    """Business time now: asked after a lock, it is not older than the wait for it."""
    now: datetime = (await tx.fetch("SELECT business_now() AS now"))[0]["now"]
    return now


async def standing_of(tx: Transaction, student_id: UUID) -> Standing | None:
    """A pupil as far as booking knows one."""
    return await _standing(tx, select(students).where(students.c.student_id == student_id))


async def lock_standing(tx: Transaction, student_id: UUID) -> Standing | None:
    """A pupil as far as booking knows one; nothing about the pupil changes until the commit."""
    return await _standing(tx, select(students).where(students.c.student_id == student_id).with_for_update(read=True))


async def asker_of(tx: Transaction, role: str, subject: UUID) -> Asker:
    """Who is asking, with the scopes of the acting role when it is staff."""
    if role in {"student", "guardian"}:
        return Asker(role, subject)
    scopes = await tx.session.scalar(select(staff.c.scopes).where(staff.c.staff_id == subject))
    return Asker(role, subject, tuple(to_scope(scope) for scope in scopes or () if scope["role"] == role))


async def current_season(tx: Transaction, region_code: str) -> Season | None:
    """The region's newest season."""
    query = select(seasons).where(seasons.c.region_code == region_code).order_by(seasons.c.year.desc()).limit(1)
    row = (await tx.session.execute(query)).mappings().one_or_none()
    return Season(**row) if row else None


async def appointment_of(tx: Transaction, slot_id: UUID) -> Appointment | None:
    """A slot with all that a booking of it needs to know."""
    row = (await tx.session.execute(appointments().where(slots.c.slot_id == slot_id))).mappings().one_or_none()
    return to_appointment(row) if row else None


async def booking_of(tx: Transaction, booking_id: UUID) -> Booking | None:
    """One booking."""
    return await _booking(tx, bookings_with_appointment().where(bookings.c.booking_id == booking_id))


async def lock_booking(tx: Transaction, booking_id: UUID) -> Booking | None:
    """One booking; nobody else decides about it until the commit."""
    query = bookings_with_appointment().where(bookings.c.booking_id == booking_id)
    return await _booking(tx, query.with_for_update(of=bookings))


async def lock_ahead(tx: Transaction, student_id: UUID, after: datetime) -> list[Booking]:
    """A pupil's bookings whose try-out is still to come, locked."""
    query = bookings_with_appointment().where(
        bookings.c.student_id == student_id, bookings.c.status.in_(AHEAD), bookings.c.starts_at > after
    )
    rows = await tx.session.execute(query.order_by(bookings.c.booking_id).with_for_update(of=bookings))
    return [to_booking(row) for row in rows.mappings()]


async def lock_overdue(tx: Transaction, limit: int, slot_id: UUID | None = None) -> list[Booking]:
    """Requests nobody decided in time, locked; those somebody is deciding at this moment are skipped."""
    ids = await tx.fetch(
        """SELECT booking_id FROM bookings
        WHERE status = 'requested' AND approval_due_at <= (SELECT business_now()) AND ($2::uuid IS NULL OR slot_id = $2)
        ORDER BY approval_due_at LIMIT $1 FOR UPDATE SKIP LOCKED""",
        limit,
        slot_id,
    )
    if not ids:
        return []
    query = bookings_with_appointment().where(bookings.c.booking_id.in_([row["booking_id"] for row in ids]))
    return [to_booking(row) for row in (await tx.session.execute(query)).mappings()]


async def has_clash(tx: Transaction, student_id: UUID, appointment: Appointment) -> bool:
    """Whether another booking of the pupil overlaps; an exclusion constraint stands behind it."""
    query = select(bookings.c.booking_id).where(
        bookings.c.student_id == student_id,
        bookings.c.status.in_(AHEAD),
        bookings.c.starts_at < appointment.ends_at,
        bookings.c.ends_at > appointment.starts_at,
    )
    return (await tx.session.execute(query.limit(1))).first() is not None


async def add(tx: Transaction, booking: Booking) -> None:
    """Store a new booking."""
    appointment = booking.appointment
    await tx.session.execute(
        insert(bookings).values(
            booking_id=booking.booking_id,
            region_code=appointment.region_code,
            student_id=booking.student_id,
            slot_id=appointment.slot_id,
            season_year=appointment.season_year,
            in_person=booking.in_person,
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
            requested_at=booking.requested_at,
            approval_due_at=booking.approval_due_at,
            **from_booking(booking),
        )
    )


async def save(tx: Transaction, changed: Sequence[Booking]) -> None:
    """Store what became of these bookings."""
    for booking in changed:
        await tx.session.execute(
            update(bookings).where(bookings.c.booking_id == booking.booking_id).values(from_booking(booking))
        )


async def claim_seat(tx: Transaction, slot_id: UUID) -> bool:
    """Take one seat if there is one."""
    query = update(slots).where(slots.c.slot_id == slot_id, slots.c.claimed < slots.c.capacity)
    taken = await tx.session.execute(query.values(claimed=slots.c.claimed + 1).returning(slots.c.slot_id))
    return taken.first() is not None


async def release_seats(tx: Transaction, slot_ids: Iterable[UUID]) -> None:
    """Give one seat back for every id, however often it comes."""
    seats = Counter(slot_ids)
    if seats:
        await tx.fetch("SELECT FROM slots WHERE slot_id = ANY ($1::uuid[]) ORDER BY slot_id FOR UPDATE", list(seats))
        await tx.execute(
            """UPDATE slots s SET claimed = s.claimed - g.seats
            FROM unnest($1::uuid[], $2::int[]) AS g (slot_id, seats) WHERE s.slot_id = g.slot_id""",
            list(seats),
            list(seats.values()),
        )


async def lock_quota(tx: Transaction, student_id: UUID, appointment: Appointment) -> Quota:
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


async def save_quota(tx: Transaction, student_id: UUID, appointment: Appointment, quota: Quota) -> None:
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


async def quota_of(tx: Transaction, student_id: UUID, season_year: int) -> Quota | None:
    """A pupil's counters of a season, None before the first booking."""
    query = select(quotas).where(quotas.c.student_id == student_id, quotas.c.season_year == season_year)
    row = (await tx.session.execute(query)).mappings().one_or_none()
    return Quota(**{name: row[name] for name in Quota.__dataclass_fields__}) if row else None


async def release_quotas(tx: Transaction, given_back: Collection[Booking]) -> None:
    """Count each of these bookings no longer."""
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


async def _standing(tx: Transaction, pupil: Select[Any]) -> Standing | None:
    row = (await tx.session.execute(pupil)).mappings().one_or_none()
    if row is None:
        return None
    years = await tx.session.scalars(select(unlocks.c.season_year).where(unlocks.c.student_id == row["student_id"]))
    return to_standing(row, frozenset(years))


async def _booking(tx: Transaction, one: Select[Any]) -> Booking | None:
    row = (await tx.session.execute(one)).mappings().one_or_none()
    return to_booking(row) if row else None
