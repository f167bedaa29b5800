"""Mentors see a summary of those they meet, coordinators who is how far, methodologists instruments; looks are told."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from bilet_contracts.identity import ConsentWithdrawnV1, StudentActivatedV1, StudentRegisteredV1
from tests.integration.diagnostics.bookings import VISIBLE_UNTIL, Booked, TryOut, coordinator, mentor, staff
from tests.integration.diagnostics.world import World, problem_of, student_state
from tests.support.plugin import SetClock
from tests.support.records import HandMade

OPEN = ("processing", "transfer", "results-to-mentor")
HIDDEN = (404, "student-not-found")


class Meeting:
    """A pupil with a first result, and a mentor who has an approved booking with the pupil."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.mentor_id = uuid4()
        self.booked = Booked(world.student_id)

    async def agreed(self, purposes: tuple[str, ...] = OPEN) -> None:
        await self.world.take(1)
        await self.world.tell_student(purposes=purposes)
        await self.world.hear(mentor(self.mentor_id), *self.booked.try_out.catalogue(), self.booked.approved())

    async def look(self, who: UUID | None = None, what: str = "results") -> tuple[int, str]:
        """Return what the mentor gets: 200 and the text, or status and code of the refusal."""
        answer = await self.world.read(f"/students/{self.world.student_id}/{what}", "mentor", who or self.mentor_id)
        return (200, answer.text) if answer.status_code == 200 else problem_of(answer)


@pytest.fixture
def meeting(world: World) -> Meeting:
    return Meeting(world)


async def looks(world: World) -> list[dict[str, object]]:
    return [said for kind, _, said in await world.said() if kind == "diagnostics.result-viewed.v1"]


async def test_a_mentor_sees_the_summary_and_never_an_answer(meeting: Meeting) -> None:
    await meeting.agreed()
    await meeting.world.take(2)
    status, shown = await meeting.look()
    assert status == 200
    assert '"scale":"' in shown
    for hidden in ("emotional-stability", "quiz", "rd01", "b01", "goals"):
        assert hidden not in shown
    assert (await meeting.look(what="recommendations"))[0] == 200


async def test_a_mentor_without_the_pupils_consent_sees_nothing(meeting: Meeting) -> None:
    await meeting.agreed(("processing", "transfer"))
    assert await meeting.look() == HIDDEN


async def test_withdrawing_the_consent_closes_the_results_before_the_new_state_arrives(meeting: Meeting) -> None:
    await meeting.agreed()
    await meeting.world.hear(
        ConsentWithdrawnV1(
            region_code="63",
            student_id=meeting.world.student_id,
            purpose="results-to-mentor",
            withdrawn_by="guardian",
        )
    )
    assert await meeting.look() == HIDDEN


async def test_withdrawing_the_consent_to_processing_closes_them_too(meeting: Meeting) -> None:
    await meeting.agreed(("results-to-mentor",))
    assert await meeting.look() == HIDDEN


async def test_a_mentor_without_a_booking_sees_nothing(world: World) -> None:
    await world.tell_student(purposes=OPEN)
    meeting = Meeting(world)
    await world.hear(mentor(meeting.mentor_id), *meeting.booked.try_out.catalogue())
    assert await meeting.look() == HIDDEN


async def test_another_mentor_sees_nothing_not_even_with_the_same_code_in_another_region(meeting: Meeting) -> None:
    await meeting.agreed()
    other, elsewhere, unknown = uuid4(), uuid4(), uuid4()
    await meeting.world.hear(mentor(other, "63-M02"), mentor(elsewhere, region="64"))
    for stranger in (other, elsewhere, unknown, meeting.booked.mentor_id):
        assert await meeting.look(stranger) == HIDDEN
    assert await looks(meeting.world) == []


async def test_a_mentors_token_without_the_mentors_scope_opens_nothing(meeting: Meeting) -> None:
    await meeting.agreed()
    await meeting.world.hear(
        staff(meeting.mentor_id, {"role": "site-coordinator", "region_code": "63", "staff_code": "63-M01"})
    )
    assert await meeting.look() == HIDDEN


