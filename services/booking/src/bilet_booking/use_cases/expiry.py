"""Requests nobody decided in time expire, and give their seats back."""

from uuid import UUID

from bilet_booking.domain.booking import evolve
from bilet_booking.domain.deciding import expire
from bilet_booking.storage import bookings
from bilet_kit.events.decisions import Decision, take_effect
from bilet_kit.storage.database import Transaction

BATCH = 200
"""Bookings that expire in one transaction."""


async def expire_overdue(tx: Transaction) -> int:
    """Expire one batch; returns how many, so that the caller knows whether to go on."""
    return await _expire(tx, None)


async def expire_holds_of(tx: Transaction, slot_id: UUID) -> int:
    """Expire the overdue holds of one slot; returns how many."""
    return await _expire(tx, slot_id)


async def _expire(tx: Transaction, slot_id: UUID | None) -> int:
    overdue = await bookings.lock_overdue(tx, BATCH, slot_id)
    now = await tx.now_after_lock()
    decisions = [Decision(booking, expire(booking, now=now)) for booking in overdue]
    await take_effect(tx, decisions, evolve=evolve, save=bookings.save)
    return len(overdue)
