"""Both paths ask the same rules: the fast and the slow one book, refuse, write and publish the same."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import asyncpg
import orjson
import pytest

from bilet_booking.api.schemas.bookings import BookingView
from bilet_booking.domain.errors import DomainError
from bilet_booking.use_cases import bookings
from bilet_booking.use_cases.claiming import Unbooked
from bilet_contracts.booking import BookingRequestedV1
from bilet_kit.storage.database import Database
from tests.integration.booking.conftest import OPENING, REGION, Pupil, Region
from tests.integration.booking.desk import claim_of, desk_of, desk_over, stop_clock

ON_2_STARTS = datetime(2026, 9, 5, 11, tzinfo=UTC)
CLOSES = ON_2_STARTS - timedelta(hours=36)
OPENS = datetime(2026, 7, 6, 20, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
WRITTEN = """
SELECT (SELECT json_agg(o ORDER BY o.id) FROM outbox o WHERE o.key = $1::text) AS said,
    (SELECT json_agg(b ORDER BY b.requested_at) FROM bookings b WHERE b.student_id = $1::text::uuid) AS booked,
    (SELECT json_agg(q) FROM quotas q WHERE q.student_id = $1::text::uuid) AS counted,
    (SELECT json_object_agg(s.slot_code, s.claimed) FROM slots s) AS seats,
    (SELECT json_agg(k) FROM key_sequence k WHERE k.key = $1::text) AS numbers
"""
OF_ITS_OWN = {"id", "event_id", "aggregate_id", "booking_id", "created_at"}
"""What two runs of the same request may write differently."""


@dataclass(frozen=True)
class Case:
    """Who wants which slot when."""

    state: dict[str, object] = field(default_factory=dict)
    slot: str = "ON-2"
    at: datetime = OPENING
    booked: tuple[str, ...] = ()
    max_bookings: int = 2
    mentors: int = 0
    unlocked: bool = True
    publishes: int = 1


ALLOWED = {
    "ordinary": Case(),
    "of age": Case({"decides_alone": True}, publishes=2),
    "in person": Case(slot="IP-1"),
    "last instant": Case(at=CLOSES - INSTANT),
    "first instant": Case(at=OPENS),
    "second of two": Case(booked=("ON-1",)),
    "first of one": Case(max_bookings=1),
    "online after in person": Case(booked=("IP-1",)),
    "four accounts of one mentor": Case(mentors=3),
    "mentor without account": Case(slot="IP-2"),
    "fractional seconds": Case(at=OPENING + timedelta(microseconds=120_000)),
    "due sooner than 48 hours": Case(at=ON_2_STARTS - timedelta(hours=40, microseconds=7)),
}
FORBIDDEN = {
    "36 hours before": Case(at=CLOSES),
    "before booking opens": Case(at=OPENS - INSTANT),
    "third of two": Case(booked=("ON-1", "ON-3")),
    "second of one": Case(booked=("ON-1",), max_bookings=1),
    "second in person": Case(slot="IP-2", booked=("IP-1",)),
    "wrong grade": Case({"grade": 7}, slot="IP-1"),
    "inactive": Case({"status": "suspended"}),
    "stages not done": Case(unlocked=False),
    "no consent to transfer": Case({"purposes": ("processing",)}),
    "clash": Case(slot="CLASH", booked=("ON-1",)),
}


@dataclass
class RolledBack:
    """Stands for the database while the fast path is tried: its statements run where they can be taken back."""

    pool: asyncpg.Connection

    def wake_relay(self) -> None: ...


async def prepared(region: Region, case: Case) -> Pupil:
    pupil = await region.knows(Pupil(), **case.state)
    if case.unlocked:
        await region.unlock(pupil)
    for slot in case.booked:
        await region.booked(pupil, slot)
    for _ in range(case.mentors):
        await region.staff("mentor", staff_code="63-M01")
    await region.service.database.pool.execute("UPDATE seasons SET max_bookings = $1", case.max_bookings)
    await stop_clock(region, case.at)
    return pupil


async def written(connection: asyncpg.Connection | asyncpg.Pool, pupil: Pupil) -> dict[str, Any]:
    """Everything a booking leaves behind, without what is of each run's own."""
    (row,) = await connection.fetch(WRITTEN, str(pupil.id))
    return {name: _comparable(orjson.loads(value or "null")) for name, value in row.items()}


