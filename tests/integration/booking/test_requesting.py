"""A pupil claims a seat."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from bilet_booking.domain.events import BookingRequested
from bilet_booking.publications import PUBLICATIONS
from bilet_booking.storage import bookings as stored_bookings
from bilet_booking.use_cases import bookings
from bilet_contracts.booking import BookingRequestedV1
from bilet_contracts.identity import ConsentWithdrawnV1, StudentSuspendedV1
from tests.integration.booking.conftest import OPENING, REGION, Pupil, Region, is_problem
from tests.integration.booking.desk import no_slow_path


async def test_a_seat_is_held_until_the_guardian_decides(region: Region) -> None:
    pupil = await region.pupil()

    answer = await region.book(pupil, "ON-1")

    assert answer.status_code == 201
    body = answer.json()
    assert body["status"] == "requested"
    assert (body["slot_code"], body["competency"], body["site_code"]) == ("ON-1", "welding", "63-S01")
    due = datetime.fromisoformat(body["approval_due_at"])
    assert timedelta(0) <= due - (OPENING + timedelta(hours=48)) < timedelta(minutes=1)
    assert await region.claimed("ON-1") == 1
    assert await region.quota(pupil) == (1, 0)


async def test_the_answer_is_what_reading_the_booking_shows(region: Region) -> None:
    pupil = await region.pupil()
    created = (await region.book(pupil, "ON-1")).json()

    read = (await region.see("student", pupil.id, f"/bookings/{created['booking_id']}")).json()

    assert {k: _moment(v) for k, v in created.items()} == {k: _moment(v) for k, v in read.items()}


async def test_the_fast_path_publishes_what_publications_would(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookings, "request_booking", no_slow_path)
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "ON-1")
    (said,) = await region.said("booking-requested")

    async with region.service.database.transaction() as tx:
        booking = await stored_bookings.find(tx, UUID(booking_id))
    assert booking is not None
    event = BookingRequested(
        booking_id=booking.booking_id,
        student_id=booking.student_id,
        appointment=booking.appointment,
        at=booking.requested_at,
        approval_due_at=booking.approval_due_at,
    )
    (expected,) = PUBLICATIONS.translate(event)
    assert BookingRequestedV1.model_validate(said) == expected.event
    assert set(said) == set(BookingRequestedV1.model_fields)
    (row,) = await region.rows("SELECT * FROM outbox WHERE type = 'booking.booking-requested.v1'")
    assert (row["aggregate_type"], row["aggregate_id"]) == (expected.aggregate_type, expected.aggregate_id)
    assert (row["topic"], row["key"], row["sequence"]) == ("booking.events", str(pupil.id), 1)


async def test_the_approval_is_due_a_day_before_the_start_when_that_is_sooner(region: Region) -> None:
    pupil = await region.pupil()
    starts_at = datetime(2026, 9, 5, 11, tzinfo=UTC)
    await region.clock(starts_at - timedelta(hours=40))

    answer = await region.book(pupil, "ON-2")

    assert datetime.fromisoformat(answer.json()["approval_due_at"]) == starts_at - timedelta(hours=24)


async def test_a_pupil_of_age_is_booked_at_once(region: Region) -> None:
    pupil = await region.pupil(grade=11, decides_alone=True, guardian_ids=())

    answer = await region.book(pupil, "ON-1")

    assert answer.status_code == 201
    assert (answer.json()["status"], answer.json()["decided_by"]) == ("approved", "student")
    assert len(await region.said("booking-requested")) == 1
    (said,) = await region.said("booking-approved")
    assert (said["decided_by"], said["decided_by_id"]) == ("student", str(pupil.id))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"status": "registered"}, "student-not-active"),
        ({"status": "suspended"}, "student-not-active"),
        ({"purposes": ("processing",)}, "transfer-consent-missing"),
        ({"purposes": ("transfer",)}, "student-not-active"),
        ({"grade": 7}, "grade-does-not-fit"),
    ],
)
async def test_who_may_not_book_is_told_why(region: Region, state: dict[str, object], code: str) -> None:
    pupil = await region.pupil(**state)

    answer = await region.book(pupil, "IP-1")

    is_problem(answer, 409, code)
    assert await region.claimed("IP-1") == 0


async def test_without_all_three_stages_nothing_can_be_booked(region: Region) -> None:
    pupil = await region.knows(Pupil())

    is_problem(await region.book(pupil, "ON-1"), 409, "diagnostics-incomplete")


async def test_nobody_booking_knows_nothing_of_can_book(region: Region) -> None:
    is_problem(await region.book(Pupil(), "ON-1"), 409, "student-not-active")


async def test_unlocking_may_arrive_before_the_pupil(region: Region) -> None:
    pupil = Pupil()
    await region.unlock(pupil)
    await region.knows(pupil)

    assert (await region.book(pupil, "ON-1")).status_code == 201


async def test_booking_closes_36_hours_before_the_start(region: Region) -> None:
    first, second = await region.pupils(2)
    starts_at = datetime(2026, 9, 5, 11, tzinfo=UTC)

    await region.clock(starts_at - timedelta(hours=36, minutes=1))
    assert (await region.book(first, "ON-2")).status_code == 201
    await region.clock(starts_at - timedelta(hours=36))
    is_problem(await region.book(second, "ON-2"), 409, "booking-closed")


async def test_booking_is_not_open_before_its_date(region: Region) -> None:
    pupil = await region.pupil()
    await region.clock(datetime(2026, 7, 6, 19, 59, tzinfo=UTC))
    is_problem(await region.book(pupil, "ON-1"), 409, "booking-not-open")

    await region.clock(datetime(2026, 7, 6, 20, 0, tzinfo=UTC))
    assert (await region.book(pupil, "ON-1")).status_code == 201


async def test_no_more_than_two_in_a_season(region: Region) -> None:
    pupil = await region.pupil()
    await region.booked(pupil, "ON-1")
    await region.booked(pupil, "ON-2")

    is_problem(await region.book(pupil, "ON-3"), 409, "quota-exhausted")
    assert await region.claimed("ON-3") == 0


async def test_no_more_than_one_in_person(region: Region) -> None:
    pupil = await region.pupil()
    await region.booked(pupil, "IP-1")

    is_problem(await region.book(pupil, "IP-2"), 409, "in-person-quota-exhausted")
    assert (await region.book(pupil, "ON-1")).status_code == 201


async def test_bookings_must_not_overlap(region: Region) -> None:
    pupil = await region.pupil()
    await region.booked(pupil, "ON-1")

    is_problem(await region.book(pupil, "CLASH"), 409, "time-clash")
    assert await region.claimed("CLASH") == 0
    assert await region.quota(pupil) == (1, 0)


async def test_a_full_slot_is_full(region: Region) -> None:
    first, second, third = await region.pupils(3)
    await region.booked(first, "ON-1")
    await region.booked(second, "ON-1")

    is_problem(await region.book(third, "ON-1"), 409, "slot-full")
    assert await region.rows("SELECT FROM quotas WHERE student_id = $1", third.id) == []


async def test_a_full_slot_gives_its_overdue_holds_away(region: Region) -> None:
    first, second, third = await region.pupils(3)
    await region.booked(first, "ON-1")
    await region.clock(OPENING + timedelta(hours=1))
    await region.booked(second, "ON-1")
    await region.clock(OPENING + timedelta(hours=48, minutes=1))

    assert (await region.book(third, "ON-1")).status_code == 201

    (said,) = await region.said("booking-expired")
    assert said["student_id"] == str(first.id)
    assert await region.claimed("ON-1") == 2
    assert await region.quota(first) == (0, 0)


async def test_an_unknown_slot_is_not_found(region: Region) -> None:
    pupil = await region.pupil()
    region.slots["nowhere"] = uuid4()

    is_problem(await region.book(pupil, "nowhere"), 404, "slot-unknown")


async def test_a_suspended_pupil_keeps_what_is_booked_and_books_nothing_new(region: Region) -> None:
    pupil = await region.pupil()
    await region.booked(pupil, "ON-1")
    await region.hear(
        StudentSuspendedV1(
            region_code=REGION,
            student_id=pupil.id,
            status="suspended",
            grade=8,
            school_code="630001",
            decides_alone=False,
            guardian_ids=(pupil.guardian,),
            purposes=("processing", "transfer"),
            reason="consent-missing",
        )
    )

    is_problem(await region.book(pupil, "ON-2"), 409, "student-not-active")
    assert await region.claimed("ON-1") == 1


async def test_a_withdrawn_purpose_blocks_before_the_next_whole_state(region: Region) -> None:
    pupil = await region.pupil()
    await region.hear(
        ConsentWithdrawnV1(region_code=REGION, student_id=pupil.id, purpose="transfer", withdrawn_by="guardian")
    )

    is_problem(await region.book(pupil, "ON-1"), 409, "transfer-consent-missing")


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "body"),
        (b"{}", "slot_id"),
        (b'{"slot_id": "x"}', "slot_id"),
        (b'{"slot_id": "01993f7e-0000-7000-8000-000000000000", "student_id": "mine"}', "student_id"),
    ],
)
async def test_a_malformed_request_names_the_field(region: Region, content: bytes, field: str) -> None:
    pupil = await region.pupil()
    headers = region.headers("student", pupil.id)
    headers |= {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}

    answer = await region.client.post("/bookings", content=content, headers=headers)

    is_problem(answer, 422, "request-invalid")
    assert answer.json()["errors"][0]["field"] == field


async def test_what_is_not_json_is_refused(region: Region) -> None:
    pupil = await region.pupil()
    headers = region.headers("student", pupil.id)
    headers |= {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}

    is_problem(await region.client.post("/bookings", content=b"{slot}", headers=headers), 422, "request-invalid")


async def test_the_key_is_needed(region: Region) -> None:
    pupil = await region.pupil()
    wanted = {"slot_id": str(region.slots["ON-1"])}

    answer = await region.client.post("/bookings", json=wanted, headers=region.headers("student", pupil.id))

    is_problem(answer, 400, "idempotency-key-missing")


async def test_only_pupils_book(region: Region) -> None:
    wanted = {"slot_id": str(region.slots["ON-1"])}

    is_problem(await region.client.post("/bookings", json=wanted), 401, "token-missing")
    answer = await region.client.post("/bookings", json=wanted, headers=region.headers("guardian", uuid4()))
    is_problem(answer, 403, "role-not-allowed")


def _moment(value: object) -> object:
    if isinstance(value, str) and value.endswith("Z"):
        return datetime.fromisoformat(value)
    return value
