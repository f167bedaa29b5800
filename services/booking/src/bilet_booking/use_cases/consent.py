"""A withdrawn consent: no new bookings, and what lies ahead is cancelled."""

from uuid import UUID

from bilet_booking.domain.booking import Booking, evolve
from bilet_booking.domain.deciding import withdraw
from bilet_booking.domain.eligibility import PROCESSING, TRANSFER
from bilet_booking.storage import bookings, students
from bilet_kit.events.decisions import Decision, take_effect
from bilet_kit.storage.database import Transaction


async def withdraw_consent(tx: Transaction, student_id: UUID, purpose: str, sequence: int) -> list[Booking]:
    """Forget the purpose and cancel the bookings that need it; a purpose unknown here cancels none.

    The pupil's row is changed before the bookings are read: a claim either sees the change or is seen here. `sequence`
    is identity's number of the withdrawal among the pupil's events.
    """
    await students.forget_purpose(tx, student_id, purpose, sequence)
    if purpose not in {PROCESSING, TRANSFER}:
        return []
    now = await tx.now_after_lock()
    ahead = await bookings.lock_ahead(tx, student_id, now)
    decisions = [Decision(booking, withdraw(booking, now=now)) for booking in ahead]
    return await take_effect(tx, decisions, evolve=evolve, save=bookings.save)