async def the_fast_path(region: Region, pupil: Pupil, slot: str) -> tuple[bytes | Unbooked, dict[str, Any]]:
    """Return the desk's answer and what it wrote, then roll it back, so that the slow path finds the same database."""
    connection = await asyncpg.connect(region.address)
    transaction = connection.transaction()
    await transaction.start()
    try:
        desk = desk_over(cast("Database", RolledBack(connection)))
        return await desk.claim(claim_of(pupil, region.slots[slot])), await written(connection, pupil)
    finally:
        await transaction.rollback()
        await connection.close()


async def the_slow_path(region: Region, pupil: Pupil, slot: str) -> tuple[BookingView | None, dict[str, Any]]:
    """Return the booking through use case and domain, None where a rule refuses it, and what it wrote."""
    view = None
    try:
        async with region.service.database.transaction() as tx:
            view = BookingView.of(await bookings.request_booking(tx, pupil.id, region.slots[slot]))
    except DomainError:
        view = None
    return view, await written(region.service.database.pool, pupil)


@pytest.mark.parametrize("case", ALLOWED.values(), ids=ALLOWED.keys())
async def test_both_ways_book_and_say_the_same(region: Region, case: Case) -> None:
    pupil = await prepared(region, case)

    answer, fast = await the_fast_path(region, pupil, case.slot)
    view, slow = await the_slow_path(region, pupil, case.slot)

    assert isinstance(answer, bytes)
    assert view is not None
    assert fast == slow
    assert len(slow["said"]) == len(case.booked) + case.publishes
    assert slow["said"][-1]["headers"] == {"ce_region": REGION}
    assert answer == body_of_booking(view, like=answer)


@pytest.mark.parametrize("case", FORBIDDEN.values(), ids=FORBIDDEN.keys())
async def test_what_one_way_refuses_the_other_does_not_book(region: Region, case: Case) -> None:
    pupil = await prepared(region, case)
    before = await written(region.service.database.pool, pupil)

    answer, fast = await the_fast_path(region, pupil, case.slot)
    view, slow = await the_slow_path(region, pupil, case.slot)

    assert (answer, view) == (Unbooked.UNSURE, None)
    assert before == fast == slow


async def test_claims_and_transactions_number_a_pupils_events_together(region: Region) -> None:
    pupil = await region.pupil()
    desk = desk_of(region)
    first = await region.booked(pupil, "ON-1")

    await asyncio.gather(
        region.act("guardian", pupil.guardian, first, "approval"),
        desk.claim(claim_of(pupil, region.slots["ON-2"])),
        desk.claim(claim_of(pupil, region.slots["ON-3"])),
    )
    await region.act("student", pupil.id, first, "cancellation")
    assert isinstance(await desk.claim(claim_of(pupil, region.slots["IP-1"])), bytes)

    rows = await region.rows("SELECT type, sequence FROM outbox WHERE key = $1 ORDER BY id", str(pupil.id))
    assert [row["sequence"] for row in rows] == [1, 2, 3, 4, 5]
    assert sum(row["type"] == "booking.booking-requested.v1" for row in rows) == 3


def body_of_booking(view: BookingView, *, like: bytes) -> bytes:
    """Write the slow path's answer with the fast one's id: every other byte must be equal."""
    booking_id = BookingView.model_validate_json(like).booking_id
    return view.model_copy(update={"booking_id": booking_id}).model_dump_json().encode()


def _comparable(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _comparable(item) for name, item in value.items() if name not in OF_ITS_OWN}
    if isinstance(payload := value.get("payload"), dict) and value["type"] == "booking.booking-requested.v1":
        said = BookingRequestedV1.model_validate(payload)
        assert set(payload) == set(BookingRequestedV1.model_fields)
        kept["payload"] = said.model_dump(exclude={"booking_id"})
    return kept
