"""Bookings: found, locked and saved.

Locks are taken in one order everywhere: students, bookings that are not skipped, slots, quotas, key_sequence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    false,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from bilet_booking.domain.access import Reach
from bilet_booking.domain.booking import AHEAD, Booking, Status
from bilet_booking.domain.catalogue import Appointment
from bilet_booking.storage import quotas, slots
from bilet_booking.storage.rows import CHANGING, from_booking, from_new_booking, to_booking
from bilet_booking.storage.selects import bookings_with_appointment
from bilet_booking.storage.tables import bookings, students, try_outs
from bilet_booking.storage.tables import slots as slot_rows
from bilet_kit.events.decisions import Change
from bilet_kit.storage.database import Transaction
from bilet_kit.storage.statements import Statement

_AHEAD = literal(sorted(AHEAD), ARRAY(Text))
_ONE = bookings_with_appointment().where(bookings.c.booking_id == bindparam("booking_id"))
_FIND = Statement(_ONE)
_LOCK = Statement(_ONE.with_for_update(of=bookings))
_LOCK_AHEAD = Statement(
    bookings_with_appointment()
    .where(
        bookings.c.student_id == bindparam("student_id"),
        bookings.c.status == any_(_AHEAD),
        bookings.c.starts_at > bindparam("after"),
    )
    .order_by(bookings.c.booking_id)
    .with_for_update(of=bookings)
)
_OF_IDS = Statement(
    bookings_with_appointment().where(bookings.c.booking_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
)
_CLASHING = Statement(
    select(bookings.c.booking_id)
    .where(
        bookings.c.student_id == bindparam("student_id"),
        bookings.c.status == any_(_AHEAD),
        bookings.c.starts_at < bindparam("before"),
        bookings.c.ends_at > bindparam("after"),
    )
    .limit(1)
)
_INSERT = Statement(insert(bookings))
_SAVE = Statement(update(bookings).where(bookings.c.booking_id == bindparam("saved")), CHANGING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which bookings of those in reach are wanted: a page by start, beginning after a place; None means any."""

    slot_id: UUID | None = None
    status: Status | None = None
    after: tuple[datetime, UUID] | None = None
    limit: int = 50


async def find(tx: Transaction, booking_id: UUID) -> Booking | None:
    """Find one booking."""
    return await _one(tx, _FIND, booking_id)


async def lock(tx: Transaction, booking_id: UUID) -> Booking | None:
    """Find one booking and lock it: nobody else decides about it until the commit."""
    return await _one(tx, _LOCK, booking_id)


async def lock_ahead(tx: Transaction, student_id: UUID, after: datetime) -> list[Booking]:
    """Find and lock a pupil's bookings whose try-out is still to come."""
    return await _all(tx, _LOCK_AHEAD, student_id=student_id, after=after)


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
    return await _all(tx, _OF_IDS, ids=[row["booking_id"] for row in ids])


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
    found = await tx.value(_CLASHING, student_id=student_id, before=appointment.ends_at, after=appointment.starts_at)
    return found is not None


async def save(tx: Transaction, changes: Sequence[Change[Booking]]) -> None:
    """Store new and changed bookings, and give back the seats and quotas that changed ones no longer take.

    The seat and the quota of a new booking are claimed before, where the claim can still be refused.
    """
    for change in changes:
        if change.before is None:
            await tx.run(_INSERT, **from_new_booking(change.after))
        else:
            await tx.run(_SAVE, saved=change.after.booking_id, **from_booking(change.after))
    known = [(change.before, change.after) for change in changes if change.before]
    await slots.release_seats(tx, [old for old, new in known if old.holds_seat and not new.holds_seat])
    await quotas.release(tx, [old for old, new in known if old.counts and not new.counts])


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


async def _one(tx: Transaction, statement: Statement, booking_id: UUID) -> Booking | None:
    row = await tx.row(statement, booking_id=booking_id)
    return to_booking(row) if row else None


async def _all(tx: Transaction, statement: Statement | Executable, **values: object) -> list[Booking]:
    return [to_booking(row) for row in await tx.rows(statement, **values)]
