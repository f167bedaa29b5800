"""Who sees which bookings, whether one may book, and how far everybody came."""

from uuid import UUID, uuid4

import pytest

from tests.integration.booking.conftest import Pupil, Region, is_problem

STEPS = ("registered", "active", "stage_1", "stage_2", "stage_3", "booked", "approved", "attended", "recommended")


async def _slots_seen(region: Region, role: str, subject: UUID, query: str = "") -> list[str]:
    answer = await region.see(role, subject, f"/bookings{query}")
    assert answer.status_code == 200, answer.text
    return [item["slot_code"] for item in answer.json()["items"]]


async def test_everybody_sees_what_is_theirs_by_start(region: Region) -> None:
    one, other = await region.pupils(2)
    await region.booked(one, "IP-2")
    await region.booked(one, "ON-1")
    await region.booked(other, "ON-2")
    site = await region.staff("site-coordinator", site_code="63-S02")
    stranger = await region.staff("mentor", staff_code="63-M09")

    assert await _slots_seen(region, "student", one.id) == ["ON-1", "IP-2"]
    assert await _slots_seen(region, "guardian", other.guardian) == ["ON-2"]
    assert await _slots_seen(region, "mentor", region.mentor) == ["ON-1", "ON-2"]
    assert await _slots_seen(region, "mentor", region.mentor, f"?slot_id={region.slots['ON-2']}") == ["ON-2"]
    assert await _slots_seen(region, "site-coordinator", site) == ["IP-2"]
    assert await _slots_seen(region, "regional-operator", region.operator) == ["ON-1", "ON-2", "IP-2"]
    assert await _slots_seen(region, "mentor", stranger) == []
    assert await _slots_seen(region, "school-coordinator", region.mentor) == []


