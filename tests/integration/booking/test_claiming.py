"""What the desk answers by itself: a booking it is sure of, «full», and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from bilet_booking.api.schemas.bookings import BookingView
from bilet_booking.storage.claim import Candidate, Claim, read
from bilet_booking.use_cases import bookings, claiming
from bilet_booking.use_cases.claiming import Unbooked
from bilet_kit.web.idempotency import checked_key
from tests.integration.booking.conftest import OPENING, Pupil, Region, is_problem
from tests.integration.booking.desk import claim_of, desk_of, no_slow_path
from tests.support.waiting import wait_until

ON_2_STARTS = datetime(2026, 9, 5, 11, tzinfo=UTC)
BOOKING_FROM = datetime(2026, 7, 6, 20, tzinfo=UTC)
WAITS = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"


async def leave_one_seat(region: Region, slot: str) -> None:
    await region.service.database.pool.execute(
        "UPDATE slots SET claimed = capacity - 1 WHERE slot_id = $1", region.slots[slot]
    )


async def exhaust(connection: asyncpg.Pool | asyncpg.Connection, pupil: Pupil) -> None:
    await connection.execute("UPDATE quotas SET booked = max_bookings WHERE student_id = $1", pupil.id)


async def test_who_may_book_is_booked_on_the_fast_path(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookings, "request_booking", no_slow_path)
    pupil = await region.pupil()

    answer = await region.book(pupil, "ON-1")

    assert answer.status_code == 201, answer.text


async def test_who_decides_alone_is_booked_and_approved_at_the_desk(region: Region) -> None:
    pupil = await region.pupil(decides_alone=True)

    answer = await desk_of(region).claim(claim_of(pupil, region.slots["ON-1"]))

    assert isinstance(answer, bytes)
    view = BookingView.model_validate_json(answer)
    assert (view.status, view.decided_by) == ("approved", "student")
    assert len(await region.said("booking-requested")) == len(await region.said("booking-approved")) == 1


async def test_the_desk_gives_the_stored_body_of_a_booking(region: Region) -> None:
    pupil = await region.pupil()
    claim = claim_of(pupil, region.slots["ON-1"])

    answer = await desk_of(region).claim(claim)

    assert isinstance(answer, bytes)
    view = BookingView.model_validate_json(answer)
    assert (view.student_id, view.slot_code, view.status) == (pupil.id, "ON-1", "requested")
    assert await region.value("SELECT body FROM idempotency_keys WHERE key = $1", claim.key) == answer
    assert await region.value("SELECT booking_id FROM bookings") == view.booking_id


async def test_a_slot_without_a_seat_is_full_at_the_desk(region: Region) -> None:
    first, second, third = await region.pupils(3)
    desk, slot = desk_of(region), region.slots["ON-1"]

    answers = await asyncio.gather(*(desk.claim(claim_of(pupil, slot)) for pupil in (first, second, third)))

    assert [isinstance(answer, bytes) for answer in answers] == [True, True, False]
    assert answers[2] is Unbooked.FULL
    assert await desk.claim(claim_of(third, slot)) is Unbooked.FULL


@pytest.mark.parametrize(
    "state",
    [
        {"status": "registered"},
        {"status": "suspended"},
        {"purposes": ("processing",)},
        {"purposes": ("transfer",)},
        {"grade": 7},
    ],
)
async def test_the_desk_leaves_a_pupil_with_an_obstacle_to_the_slow_path(
    region: Region, state: dict[str, object]
) -> None:
    pupil = await region.pupil(**state)

    assert await desk_of(region).claim(claim_of(pupil, region.slots["IP-1"])) is Unbooked.UNSURE
    assert await region.claimed("IP-1") == 0


async def test_the_desk_leaves_a_pupil_it_does_not_know_or_who_has_not_all_stages(region: Region) -> None:
    without_stages = await region.knows(Pupil())
    desk, slot = desk_of(region), region.slots["ON-1"]

    assert await desk.claim(claim_of(Pupil(), slot)) is Unbooked.UNSURE
    assert await desk.claim(claim_of(without_stages, slot)) is Unbooked.UNSURE


async def test_the_desk_leaves_an_unknown_slot(region: Region) -> None:
    pupil = await region.pupil()

    assert await desk_of(region).claim(claim_of(pupil, uuid4())) is Unbooked.UNSURE


@pytest.mark.parametrize("moment", [BOOKING_FROM - timedelta(minutes=1), ON_2_STARTS - timedelta(hours=36)])
async def test_the_desk_leaves_a_slot_that_is_not_open(region: Region, moment: datetime) -> None:
    pupil = await region.pupil()
    await region.clock(moment)

    assert await desk_of(region).claim(claim_of(pupil, region.slots["ON-2"])) is Unbooked.UNSURE
    assert await region.claimed("ON-2") == 0


@pytest.mark.parametrize(("booked", "wanted"), [(["ON-1", "ON-2"], "ON-3"), (["IP-1"], "IP-2"), (["ON-1"], "CLASH")])
async def test_the_desk_leaves_quotas_and_clashes(region: Region, booked: list[str], wanted: str) -> None:
    pupil = await region.pupil()
    for slot in booked:
        await region.booked(pupil, slot)

    assert await desk_of(region).claim(claim_of(pupil, region.slots[wanted])) is Unbooked.UNSURE
    assert await region.claimed(wanted) == 0


async def test_the_desk_leaves_a_full_slot_with_an_overdue_hold(region: Region) -> None:
    first, second, third = await region.pupils(3)
    await region.booked(first, "ON-1")
    await region.booked(second, "ON-1")
    await region.clock(OPENING + timedelta(hours=49))

    assert await desk_of(region).claim(claim_of(third, region.slots["ON-1"])) is Unbooked.UNSURE


@pytest.mark.parametrize("slot", ["ON-1", "ON-2"])
async def test_the_desk_leaves_a_known_key_even_of_a_full_slot(region: Region, slot: str) -> None:
    pupil, other = await region.pupils(2)
    desk, claim = desk_of(region), claim_of(pupil, region.slots[slot])
    assert isinstance(await desk.claim(claim), bytes)
    await region.booked(other, slot)

    assert await desk.claim(claim) is Unbooked.UNSURE


async def test_the_desk_leaves_a_key_in_flight(region: Region) -> None:
    pupil = await region.pupil()
    desk, claim = desk_of(region), claim_of(pupil, region.slots["ON-1"], "the-same-key")
    async with region.service.database.transaction() as elsewhere:
        known = f"{pupil.id}\n{checked_key('the-same-key')}"
        await elsewhere.fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", known)
        assert await desk.claim(claim) is Unbooked.UNSURE

    assert isinstance(await desk.claim(claim), bytes)


async def test_a_claim_beyond_its_quota_does_not_take_the_last_seat_from_the_next(region: Region) -> None:
    exhausted, eligible = await region.pupils(2)
    await region.booked(exhausted, "ON-2")
    await exhaust(region.service.database.pool, exhausted)
    await leave_one_seat(region, "ON-3")
    desk, slot = desk_of(region), region.slots["ON-3"]

    answers = await asyncio.gather(*(desk.claim(claim_of(pupil, slot)) for pupil in (exhausted, eligible)))

    assert answers[0] is Unbooked.UNSURE
    assert isinstance(answers[1], bytes)


async def test_a_seat_that_a_lost_quota_leaves_is_not_called_full(region: Region) -> None:
    exhausted, eligible = await region.pupils(2)
    await region.booked(exhausted, "ON-2")
    await leave_one_seat(region, "ON-3")
    desk, slot = desk_of(region), region.slots["ON-3"]
    elsewhere = await asyncpg.connect(region.address)
    transaction = elsewhere.transaction()
    await transaction.start()
    await exhaust(elsewhere, exhausted)

    asked = [asyncio.create_task(desk.claim(claim_of(pupil, slot))) for pupil in (exhausted, eligible)]
    await wait_until(lambda: region.value(WAITS), what="a claim that waits for the quota")
    await transaction.commit()
    await elsewhere.close()

    assert await asyncio.gather(*asked) == [Unbooked.UNSURE, Unbooked.UNSURE]
    assert (await region.book(eligible, "ON-3")).status_code == 201


async def test_a_full_slot_says_so_before_it_asks_whether_the_pupil_may_book(region: Region) -> None:
    first, second = await region.pupils(2)
    nobody = await region.pupil(status="suspended")
    await region.booked(first, "ON-1")
    is_problem(await region.book(nobody, "ON-1"), 409, "student-not-active")
    await region.booked(second, "ON-1")

    is_problem(await region.book(nobody, "ON-1"), 409, "slot-full")


async def forbid_transfer(region: Region, pupil: Pupil) -> None:
    await region.knows(pupil, purposes=("processing",))


async def forget_the_stages(region: Region, _: Pupil) -> None:
    await region.service.database.pool.execute("DELETE FROM unlocks")


async def move_the_slot(region: Region, _: Pupil) -> None:
    await region.service.database.pool.execute("UPDATE slots SET starts_at = starts_at + interval '1 hour'")


async def let_booking_close(region: Region, _: Pupil) -> None:
    await region.clock(ON_2_STARTS - timedelta(hours=36))


async def book_another(region: Region, pupil: Pupil) -> None:
    await region.booked(pupil, "ON-3")


@pytest.mark.parametrize("change", [forbid_transfer, forget_the_stages, move_the_slot, let_booking_close, book_another])
async def test_a_decision_is_not_written_when_what_it_rests_on_has_changed(
    region: Region, monkeypatch: pytest.MonkeyPatch, change: Callable[[Region, Pupil], Awaitable[None]]
) -> None:
    pupil = await region.pupil()

    async def read_then_change(pool: asyncpg.Pool, claims: Sequence[Claim]) -> list[Candidate]:
        candidates = await read(pool, claims)
        monkeypatch.setattr(claiming, "read", read)
        await change(region, pupil)
        return candidates

    desk, slot = desk_of(region), region.slots["ON-2"]
    monkeypatch.setattr(claiming, "read", read_then_change)

    assert await desk.claim(claim_of(pupil, slot)) is Unbooked.UNSURE
    assert await region.claimed("ON-2") == 0
