"""The pupil's route: grows by what booking tells, is planned by the pupil, read by the family."""

import asyncio
import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from bilet_contracts.identity import StudentSuspendedV1
from bilet_diagnostics.use_cases.routes import write_plan
from tests.integration.diagnostics.bookings import MENTOR_CODE, STARTS, Booked, mentor
from tests.integration.diagnostics.world import World, problem_of
from tests.support.records import HandMade, twice
from tests.support.waiting import wait_until

SECRET = "стать сварщиком, как дедушка"


async def plan_sent(world: World, body: dict[str, Any], role: str = "student", **who: Any) -> httpx.Response:  # noqa: ANN401
    return await world.client.put(
        f"/students/{who.get('of', world.student_id)}/route/plan",
        json=body,
        headers=world.headers(role, who.get("subject")),
    )


def plan(*goals: str, steps: tuple[tuple[str, bool], ...] = (), revision: int = 0) -> dict[str, Any]:
    return {
        "goals": list(goals),
        "steps": [{"text": text, "done": done} for text, done in steps],
        "revision": revision,
    }


async def route(world: World) -> dict[str, Any]:
    answer = await world.read(f"/students/{world.student_id}/route")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    read: dict[str, Any] = answer.json()
    return read


async def updates(world: World) -> list[tuple[str, str | None]]:
    return [
        (said["changed"], said["booking_id"])
        for kind, _, said in await world.said()
        if kind == "diagnostics.route-updated.v1"
    ]


async def test_a_new_pupils_route_is_empty_and_can_be_read(world: World) -> None:
    read = await route(world)
    assert (read["profile"], read["recommended"], read["tried_out"]) == ([], [], [])
    assert read["plan"] == {"goals": [], "steps": [], "revision": 0, "changed_at": None}


async def test_the_profile_is_a_part_of_the_route(world: World) -> None:
    for stage in (1, 2, 3):
        await world.take(stage)
    read = await route(world)
    assert [one["stage"] for one in read["profile"]] == [1, 2, 3]
    assert len(read["recommended"]) == 5


async def test_an_attended_try_out_and_the_mentors_recommendation_make_the_route_grow(world: World) -> None:
    booked = Booked(world.student_id)
    issued = booked.recommended()
    await world.hear(*booked.try_out.catalogue(), booked.approved(), booked.attended(), issued)
    (tried,) = (await route(world))["tried_out"]
    assert tried["booking_id"] == str(booked.booking_id)
    assert (tried["competency"], tried["title"], tried["field"]) == ("web", "web", "Информационные технологии")
    assert (tried["try_out"], tried["mentor_id"]) == ("Сверстай страницу", str(booked.mentor_id))
    assert tried["recommendation"]["recommendation_id"] == str(issued.recommendation_id)
    assert tried["recommendation"]["issued_by_id"] == str(booked.mentor_id)
    assert tried["recommendation"]["read_at"] == f"/api/v1/booking/bookings/{booked.booking_id}"
    assert await updates(world) == [("attendance", str(booked.booking_id)), ("recommendation", str(booked.booking_id))]


@pytest.mark.parametrize("attendance", ["no-show", "excused"])
async def test_a_missed_try_out_is_no_part_of_the_route(world: World, attendance: str) -> None:
    booked = Booked(world.student_id)
    await world.hear(*booked.try_out.catalogue(), booked.approved(), booked.attended(attendance))
    assert (await route(world))["tried_out"] == []
    assert await updates(world) == []


async def test_what_booking_tells_in_any_order_and_twice_grows_the_route_once(world: World) -> None:
    booked = Booked(world.student_id)
    offered, slot = booked.try_out.catalogue()
    told = [
        HandMade.of(booked.approved(), 101),
        HandMade.of(booked.attended(), 102),
        HandMade.of(booked.recommended(), 103),
        HandMade.of(offered, 1),
        HandMade.of(slot, 1),
        HandMade.of(mentor(booked.mentor_id, MENTOR_CODE), 1),
    ]
    routes = []
    for seed in range(5):
        for table in ("inbox", "outbox", "approvals", "attendances", "mentor_recommendations", "try_outs", "slots"):
            await world.look.execute(f"DELETE FROM {table}")
        for record in random.Random(seed).sample(twice(told), 12):
            await world.hear_records([record.repeated()])
        routes.append((await route(world))["tried_out"])
        assert sorted(await updates(world)) == [
            ("attendance", str(booked.booking_id)),
            ("recommendation", str(booked.booking_id)),
        ]
    assert len(routes[0]) == 1
    assert all(one == routes[0] for one in routes)


