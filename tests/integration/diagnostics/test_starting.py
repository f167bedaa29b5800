"""Stages are opened by an active pupil, in the season, in order."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from bilet_contracts.identity import StudentSuspendedV1
from tests.integration.diagnostics.test_rescoring import ref
from tests.integration.diagnostics.world import FIRST_DAY, SEASON_CLOSES, SEASON_OPENS, World, problem_of
from tests.support.plugin import SetClock


async def test_a_started_stage_is_said_once_with_its_instruments(world: World) -> None:
    answer = await world.start(1)

    assert answer.status_code == 201
    assert answer.json()["progress"] == {"answered": 0, "items": 25}
    (said,) = await world.said()
    assert said[:2] == ("diagnostics.stage-started.v1", 1)
    assert said[2]["season_code"] == "63-2026"
    assert [f"{one['instrument']}-{one['version']}" for one in said[2]["instruments"]] == [
        ref("readiness"),
        ref("obstacles"),
    ]


async def test_starting_again_goes_on_with_the_open_attempt(world: World) -> None:
    first, again = await world.started(1), await world.started(1)
    assert first == again
    assert len(await world.said()) == 1


async def test_a_repeated_request_answers_what_the_first_did(world: World) -> None:
    key = str(uuid4())
    first = await world.start(1, **{"Idempotency-Key": key})
    again = await world.start(1, **{"Idempotency-Key": key})
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"


async def test_ten_devices_that_start_at_once_open_one_attempt(world: World) -> None:
    answers = await asyncio.gather(*(world.start(1) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["attempt_id"] for answer in answers}) == 1
    assert len(await world.said()) == 1


async def test_a_stage_that_comes_too_early_is_refused_and_changes_nothing(world: World) -> None:
    assert problem_of(await world.start(2)) == (409, "stage-too-early")
    assert problem_of(await world.start(3)) == (409, "stage-too-early")
    assert await world.said() == []
    assert await world.look.fetchval("SELECT count(*) FROM attempts") == 0


async def test_an_open_first_stage_does_not_open_the_second(world: World) -> None:
    await world.answer_all(await world.started(1))
    assert problem_of(await world.start(2)) == (409, "stage-too-early")


@pytest.mark.parametrize("stage", [0, 4])
async def test_there_is_no_fourth_stage(world: World, stage: int) -> None:
    assert problem_of(await world.start(stage)) == (404, "stage-unknown")


async def test_before_the_season_opens_nothing_begins(world: World, address: str, set_clock: SetClock) -> None:
    await set_clock(address, SEASON_OPENS - timedelta(minutes=1))
    assert problem_of(await world.start(1)) == (409, "season-closed")


async def test_after_the_season_closes_nothing_begins(world: World, address: str, set_clock: SetClock) -> None:
    await set_clock(address, SEASON_CLOSES)
    assert problem_of(await world.start(1)) == (409, "season-closed")


async def test_a_region_without_a_season_has_no_diagnostics(world: World) -> None:
    await world.tell_student(region_code="77")
    assert problem_of(await world.start(1)) == (409, "season-closed")


@pytest.mark.parametrize("changes", [{"status": "registered"}, {"status": "suspended"}, {"purposes": ("transfer",)}])
async def test_an_inactive_pupil_begins_nothing(world: World, changes: dict[str, Any]) -> None:
    await world.tell_student(**changes)
    assert problem_of(await world.start(1)) == (409, "student-not-active")


async def test_a_suspended_pupil_finishes_what_is_open_and_begins_nothing_new(world: World) -> None:
    attempt_id = await world.started(1)
    await world.tell_student(StudentSuspendedV1, status="suspended", reason="consent-missing")
    await world.answer_all(attempt_id)
    assert (await world.submit(attempt_id)).status_code == 200
    assert problem_of(await world.start(2)) == (409, "student-not-active")


async def test_a_pupil_nobody_told_of_is_unknown(world: World) -> None:
    headers = world.headers(subject=uuid4())
    assert problem_of(await world.client.get("/stages", headers=headers)) == (404, "student-not-found")
    assert problem_of(await world.client.post("/stages/1/attempts", headers=headers)) == (404, "student-not-found")


@pytest.mark.parametrize("role", ["guardian", "mentor", "school-coordinator"])
async def test_only_pupils_take_stages(world: World, role: str) -> None:
    headers = world.headers(role)
    assert problem_of(await world.client.post("/stages/1/attempts", headers=headers)) == (403, "role-not-allowed")


async def test_without_a_token_there_is_nothing_to_see(world: World) -> None:
    for method, path in (("GET", "/stages"), ("POST", "/stages/1/attempts"), ("GET", f"/attempts/{uuid4()}")):
        assert problem_of(await world.client.request(method, path)) == (401, "token-missing")


async def test_the_stages_show_what_is_open_taken_and_locked(world: World) -> None:
    first = await world.take(1)
    second = await world.started(2)
    found = (await world.read("/stages")).json()
    assert found["season"]["season_code"] == "63-2026"
    assert found["may_begin"] is True
    assert [(one["stage"], one["state"], one["attempt_id"]) for one in found["items"]] == [
        (1, "submitted", first),
        (2, "started", second),
        (3, "locked", None),
    ]
    assert [one["minutes"] for one in found["items"]] == [5, 8, 12]
    submitted = datetime.fromisoformat((await world.read(f"/attempts/{first}")).json()["submitted_at"])
    assert [one["retake_from"] and datetime.fromisoformat(one["retake_from"]) for one in found["items"]] == [
        submitted + timedelta(days=30),
        None,
        None,
    ]


async def test_a_retake_is_possible_after_thirty_days(world: World, address: str, set_clock: SetClock) -> None:
    first = await world.take(1)
    assert problem_of(await world.start(1)) == (409, "retake-too-early")
    await set_clock(address, FIRST_DAY + timedelta(days=30, minutes=5))
    second = await world.take(1)
    assert second != first
    mine = (await world.read("/attempts")).json()["items"]
    assert [(one["attempt_id"], one["number"], one["status"]) for one in mine] == [
        (first, 1, "submitted"),
        (second, 2, "submitted"),
    ]
    assert (await (await world.another_pupil()).read("/attempts")).json() == {"items": []}
    assert await world.look.fetchval("SELECT count(*) FROM profiles") == 2
