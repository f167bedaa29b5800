"""What a withdrawn consent means here: no new bookings, and what lies ahead is taken back."""

from uuid import UUID

from bilet_booking.domain.booking import Booking
from bilet_booking.domain.deciding import withdraw
from bilet_booking.domain.eligibility import PROCESSING, TRANSFER
from bilet_booking.storage import projections, repository
from bilet_booking.use_cases.settling import settle
from bilet_kit.storage.database import Transaction


async def withdraw_consent(tx: Transaction, student_id: UUID, purpose: str, sequence: int) -> list[Booking]:
    """Forget the purpose and cancel all that needs it; `sequence` is identity's number for the pupil.

    The pupil's row is changed before the bookings are read: a claim either sees the change or is seen here.
    """
    await projections.forget_purpose(tx, student_id, purpose, sequence)
    if purpose not in {PROCESSING, TRANSFER}:
        return []
    now = await repository.moment(tx)
    ahead = await repository.lock_ahead(tx, student_id, now)
    return await settle(tx, [(booking, withdraw(booking, now=now)) for booking in ahead])