async def test_a_try_out_heard_of_before_the_pupil_and_the_catalogue_waits_for_them(world: World) -> None:
    world.student_id = uuid4()
    booked = Booked(world.student_id)
    await world.hear(booked.recommended(), booked.attended())
    assert problem_of(await world.read(f"/students/{world.student_id}/route")) == (404, "student-not-found")
    await world.tell_student()
    (tried,) = (await route(world))["tried_out"]
    assert (tried["competency"], tried["try_out"]) == ("web", "")
    await world.hear(*booked.try_out.catalogue())
    (tried,) = (await route(world))["tried_out"]
    assert tried["try_out"] == "Сверстай страницу"
    assert await world.look.fetchval("SELECT count(*) FROM parked_messages") == 0


async def test_a_pupils_goals_and_steps_are_kept_and_told_without_their_words(world: World) -> None:
    answer = await plan_sent(world, plan(SECRET, steps=(("купить маску", True), ("найти кружок", False))))
    assert answer.status_code == 200, answer.text
    kept = (await route(world))["plan"]
    assert kept == answer.json()
    assert kept["goals"] == [SECRET]
    assert kept["steps"] == [{"text": "купить маску", "done": True}, {"text": "найти кружок", "done": False}]
    assert kept["revision"] == 1
    assert await updates(world) == [("plan", None)]
    assert "маску" not in str(await world.said())


async def test_a_plan_sent_twice_changes_once(world: World) -> None:
    body = plan(SECRET)
    first = await plan_sent(world, body)
    assert (await plan_sent(world, body)).json() == first.json()
    assert await updates(world) == [("plan", None)]


async def test_two_devices_do_not_overwrite_each_other(world: World) -> None:
    await plan_sent(world, plan("первая цель"))
    assert (await plan_sent(world, plan("первая цель", "с телефона", revision=1))).status_code == 200
    late = await plan_sent(world, plan("первая цель", "с ноутбука", revision=1))
    assert problem_of(late) == (409, "plan-changed-elsewhere")
    assert (await route(world))["plan"]["goals"] == ["первая цель", "с телефона"]


@pytest.mark.parametrize(("second", "expected"), [("та же цель", 200), ("другая цель", 409)])
async def test_of_two_first_plans_at_once_one_is_kept_and_a_different_one_is_told(
    world: World, second: str, expected: int
) -> None:
    async with world.service.database.transaction() as tx:
        await write_plan(tx, student_id=world.student_id, goals=("та же цель",), steps=(), revision=0)
        other = asyncio.create_task(plan_sent(world, plan(second)))
        await wait_until(lambda: waiting_for_the_other(world))
    answer = await other
    assert answer.status_code == expected
    kept = (await route(world))["plan"]
    assert (kept["goals"], kept["revision"]) == (["та же цель"], 1)
    assert await updates(world) == [("plan", None)]


async def waiting_for_the_other(world: World) -> bool:
    return bool(
        await world.look.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
    )


async def test_only_the_pupil_changes_the_plan(world: World) -> None:
    own = plan(SECRET)
    assert problem_of(await plan_sent(world, own, "guardian", subject=world.guardian_id)) == (403, "role-not-allowed")
    assert problem_of(await plan_sent(world, own, "mentor", subject=uuid4())) == (403, "role-not-allowed")
    assert problem_of(await plan_sent(world, own, subject=uuid4())) == (404, "student-not-found")
    assert problem_of(await plan_sent(world, own, of=uuid4())) == (404, "student-not-found")
    assert (await route(world))["plan"]["revision"] == 0


