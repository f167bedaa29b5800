"""What every decision about existing bookings has in common: the new state, what is given back, what is said."""

from collections.abc import Sequence

from bilet_booking.domain.booking import Booking, evolve
from bilet_booking.domain.events import Event
from bilet_booking.storage import repository
from bilet_kit.storage.database import Transaction

Decided = tuple[Booking, Sequence[Event]]


async def settle(tx: Transaction, decided: Sequence[Decided]) -> list[Booking]:
    """Store these bookings after their events, give back their seats and quotas, say the events."""
    after = [_evolved(booking, events) for booking, events in decided]
    pairs = [(old, new) for (old, events), new in zip(decided, after, strict=True) if events]
    await repository.save(tx, [new for _, new in pairs])
    freed = [old for old, new in pairs if old.holds_seat and not new.holds_seat]
    await repository.release_seats(tx, [booking.appointment.slot_id for booking in freed])
    await repository.release_quotas(tx, [old for old, new in pairs if old.counts and not new.counts])
    for _, events in decided:
        tx.record(*events)
    return after


def _evolved(booking: Booking, events: Sequence[Event]) -> Booking:
    for event in events:
        booking = evolve(booking, event)
    return booking
