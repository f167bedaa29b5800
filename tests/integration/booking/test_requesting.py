"""A pupil claims a seat."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from bilet_booking.domain.events import BookingRequested
from bilet_booking.publications import PUBLICATIONS
from bilet_booking.storage import repository
from bilet_contracts.booking import BookingRequestedV1
from bilet_contracts.identity import ConsentWithdrawnV1, StudentSuspendedV1
from tests.integration.booking.conftest import OPENING, REGION, SLOTS_CSV, Pupil, Region, is_problem


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


async def test_the_short_way_says_what_publications_would_say(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "ON-1")
    (said,) = await region.said("booking-requested")

    async with region.service.database.transaction() as tx:
        booking = await repository.booking_of(tx, UUID(booking_id))
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


async def test_a_repeat_answers_what_the_first_one_answered(region: Region) -> None:
    pupil = await region.pupil()
    first = await region.book(pupil, "ON-1", key="the-same-key")

    second = await region.book(pupil, "ON-1", key="the-same-key")

    assert (second.status_code, second.content) == (201, first.content)
    assert await region.claimed("ON-1") == 1
    assert len(await region.said("booking-requested")) == 1


async def test_a_repeat_is_answered_even_when_the_slot_is_full_by_now(region: Region) -> None:
    pupil, other = await region.pupils(2)
    first = await region.book(pupil, "ON-1", key="the-same-key")
    await region.booked(other, "ON-1")

    second = await region.book(pupil, "ON-1", key="the-same-key")

    assert (second.status_code, second.content) == (201, first.content)


async def test_the_repeat_of_a_booking_made_the_long_way_answers_the_same(region: Region) -> None:
    pupil = await region.pupil(decides_alone=True)
    first = await region.book(pupil, "ON-1", key="the-same-key")

    second = await region.book(pupil, "ON-1", key="the-same-key")

    assert (second.status_code, second.content) == (201, first.content)
    assert await region.claimed("ON-1") == 1


async def test_a_key_with_another_body_is_refused(region: Region) -> None:
    pupil = await region.pupil()
    await region.book(pupil, "ON-1", key="the-same-key")

    is_problem(await region.book(pupil, "ON-2", key="the-same-key"), 422, "idempotency-key-reused")
    assert await region.claimed("ON-2") == 0


async def test_a_request_in_flight_is_not_begun_again(region: Region) -> None:
    pupil = await region.pupil()
    async with region.service.database.transaction() as elsewhere:
        await elsewhere.fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{pupil.id}\nthe-same-key")
        is_problem(await region.book(pupil, "ON-1", key="the-same-key"), 409, "request-in-flight")

    assert (await region.book(pupil, "ON-1", key="the-same-key")).status_code == 201


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "body"),
        (b"not json", "body"),
        (b"{}", "slot_id"),
        (b'{"slot_id": "x"}', "slot_id"),
        (b'{"slot_id": "01993f7e-0000-7000-8000-000000000000", "student_id": "mine"}', "student_id"),
    ],
)
async def test_a_malformed_request_names_the_field(region: Region, content: bytes, field: str) -> None:
    pupil = await region.pupil()
    headers = region.headers("student", pupil.id) | {"Idempotency-Key": str(uuid4())}

    answer = await region.client.post("/bookings", content=content, headers=headers)

    is_problem(answer, 422, "request-invalid")
    assert answer.json()["errors"][0]["field"] == field


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


async def test_a_hundred_parallel_bookings_of_one_pupil_give_two_and_one_in_person(region: Region) -> None:
    many = [f"P-{n},C-IP,2026-10-{n:02}T10:00,30" for n in range(1, 26)]
    many += [f"O-{n},W-ON,2026-10-{n:02}T15:00,30" for n in range(1, 26)]
    assert (await region.load("slots", "\n".join([SLOTS_CSV.splitlines()[0], *many]))).status_code == 200
    await region.learn_slots()
    pupil = await region.pupil()
    wanted = [line.split(",")[0] for line in many] * 2

    answers = await asyncio.gather(*(region.book(pupil, slot) for slot in wanted))

    booked = [answer.json() for answer in answers if answer.status_code == 201]
    assert len(booked) == 2
    assert sum(booking["format"] == "in-person" for booking in booked) <= 1
    assert {answer.status_code for answer in answers} == {201, 409}
    assert await region.value("SELECT sum(claimed) FROM slots") == 2


async def test_five_hundred_for_one_slot_never_exceed_its_capacity(region: Region) -> None:
    pupils = await region.pupils(500)

    given = await asyncio.gather(*(region.book(pupil, "ON-2") for pupil in pupils))

    answers = [answer.status_code for answer in given]

    assert (answers.count(201), answers.count(409)) == (30, 470)
    assert await region.claimed("ON-2") == 30
    assert await region.value("SELECT count(*) FROM bookings") == 30
    assert await region.value("SELECT count(*) FROM quotas") == 30
    assert len(await region.said("booking-requested")) == 30


def _moment(value: object) -> object:
    if isinstance(value, str) and value.endswith("Z"):
        return datetime.fromisoformat(value)
    return value
