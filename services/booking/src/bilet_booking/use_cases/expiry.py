"""Requests nobody decided in time give their seats back."""

from uuid import UUID

from bilet_booking.domain.deciding import expire
from bilet_booking.storage import repository
from bilet_booking.use_cases.settling import settle
from bilet_kit.storage.database import Transaction

BATCH = 200
"""Bookings that expire in one transaction."""


async def expire_overdue(tx: Transaction) -> int:
    """Expire one batch; returns how many, so that the caller knows whether to go on."""
    return await _expire(tx, None)


async def expire_holds_of(tx: Transaction, slot_id: UUID) -> int:
    """Expire the overdue holds of one slot."""
    return await _expire(tx, slot_id)


async def _expire(tx: Transaction, slot_id: UUID | None) -> int:
    overdue = await repository.lock_overdue(tx, BATCH, slot_id)
    now = await repository.moment(tx)
    await settle(tx, [(booking, expire(booking, now=now)) for booking in overdue])
    return len(overdue)
