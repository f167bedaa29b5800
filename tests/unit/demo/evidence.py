"""A small season that went well, made by hand, for tests to break."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from bilet_local.demo.evidence import BookingRow, DeliveryRow, Evidence, QuotaRow, SlotRow
from bilet_local.demo.integrator import Heard, StreamKey

_NAMES = UUID("0198f0c2-5c3e-7a55-8f0e-3d9a4f6f2b99")
SLOT, BOOKING = uuid5(_NAMES, "slot"), uuid5(_NAMES, "booking")
PUPIL, GUARDIAN, MENTOR = uuid5(_NAMES, "pupil"), uuid5(_NAMES, "guardian"), uuid5(_NAMES, "mentor")


def heard(event_type: str, sequence: int, *, at: int = 0, **event: Any) -> Heard:  # noqa: ANN401 - events are JSON
    """Make a record of the pupil's, produced `at` milliseconds."""
    service = event_type.partition(".")[0]
    fact = uuid5(_NAMES, f"{event_type}/{sequence}")
    return Heard(
        topic=f"{service}.events",
        key=str(PUPIL),
        type=event_type,
        event_id=fact,
        fact_id=fact,
        sequence=sequence,
        produced_at=at,
        event=event,
    )


STATE = heard("identity.student-activated.v1", 1, guardian_ids=[str(GUARDIAN)])
STAGES = [heard("diagnostics.stage-completed.v1", number, at=number, stage=number) for number in (1, 2, 3)]
COMPLETED = heard("diagnostics.diagnostics-completed.v1", 4, at=4)
OF_BOOKING = {"booking_id": str(BOOKING), "mentor_staff_id": str(MENTOR)}
REQUESTED = heard("booking.booking-requested.v1", 1, at=10, **OF_BOOKING)
APPROVED = heard("booking.booking-approved.v1", 2, at=11, **OF_BOOKING)


def told(record: Heard, recipient: UUID, channel: str = "inbox") -> DeliveryRow:
    """Make a delivered message about a fact."""
    return DeliveryRow(record.fact_id, recipient, channel, PUPIL, "delivered", 1)


DELIVERIES = [
    *(told(stage, PUPIL) for stage in STAGES[:2]),
    told(COMPLETED, PUPIL),
    told(COMPLETED, GUARDIAN),
    told(REQUESTED, GUARDIAN),
    told(REQUESTED, GUARDIAN, "email"),
    told(APPROVED, PUPIL),
    told(APPROVED, GUARDIAN),
    told(APPROVED, MENTOR),
]


def streams(*records: Heard) -> dict[StreamKey, list[Heard]]:
    """Group the records by topic and key, in the order given."""
    found: dict[StreamKey, list[Heard]] = {}
    for record in records:
        found.setdefault((record.topic, record.key), []).append(record)
    return found


RECORDS = (STATE, *STAGES, COMPLETED, REQUESTED, APPROVED)
GOOD = Evidence(
    slots=[SlotRow(SLOT, "63-M01-ON-0001", 1, 1)],
    bookings=[BookingRow(BOOKING, PUPIL, SLOT, 2026, in_person=True, status="approved", attendance=None)],
    quotas=[QuotaRow(PUPIL, 2026, 1, 1, 2, 1)],
    deliveries=DELIVERIES,
    numbers={
        ("identity.events", str(PUPIL)): 1,
        ("diagnostics.events", str(PUPIL)): 4,
        ("booking.events", str(PUPIL)): 2,
    },
    unsent={},
    parked=dict.fromkeys(("identity", "booking"), 0),
    waiting_notices=frozenset(),
    streams=streams(*RECORDS),
)


def another_booking(**changes: object) -> BookingRow:
    """One more booking of the same pupil on the same slot."""
    return replace(GOOD.bookings[0], **{"booking_id": uuid5(_NAMES, "another"), **changes})  # type: ignore[arg-type]
