"""The mentor records who came, and advises."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.booking.conftest import Region, is_problem

ADVICE: dict[str, Any] = {
    "text": "Сварной шов ровный, рука твёрдая.",
    "next_steps": ["Кружок сварки", "День открытых дверей"],
}


async def recommend(region: Region, booking_id: str, advice: object = None, **given: object) -> httpx.Response:
    """POST a recommendation as the region's mentor."""
    headers = {"Idempotency-Key": str(uuid4())}
    return await region.act(
        "mentor", region.mentor, booking_id, "recommendation", advice or {**ADVICE, **given}, **headers
    )


async def test_the_mentor_records_who_came(region: Region) -> None:
    pupil = await region.pupil()
    await region.attended(pupil)

    (said,) = await region.said("attendance-recorded")
    assert (said["attendance"], said["recorded_by_id"]) == ("attended", str(region.mentor))
    assert await region.quota(pupil) == (1, 0)


@pytest.mark.parametrize(("attendance", "counts"), [("no-show", (1, 1)), ("excused", (0, 0))])
async def test_only_an_excused_absence_gives_the_quota_back(
    region: Region, attendance: str, counts: tuple[int, int]
) -> None:
    pupil = await region.pupil()
    booking_id = await region.approved(pupil, "IP-1")
    await region.clock(await region.value("SELECT starts_at FROM slots WHERE slot_code = 'IP-1'"))

    answer = await region.act("mentor", region.mentor, booking_id, "attendance", {"attendance": attendance})

    assert (answer.json()["status"], answer.json()["attendance"]) == ("no-show", attendance)
    assert await region.quota(pupil) == counts


async def test_attendance_is_not_known_before_the_start(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.approved(pupil, "ON-2")
    starts_at = await region.value("SELECT starts_at FROM slots WHERE slot_code = 'ON-2'")
    await region.clock(starts_at - timedelta(minutes=1))

    answer = await region.act("mentor", region.mentor, booking_id, "attendance", {"attendance": "attended"})

    is_problem(answer, 409, "not-started")


async def test_another_mentor_finds_nothing(region: Region) -> None:
    stranger = await region.staff("mentor", staff_code="63-M02")
    pupil = await region.pupil()
    booking_id = await region.attended(pupil)

    answer = await region.act("mentor", stranger, booking_id, "attendance", {"attendance": "no-show"})

    is_problem(answer, 404, "not-found")
    headers = {"Idempotency-Key": str(uuid4())}
    is_problem(await region.act("mentor", stranger, booking_id, "recommendation", ADVICE, **headers), 404, "not-found")


async def test_a_mentor_known_after_the_booking_is_linked(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.approved(pupil, "IP-2")
    late = await region.staff("mentor", staff_code="63-M02")
    await region.clock(await region.value("SELECT starts_at FROM slots WHERE slot_code = 'IP-2'"))

    answer = await region.act("mentor", late, booking_id, "attendance", {"attendance": "attended"})

    assert answer.status_code == 200
    (said,) = await region.said("attendance-recorded")
    assert said["mentor_staff_id"] == str(late)


async def test_attendance_recorded_is_not_recorded_otherwise(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.attended(pupil)

    repeat = await region.act("mentor", region.mentor, booking_id, "attendance", {"attendance": "attended"})
    other = await region.act("mentor", region.mentor, booking_id, "attendance", {"attendance": "excused"})

    assert repeat.status_code == 200
    is_problem(other, 409, "already-settled")
    assert len(await region.said("attendance-recorded")) == 1


async def test_attendance_of_an_unapproved_booking_is_refused(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "ON-2")

    answer = await region.act("mentor", region.mentor, booking_id, "attendance", {"attendance": "attended"})

    is_problem(answer, 409, "not-approved")


async def test_an_unknown_attendance_names_the_field(region: Region) -> None:
    answer = await region.act("mentor", region.mentor, str(uuid4()), "attendance", {"attendance": "ill"})

    is_problem(answer, 422, "request-invalid")
    assert answer.json()["errors"][0]["field"] == "attendance"


async def test_the_mentor_advises_who_came(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.attended(pupil)

    answer = await recommend(region, booking_id)

    assert answer.status_code == 201
    (said,) = await region.said("recommendation-issued")
    assert said["issued_by_id"] == str(region.mentor)
    assert ADVICE["text"] not in str(said)
    read = (await region.see("guardian", pupil.guardian, f"/bookings/{booking_id}")).json()["recommendation"]
    assert (read["text"], read["next_steps"]) == (ADVICE["text"], ADVICE["next_steps"])


async def test_a_recommendation_is_written_once(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.attended(pupil)
    await recommend(region, booking_id)

    assert (await recommend(region, booking_id)).status_code == 201
    is_problem(await recommend(region, booking_id, text="Иначе."), 409, "recommendation-already-issued")
    assert len(await region.said("recommendation-issued")) == 1


async def test_no_recommendation_without_attendance(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.approved(pupil, "ON-1")

    is_problem(await recommend(region, booking_id), 409, "not-attended")


async def test_no_recommendation_after_the_seasons_term(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.attended(pupil)
    await region.clock(await region.value("SELECT recommendations_until FROM seasons"))

    is_problem(await recommend(region, booking_id), 409, "recommendation-too-late")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "х" * 2001}, "text"),
        ({"text": "Да", "next_steps": ["шаг"] * 6}, "next_steps"),
        ({"text": "Да", "next_steps": ["х" * 201]}, "next_steps.0"),
    ],
)
async def test_free_text_is_bounded(region: Region, given: dict[str, object], field: str) -> None:
    answer = await recommend(region, str(uuid4()), given)

    is_problem(answer, 422, "request-invalid")
    assert answer.json()["errors"][0]["field"] == field


async def test_the_site_does_not_read_the_mentors_text(region: Region) -> None:
    coordinator = await region.staff("site-coordinator", site_code="63-S01")
    pupil = await region.pupil()
    booking_id = await region.attended(pupil)
    await recommend(region, booking_id)

    seen = (await region.see("site-coordinator", coordinator, f"/bookings/{booking_id}")).json()

    assert (seen["status"], seen["recommendation"]) == ("attended", None)