async def test_a_suspended_pupil_reads_the_route_and_changes_nothing(world: World) -> None:
    await plan_sent(world, plan("цель"))
    await world.tell_student(StudentSuspendedV1, status="suspended", purposes=(), reason="consent-withdrawn")
    assert problem_of(await plan_sent(world, plan("другая", revision=1))) == (409, "plan-not-open")
    assert (await route(world))["plan"]["goals"] == ["цель"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        plan(""),
        plan("   \t "),
        plan("а" * 301),
        plan("с нулём\u0000внутри"),
        plan("звонок\u0007"),
        plan(*("цель",) * 11),
        plan(steps=(("шаг", False),) * 21),
        plan(revision=-1),
        plan(revision=2**31),
        plan("цель") | {"mentor": "подсказал"},
        {**plan("цель"), "steps": [{"text": "шаг", "done": "может быть"}]},
        {**plan(), "goals": [["вложенная"]]},
        {**plan(), "goals": "цель"},
    ],
)
async def test_a_plan_that_is_no_plan_is_refused_without_repeating_it(world: World, body: dict[str, Any]) -> None:
    answer = await plan_sent(world, body)
    assert problem_of(answer)[0] == 422
    assert answer.json()["errors"]
    for words in ("цель", "подсказал", "вложенная", "внутри"):
        assert words not in answer.text
    assert (await route(world))["plan"]["revision"] == 0


async def test_a_revision_from_the_future_is_a_conflict(world: World) -> None:
    assert problem_of(await plan_sent(world, plan("цель", revision=5))) == (409, "plan-changed-elsewhere")


async def test_half_a_character_is_refused(world: World) -> None:
    answer = await world.client.put(
        f"/students/{world.student_id}/route/plan",
        content=b'{"goals": ["\\ud800"], "steps": [], "revision": 0}',
        headers=world.headers() | {"Content-Type": "application/json"},
    )
    assert problem_of(answer)[0] == 422


async def test_the_guardian_reads_route_and_plan_without_what_is_the_pupils_alone(world: World) -> None:
    for stage in (1, 2):
        await world.take(stage)
    await plan_sent(world, plan(SECRET))
    answer = await world.read(f"/students/{world.student_id}/route", "guardian", world.guardian_id)
    assert answer.status_code == 200
    assert answer.json()["plan"]["goals"] == [SECRET]
    for hidden in ("emotional-stability", "Спокойствие", "quiz"):
        assert hidden not in answer.text
    await world.tell_student(decides_alone=True)
    refused = await world.read(f"/students/{world.student_id}/route", "guardian", world.guardian_id)
    assert problem_of(refused) == (404, "student-not-found")


async def test_mentors_and_strangers_read_no_route(world: World) -> None:
    for path in ("route", "route.pdf"):
        address = f"/students/{world.student_id}/{path}"
        assert problem_of(await world.read(address, "mentor", uuid4())) == (403, "role-not-allowed")
        assert problem_of(await world.read(address, "student", uuid4())) == (404, "student-not-found")
        assert problem_of(await world.read(address, "guardian", uuid4())) == (404, "student-not-found")


async def test_the_document_is_a_pdf_for_pupil_and_guardian(world: World) -> None:
    for stage in (1, 2, 3):
        await world.take(stage)
    booked = Booked(world.student_id)
    await world.hear(*booked.try_out.catalogue(), booked.attended(), booked.recommended())
    await plan_sent(world, plan(SECRET, "🚀" * 10, "ы" * 300))
    for role, who in (("student", world.student_id), ("guardian", world.guardian_id)):
        answer = await world.read(f"/students/{world.student_id}/route.pdf", role, who)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["cache-control"] == "no-store"
        assert str(world.student_id) not in answer.headers["content-disposition"]
        assert answer.content.startswith(b"%PDF-")


async def test_the_pupils_words_reach_no_log(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    await plan_sent(world, plan(SECRET, "🚀 и ракеты"))
    await plan_sent(world, plan("другая " + SECRET, revision=9))
    await world.read(f"/students/{world.student_id}/route.pdf")
    captured = capfd.readouterr()
    for words in (SECRET, "ракеты", "🚀"):
        assert words not in captured.out + captured.err


async def test_try_outs_stand_in_the_order_in_which_they_were(world: World) -> None:
    first, second = Booked(world.student_id), Booked(world.student_id)
    later = second.attended().model_copy(update={"starts_at": STARTS + timedelta(days=7)})
    await world.hear(later, first.attended())
    ids = [one["booking_id"] for one in (await route(world))["tried_out"]]
    assert ids == [str(first.booking_id), str(second.booking_id)]