async def test_a_list_comes_in_pages(region: Region) -> None:
    pupils = await region.pupils(5)
    for pupil in pupils:
        await region.booked(pupil, "ON-2")
    seen: list[str] = []
    query = "?limit=2"
    while True:
        page = (await region.see("mentor", region.mentor, f"/bookings{query}")).json()
        seen += [item["student_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query = f"?limit=2&cursor={page['next_cursor']}"

    assert sorted(seen) == sorted(str(pupil.id) for pupil in pupils)


@pytest.mark.parametrize("query", ["?cursor=x", "?limit=0", "?limit=1000", "?status=lost", "?slot_id=1"])
async def test_a_malformed_question_is_refused(region: Region, query: str) -> None:
    is_problem(await region.see("mentor", region.mentor, f"/bookings{query}"), 422, "request-invalid")


async def test_a_strangers_booking_is_not_found(region: Region) -> None:
    one, other = await region.pupils(2)
    booking_id = await region.booked(one, "ON-1")

    assert (await region.see("guardian", one.guardian, f"/bookings/{booking_id}")).status_code == 200
    is_problem(await region.see("student", other.id, f"/bookings/{booking_id}"), 404, "not-found")
    is_problem(await region.see("guardian", other.guardian, f"/bookings/{booking_id}"), 404, "not-found")
    is_problem(await region.see("school-coordinator", region.mentor, f"/bookings/{booking_id}"), 404, "not-found")
    is_problem(await region.client.get(f"/bookings/{booking_id}"), 401, "token-missing")


async def test_a_pupil_learns_what_is_missing(region: Region) -> None:
    pupil = await region.knows(Pupil(), status="registered", purposes=("processing",))

    answer = (await region.see("student", pupil.id, "/eligibility")).json()

    assert answer["may_book"] is False
    assert [item["code"] for item in answer["missing"]] == [
        "student-not-active",
        "transfer-consent-missing",
        "diagnostics-incomplete",
    ]
    assert all(item["title"] and item["detail"] for item in answer["missing"])


async def test_a_pupil_learns_that_nothing_is_missing(region: Region) -> None:
    pupil = await region.pupil()
    await region.booked(pupil, "IP-1")

    answer = (await region.see("student", pupil.id, "/eligibility")).json()

    assert (answer["may_book"], answer["missing"]) == (True, [])
    assert (answer["booked"], answer["in_person"], answer["max_bookings"], answer["max_in_person"]) == (1, 1, 2, 1)
    assert answer["season_code"] == "63-2026"


async def test_a_used_up_quota_is_an_obstacle(region: Region) -> None:
    pupil = await region.pupil()
    await region.booked(pupil, "ON-1")
    await region.booked(pupil, "ON-2")

    answer = (await region.see("student", pupil.id, "/eligibility")).json()

    assert [item["code"] for item in answer["missing"]] == ["quota-exhausted"]


async def test_nobody_else_asks_for_eligibility(region: Region) -> None:
    is_problem(await region.see("guardian", uuid4(), "/eligibility"), 403, "role-not-allowed")


async def test_the_funnel_counts_pupils(region: Region) -> None:
    await region.knows(Pupil(), status="registered")
    came, waiting = await region.pupils(2)
    elsewhere = await region.pupil(school_code="630002")
    for pupil in (came, waiting):
        for stage in (1, 2, 3):
            await region.stage(pupil, stage)
    await region.stage(elsewhere, 1)
    await region.booked(waiting, "ON-1")
    booking_id = await region.attended(came)
    headers = {"Idempotency-Key": str(uuid4())}
    await region.act("mentor", region.mentor, booking_id, "recommendation", {"text": "Да"}, **headers)

    counts = (await region.see("regional-operator", region.operator, "/funnel")).json()

    assert counts == {
        "region_code": "63",
        "season_code": "63-2026",
        "registered": 4,
        "active": 3,
        "stage_1": 3,
        "stage_2": 2,
        "stage_3": 2,
        "booked": 2,
        "approved": 1,
        "attended": 1,
        "recommended": 1,
    }


async def test_a_step_once_reached_stays_reached(region: Region) -> None:
    suspended, cancelling = await region.pupils(2)
    for pupil in (suspended, cancelling):
        for stage in (1, 2, 3):
            await region.stage(pupil, stage)
    booking_id = await region.approved(cancelling, "ON-1")
    assert (await region.act("student", cancelling.id, booking_id, "cancellation")).status_code == 200
    await region.knows(suspended, status="suspended")

    counts = (await region.see("regional-operator", region.operator, "/funnel")).json()

    assert [counts[step] for step in STEPS] == [2, 2, 2, 2, 2, 1, 1, 0, 0]


async def test_a_later_step_heard_of_first_proves_the_earlier_ones(region: Region) -> None:
    await region.stage(await region.knows(Pupil(), status="registered"), 2)
    await region.booked(await region.pupil(), "ON-1")

    counts = (await region.see("regional-operator", region.operator, "/funnel")).json()

    assert [counts[step] for step in STEPS] == [2, 2, 2, 2, 1, 1, 0, 0, 0]


async def test_a_school_coordinator_counts_the_own_school(region: Region) -> None:
    coordinator = await region.staff("school-coordinator", school_code="630002")
    await region.pupils(3)
    await region.pupil(school_code="630002")

    counts = (await region.see("school-coordinator", coordinator, "/funnel")).json()

    assert (counts["registered"], counts["active"]) == (1, 1)


async def test_a_federal_operator_names_the_region(region: Region) -> None:
    federal = await region.staff("federal-operator")

    assert (await region.see("federal-operator", federal, "/funnel?region=63")).status_code == 200
    is_problem(await region.see("federal-operator", federal, "/funnel?region=64"), 404, "not-found")


async def test_the_funnel_of_another_region_is_forbidden(region: Region) -> None:
    is_problem(await region.see("regional-operator", region.operator, "/funnel?region=64"), 403, "region-forbidden")
    is_problem(await region.see("regional-operator", uuid4(), "/funnel"), 403, "region-forbidden")
    is_problem(await region.see("mentor", region.mentor, "/funnel"), 403, "role-not-allowed")
