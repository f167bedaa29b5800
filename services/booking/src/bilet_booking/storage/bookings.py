"""Bookings: found, locked and saved.

Locks are taken in one order everywhere: students, bookings that are not skipped, slots, quotas, key_sequence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Insert, Select, Update, and_, false, insert, literal, or_, select, tuple_, update

from bilet_booking.domain.access import Reach
from bilet_booking.domain.booking import AHEAD, Booking, Status
from bilet_booking.domain.catalogue import Appointment
from bilet_booking.storage import quotas, slots
from bilet_booking.storage.rows import from_booking, from_new_booking, to_booking
from bilet_booking.storage.selects import bookings_with_appointment
from bilet_booking.storage.tables import bookings, students, try_outs
from bilet_booking.storage.tables import slots as slot_rows
from bilet_kit.events.decisions import Change
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which bookings of those in reach are wanted: a page by start, beginning after a place; None means any."""

    slot_id: UUID | None = None
    status: Status | None = None
    after: tuple[datetime, UUID] | None = None
    limit: int = 50


async def find(tx: Transaction, booking_id: UUID) -> Booking | None:
    """Find one booking."""
    return await _one(tx, bookings_with_appointment().where(bookings.c.booking_id == booking_id))


async def lock(tx: Transaction, booking_id: UUID) -> Booking | None:
    """Find one booking and lock it: nobody else decides about it until the commit."""
    query = bookings_with_appointment().where(bookings.c.booking_id == booking_id)
    return await _one(tx, query.with_for_update(of=bookings))


async def lock_ahead(tx: Transaction, student_id: UUID, after: datetime) -> list[Booking]:
    """Find and lock a pupil's bookings whose try-out is still to come."""
    query = bookings_with_appointment().where(
        bookings.c.student_id == student_id, bookings.c.status.in_(AHEAD), bookings.c.starts_at > after
    )
    return await _all(tx, query.order_by(bookings.c.booking_id).with_for_update(of=bookings))


async def lock_overdue(tx: Transaction, limit: int, slot_id: UUID | None = None) -> list[Booking]:
    """Find and lock requests nobody decided in time; those somebody is deciding at this moment are skipped."""
    ids = await tx.fetch(
        """SELECT booking_id FROM bookings
        WHERE status = 'requested' AND approval_due_at <= (SELECT business_now()) AND ($2::uuid IS NULL OR slot_id = $2)
        ORDER BY approval_due_at LIMIT $1 FOR UPDATE SKIP LOCKED""",
        limit,
        slot_id,
    )
    if not ids:
        return []
    return await _all(
        tx, bookings_with_appointment().where(bookings.c.booking_id.in_([row["booking_id"] for row in ids]))
    )


async def page(tx: Transaction, reach: Reach, search: Search) -> list[Booking]:
    """Find a page of the bookings in reach; one more than `limit` when there is another page."""
    query = bookings_with_appointment().where(_within(reach))
    if search.slot_id:
        query = query.where(bookings.c.slot_id == search.slot_id)
    if search.status:
        query = query.where(bookings.c.status == search.status)
    if search.after:
        query = query.where(tuple_(bookings.c.starts_at, bookings.c.booking_id) > tuple_(*map(literal, search.after)))
    return await _all(tx, query.order_by(bookings.c.starts_at, bookings.c.booking_id).limit(search.limit + 1))


async def has_clash(tx: Transaction, student_id: UUID, appointment: Appointment) -> bool:
    """Tell whether another booking of the pupil overlaps in time; an exclusion constraint stands behind it."""
    query = select(bookings.c.booking_id).where(
        bookings.c.student_id == student_id,
        bookings.c.status.in_(AHEAD),
        bookings.c.starts_at < appointment.ends_at,
        bookings.c.ends_at > appointment.starts_at,
    )
    return (await tx.session.execute(query.limit(1))).first() is not None


async def save(tx: Transaction, changes: Sequence[Change[Booking]]) -> None:
    """Store new and changed bookings, and give back the seats and quotas that changed ones no longer take.

    The seat and the quota of a new booking are claimed before, where the claim can still be refused.
    """
    for change in changes:
        await tx.session.execute(_written(change))
    known = [(change.before, change.after) for change in changes if change.before]
    await slots.release_seats(tx, [old for old, new in known if old.holds_seat and not new.holds_seat])
    await quotas.release(tx, [old for old, new in known if old.counts and not new.counts])


def _written(change: Change[Booking]) -> Insert | Update:
    if change.before is None:
        return insert(bookings).values(from_new_booking(change.after))
    changed = update(bookings).where(bookings.c.booking_id == change.after.booking_id)
    return changed.values(from_booking(change.after))


def _within(reach: Reach) -> ColumnElement[bool]:
    """Turn a reach into a condition; what it leaves empty adds none."""
    region = slot_rows.c.region_code
    conditions = [and_(region == where, try_outs.c.mentor_code == mentor) for where, mentor in sorted(reach.mentors)]
    conditions += [and_(region == where, try_outs.c.site_code == site) for where, site in sorted(reach.sites)]
    if reach.student:
        conditions.append(bookings.c.student_id == reach.student)
    if reach.guardian:
        mine = and_(students.c.guardian_ids.contains([reach.guardian]), ~students.c.decides_alone)
        conditions.append(bookings.c.student_id.in_(select(students.c.student_id).where(mine)))
    if reach.regions:
        conditions.append(region.in_(reach.regions))
    return or_(false(), *conditions)


async def _one(tx: Transaction, query: Select[Any]) -> Booking | None:
    row = (await tx.session.execute(query)).mappings().one_or_none()
    return to_booking(row) if row else None


async def _all(tx: Transaction, query: Select[Any]) -> list[Booking]:
    return [to_booking(row) for row in (await tx.session.execute(query)).mappings()]
