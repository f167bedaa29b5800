"""What the sending side says: booking's own event, as booking shapes it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bilet_contracts.booking import BookingRequestedV1
from bilet_kit.storage.outbox import Publications, Published

_STARTS = datetime(2026, 9, 3, 11, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SeatHeld:
    """A seat is held for a pupil."""

    booking_id: UUID
    student_id: UUID
    slot_id: UUID


def to_booking_requested(held: SeatHeld) -> Published:
    event = BookingRequestedV1(
        region_code="63",
        booking_id=held.booking_id,
        student_id=held.student_id,
        season_code="63-2026",
        slot_id=held.slot_id,
        slot_code="63-M01-ON-0001",
        site_code="63-S01",
        competency="bricklaying",
        format="online",
        starts_at=_STARTS,
        ends_at=_STARTS + timedelta(hours=2),
        timezone="Europe/Samara",
        approval_due_at=_STARTS - timedelta(days=2),
    )
    return Published(event, "booking", str(held.booking_id))


PUBLICATIONS = Publications(service="booking", translations={SeatHeld: to_booking_requested})