async def test_a_cancelled_booking_closes_and_a_late_copy_of_the_approval_does_not_open_again(meeting: Meeting) -> None:
    await meeting.agreed()
    approval = meeting.booked.approved()
    await meeting.world.hear(approval, meeting.booked.cancelled())
    assert await meeting.look() == HIDDEN
    await meeting.world.hear_records([HandMade.of(approval, 1)])
    assert await meeting.look() == HIDDEN


@pytest.mark.parametrize("attendance", ["no-show", "excused"])
async def test_a_pupil_who_did_not_come_is_not_looked_at(meeting: Meeting, attendance: str) -> None:
    await meeting.agreed()
    await meeting.world.hear(meeting.booked.attended(attendance))
    assert await meeting.look() == HIDDEN


async def test_a_mentor_looks_until_the_time_of_recommendations_is_over(
    meeting: Meeting, address: str, set_clock: SetClock
) -> None:
    await meeting.agreed()
    await meeting.world.hear(meeting.booked.attended())
    await set_clock(address, VISIBLE_UNTIL - timedelta(minutes=1))
    assert (await meeting.look())[0] == 200
    await set_clock(address, VISIBLE_UNTIL + timedelta(seconds=1))
    assert await meeting.look() == HIDDEN


async def test_a_try_out_given_to_another_mentor_closes_for_the_first_and_opens_for_the_second(
    meeting: Meeting,
) -> None:
    await meeting.agreed()
    second = uuid4()
    moved = TryOut("63-M02", try_out_id=meeting.booked.try_out.try_out_id, slot_id=meeting.booked.try_out.slot_id)
    await meeting.world.hear(mentor(second, "63-M02"), *moved.catalogue())
    assert await meeting.look() == HIDDEN
    assert (await meeting.look(second))[0] == 200


async def test_an_approval_heard_before_the_slot_opens_once_the_slot_is_known(meeting: Meeting) -> None:
    await meeting.world.tell_student(purposes=OPEN)
    await meeting.world.hear(meeting.booked.approved(), mentor(meeting.mentor_id))
    assert await meeting.look() == HIDDEN
    await meeting.world.hear(*reversed(meeting.booked.try_out.catalogue()))
    assert (await meeting.look())[0] == 200


async def test_every_look_of_somebody_else_is_told_and_the_pupils_own_is_not(meeting: Meeting) -> None:
    world = meeting.world
    await meeting.agreed()
    for path in ("results", "recommendations", "route", "route.pdf"):
        assert (await world.read(f"/students/{world.student_id}/{path}")).status_code == 200
    assert await looks(world) == []

    await meeting.look()
    for path in ("results", "recommendations", "route", "route.pdf"):
        answer = await world.read(f"/students/{world.student_id}/{path}", "guardian", world.guardian_id)
        assert answer.status_code == 200

    told = [(one["role"], one["viewer_id"], one["viewed"]) for one in await looks(world)]
    family = str(world.guardian_id)
    assert told == [
        ("mentor", str(meeting.mentor_id), "results"),
        ("guardian", family, "results"),
        ("guardian", family, "recommendations"),
        ("guardian", family, "route"),
        ("guardian", family, "route-document"),
    ]
    assert {one["student_id"] for one in await looks(world)} == {str(world.student_id)}


async def test_a_refused_look_is_not_told(world: World) -> None:
    for path in ("results", "recommendations", "route", "route.pdf"):
        assert problem_of(await world.read(f"/students/{world.student_id}/{path}", "guardian", uuid4())) == HIDDEN
    assert await looks(world) == []


async def test_a_coordinator_sees_how_far_the_own_schools_pupils_are_and_no_result(world: World) -> None:
    who, newcomer, elsewhere, unasked = uuid4(), uuid4(), uuid4(), uuid4()
    await world.take(1)
    await world.take(2)
    await world.started(3)
    await world.hear(
        coordinator(who),
        student_state(StudentActivatedV1, newcomer, grade=6),
        student_state(StudentActivatedV1, elsewhere, school_code="630002"),
        student_state(StudentRegisteredV1, unasked, status="registered", purposes=()),
    )
    answer = await world.read("/completion", "school-coordinator", who)
    assert answer.status_code == 200
    expected = [
        {"student_id": str(world.student_id), "grade": 8, "school_code": "630001", "stages_done": [1, 2]},
        {"student_id": str(newcomer), "grade": 6, "school_code": "630001", "stages_done": []},
    ]
    assert answer.json() == {"items": sorted(expected, key=lambda one: str(one["student_id"])), "next_cursor": None}
    assert await looks(world) == []


