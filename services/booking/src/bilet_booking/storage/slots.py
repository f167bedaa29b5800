"""Slots as appointments, and their seats: a conditional UPDATE claims one, a CHECK stands behind it."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, update

from bilet_booking.domain.booking import Booking
from bilet_booking.domain.catalogue import Appointment
from bilet_booking.storage.rows import to_appointment
from bilet_booking.storage.selects import appointments
from bilet_booking.storage.tables import slots
from bilet_kit.storage.database import Transaction
from bilet_kit.storage.statements import Statement

_APPOINTMENT = Statement(appointments().where(slots.c.slot_id == bindparam("slot_id")))
_CLAIM = Statement(
    update(slots)
    .where(slots.c.slot_id == bindparam("wanted"), slots.c.claimed < slots.c.capacity)
    .values(claimed=slots.c.claimed + 1)
    .returning(slots.c.slot_id)
)


async def appointment_of(tx: Transaction, slot_id: UUID) -> Appointment | None:
    """Find a slot with all that a booking of it needs to know."""
    row = await tx.row(_APPOINTMENT, slot_id=slot_id)
    return to_appointment(row) if row else None


async def claim_seat(tx: Transaction, slot_id: UUID) -> bool:
    """Take one seat if there is one; returns whether it was taken."""
    return await tx.value(_CLAIM, wanted=slot_id) is not None


async def release_seats(tx: Transaction, freed: Iterable[Booking]) -> None:
    """Give back the seat of each of these bookings."""
    seats = Counter(booking.appointment.slot_id for booking in freed)
    if not seats:
        return
    await tx.fetch("SELECT FROM slots WHERE slot_id = ANY ($1::uuid[]) ORDER BY slot_id FOR UPDATE", list(seats))
    await tx.execute(
        """UPDATE slots s SET claimed = s.claimed - g.seats
        FROM unnest($1::uuid[], $2::int[]) AS g (slot_id, seats) WHERE s.slot_id = g.slot_id""",
        list(seats),
        list(seats.values()),
    )
