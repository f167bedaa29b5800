"""Things of the domain as most tests want them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from bilet_booking.domain import deciding
from bilet_booking.domain.booking import Booking, Recommendation, evolve
from bilet_booking.domain.catalogue import Appointment, Format, Season
from bilet_booking.domain.eligibility import Standing
from bilet_booking.domain.events import Event, Maker, Role

START = datetime(2026, 9, 10, 11, tzinfo=UTC)
NOW = START - timedelta(days=20)
OPENS = datetime(2026, 7, 6, 20, tzinfo=UTC)
MENTOR = uuid4()


def appointment(**values: Any) -> Appointment:  # noqa: ANN401 - the fields have many types
    usual: dict[str, Any] = {
        "slot_id": uuid4(),
        "slot_code": "S-1",
        "region_code": "63",
        "season_code": "63-2026",
        "season_year": 2026,
        "site_code": "63-S01",
        "competency": "welding",
        "format": Format.ONLINE,
        "mentor_code": "63-M01",
        "mentor_staff_id": MENTOR,
        "grade_from": 8,
        "grade_to": 9,
        "starts_at": START,
        "ends_at": START + timedelta(hours=2),
        "timezone": "Europe/Samara",
        "booking_from": OPENS,
        "visible_until": START + timedelta(days=90),
        "max_bookings": 2,
        "max_in_person": 1,
    }
    return Appointment(**usual | values)


def standing(**values: Any) -> Standing:  # noqa: ANN401
    usual: dict[str, Any] = {
        "student_id": uuid4(),
        "region_code": "63",
        "status": "active",
        "grade": 8,
        "school_code": "630001",
        "decides_alone": False,
        "guardian_ids": frozenset({uuid4()}),
        "purposes": frozenset({"processing", "transfer"}),
        "unlocked_years": frozenset({2026}),
    }
    return Standing(**usual | values)


def season(**values: Any) -> Season:  # noqa: ANN401
    usual: dict[str, Any] = {
        "season_id": uuid4(),
        "region_code": "63",
        "season_code": "63-2026",
        "year": 2026,
        "timezone": "Europe/Samara",
        "registration_from": OPENS,
        "diagnostics_from": OPENS,
        "booking_from": OPENS,
        "try_outs_from": datetime(2026, 7, 31, 20, tzinfo=UTC),
        "try_outs_until": datetime(2026, 11, 30, 20, tzinfo=UTC),
        "recommendations_until": datetime(2026, 12, 14, 20, tzinfo=UTC),
        "closes": datetime(2026, 12, 30, 20, tzinfo=UTC),
        "max_bookings": 2,
        "max_in_person": 1,
    }
    return Season(**usual | values)


def guardian(id_: UUID | None = None) -> Maker:
    return Maker(Role.GUARDIAN, id_ or uuid4())


def after(booking: Booking, *events: Event) -> Booking:
    for event in events:
        booking = evolve(booking, event)
    return booking


def requested(*, at: datetime = NOW, **slot: Any) -> Booking:  # noqa: ANN401
    events = deciding.request(booking_id=uuid4(), standing=standing(), appointment=appointment(**slot), now=at)
    return evolve(None, events[0])


def approved(by: Maker | None = None, **slot: Any) -> Booking:  # noqa: ANN401
    booking = requested(**slot)
    return after(booking, *deciding.approve(booking, by=by or guardian(), now=NOW))


def advice(text: str = "Ровный шов.", *steps: str) -> Recommendation:
    return Recommendation(uuid4(), text, steps, MENTOR)