async def test_completion_is_paged_without_a_gap_or_a_repeat(world: World) -> None:
    who = uuid4()
    pupils = [uuid4() for _ in range(6)]
    await world.hear(coordinator(who), *(student_state(StudentActivatedV1, one) for one in pupils))
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await world.read(f"/completion?limit=3{cursor}", "school-coordinator", who)).json()
        seen += [one["student_id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == sorted(map(str, [*pupils, world.student_id]))


async def test_the_same_school_code_in_another_region_is_another_school(world: World) -> None:
    who = uuid4()
    await world.hear(coordinator(who, region="64"))
    assert (await world.read("/completion", "school-coordinator", who)).json()["items"] == []


async def test_a_coordinator_whose_scope_is_gone_sees_nobody(world: World) -> None:
    who = uuid4()
    await world.hear(coordinator(who))
    await world.hear(staff(who))
    assert (await world.read("/completion", "school-coordinator", who)).json()["items"] == []


async def test_completion_is_only_for_coordinators(world: World) -> None:
    for role in ("student", "guardian", "mentor", "methodologist", "regional-operator"):
        assert problem_of(await world.read("/completion", role, uuid4())) == (403, "role-not-allowed")


async def test_a_methodologist_reads_instruments_with_keys(world: World) -> None:
    who = uuid4()
    await world.hear(staff(who, {"role": "methodologist", "region_code": "63"}))
    listed = (await world.read("/instruments", "methodologist", who)).json()["items"]
    assert len(listed) >= 5
    for one in listed:
        read = (await world.read(f"/instruments/{one['ref']}", "methodologist", who)).json()
        assert len(read["items"]) == one["item_count"]
        assert {scale for item in read["items"] for scale in item["keys"]} == {
            scale["scale"] for scale in read["scales"]
        }
        assert read["source"]
        assert read["licence"]
    assert problem_of(await world.read("/instruments/nothing-1", "methodologist", who)) == (
        404,
        "instrument-not-found",
    )


async def test_counts_say_nothing_about_fewer_than_ten(world: World) -> None:
    who, elsewhere = uuid4(), uuid4()
    await world.hear(
        staff(who, {"role": "methodologist", "region_code": "63"}),
        staff(elsewhere, {"role": "methodologist", "region_code": "64"}),
    )
    published = (await world.read("/instruments", "methodologist", who)).json()["items"]
    ref = max((one for one in published if one["stage"] == 1), key=lambda one: one["version"])["ref"]
    await world.take(1)
    path = f"/instruments/{ref}/counts"
    hidden = {"grade": 8, "begun": None, "submitted": None, "flagged": None}
    assert (await world.read(path, "methodologist", who)).json()["items"] == [hidden]

    await world.look.execute(
        "INSERT INTO attempts SELECT (jsonb_populate_record(a, jsonb_build_object("
        "'attempt_id', gen_random_uuid(), 'student_id', gen_random_uuid()))).* "
        "FROM attempts a, generate_series(1, 9)"
    )
    counted = {"grade": 8, "begun": 10, "submitted": 10, "flagged": 0}
    assert (await world.read(path, "methodologist", who)).json()["items"] == [counted]
    assert (await world.read(path, "methodologist", elsewhere)).json()["items"] == []


async def test_a_methodologists_token_without_the_scope_opens_nothing(world: World) -> None:
    for path in ("/instruments", "/instruments/mini-ipip-20-1", "/instruments/mini-ipip-20-1/counts"):
        assert problem_of(await world.read(path, "methodologist", uuid4())) == (404, "instrument-not-found")
        assert problem_of(await world.read(path, "student")) == (403, "role-not-allowed")
