"""A repeated request acts once; a crowd gets what there is."""

import asyncio
from datetime import timedelta

from bilet_kit.web.idempotency import checked_key
from tests.integration.booking.conftest import OPENING, SLOTS_CSV, Region, is_problem


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


async def test_the_repeat_of_a_booking_made_on_the_slow_path_answers_the_same(region: Region) -> None:
    pupil, *others = await region.pupils(3)
    for other in others:
        await region.booked(other, "ON-1")
    await region.clock(OPENING + timedelta(hours=49))  # both holds are overdue, so only the slow path finds a seat
    first = await region.book(pupil, "ON-1", key="the-same-key")

    second = await region.book(pupil, "ON-1", key="the-same-key")

    assert (second.status_code, second.content) == (201, first.content)
    assert await region.claimed("ON-1") == 1  # the others' holds are given back


async def test_a_key_with_another_body_is_refused(region: Region) -> None:
    pupil = await region.pupil()
    await region.book(pupil, "ON-1", key="the-same-key")

    is_problem(await region.book(pupil, "ON-2", key="the-same-key"), 422, "idempotency-key-reused")
    assert await region.claimed("ON-2") == 0


async def test_a_request_in_flight_is_not_begun_again(region: Region) -> None:
    pupil, kept = await region.pupil(), checked_key("the-same-key")
    async with region.service.database.transaction() as elsewhere:
        await elsewhere.fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{pupil.id}\n{kept}")
        is_problem(await region.book(pupil, "ON-1", key="the-same-key"), 409, "request-in-flight")

    assert (await region.book(pupil, "ON-1", key="the-same-key")).status_code == 201


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
