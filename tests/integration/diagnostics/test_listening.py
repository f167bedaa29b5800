"""What diagnostics hears: in any order, early, twice."""

import asyncio
import random
from uuid import uuid4

from bilet_contracts.booking import CompetencyPublishedV1
from bilet_contracts.identity import ConsentWithdrawnV1, StudentActivatedV1, StudentRegisteredV1, StudentSuspendedV1
from bilet_diagnostics.api.parts import Parts
from bilet_diagnostics.use_cases.starting import start_stage
from tests.integration.diagnostics.world import World, problem_of, season, student_state
from tests.support.records import HandMade, twice
from tests.support.waiting import wait_until


def withdrawn(world: World, purpose: str = "processing") -> ConsentWithdrawnV1:
    return ConsentWithdrawnV1.model_validate(
        {"region_code": "63", "student_id": world.student_id, "purpose": purpose, "withdrawn_by": "guardian"}
    )


async def waiting_for_a_lock(world: World) -> bool:
    return bool(
        await world.look.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
    )


async def test_a_withdrawn_consent_stops_open_attempts_and_keeps_what_is_handed_in(world: World) -> None:
    first = await world.take(1)
    second = await world.started(2)
    await world.answer(second, "b01", 3)

    await world.hear(withdrawn(world))

    assert problem_of(await world.answer(second, "b02", 3)) == (409, "attempt-stopped")
    assert problem_of(await world.submit(second)) == (409, "attempt-stopped")
    assert (await world.read(f"/attempts/{first}")).json()["status"] == "submitted"
    assert (await world.read("/stages")).json()["items"][1]["state"] == "stopped"


async def test_a_stopped_stage_goes_on_after_consent_is_given_again(world: World) -> None:
    attempt_id = await world.started(1)
    await world.answer(attempt_id, "rd01", 3)
    await world.hear(withdrawn(world))
    await world.tell_student(StudentSuspendedV1, status="suspended", purposes=(), reason="consent-withdrawn")
    assert problem_of(await world.start(1)) == (409, "student-not-active")

    await world.tell_student(StudentActivatedV1)

    assert await world.started(1) == attempt_id
    assert (await world.answer(attempt_id, "rd02", 3)).json()["answered"] == 2
    assert [kind for kind, *_ in await world.said()] == ["diagnostics.stage-started.v1"]


async def test_two_devices_that_resume_at_once_lose_no_answer_given_between_them(world: World) -> None:
    attempt_id = await world.started(1)
    await world.hear(withdrawn(world))
    parts = world.service.parts
    assert isinstance(parts, Parts)
    async with world.service.database.transaction() as first:
        await start_stage(first, parts.library, student_id=world.student_id, stage=1, attempt_id=uuid4())
        second = asyncio.create_task(world.start(1))
        await wait_until(lambda: waiting_for_a_lock(world))
    assert (await world.answer(attempt_id, "rd01", 3)).status_code == 200
    assert (await second).json()["attempt_id"] == attempt_id
    assert (await world.items(attempt_id))[0]["value"] == 3


async def test_a_stage_being_begun_while_consent_is_withdrawn_is_stopped(world: World) -> None:
    parts = world.service.parts
    assert isinstance(parts, Parts)
    async with world.service.database.transaction() as beginning:
        attempt = await start_stage(beginning, parts.library, student_id=world.student_id, stage=1, attempt_id=uuid4())
        withdrawal = asyncio.create_task(world.hear(withdrawn(world)))
        await wait_until(lambda: waiting_for_a_lock(world))
    await withdrawal
    assert problem_of(await world.answer(str(attempt.attempt_id), "rd01", 3)) == (409, "attempt-stopped")


async def test_a_stage_begun_before_the_suspension_for_withdrawal_arrives_is_stopped(world: World) -> None:
    await world.hear(withdrawn(world))
    attempt_id = await world.started(1)
    await world.tell_student(StudentSuspendedV1, status="suspended", purposes=(), reason="consent-withdrawn")
    assert problem_of(await world.answer(attempt_id, "rd01", 3)) == (409, "attempt-stopped")


async def test_withdrawing_another_purpose_stops_nothing(world: World) -> None:
    attempt_id = await world.started(1)
    await world.hear(withdrawn(world, "transfer"), withdrawn(world, "notify-email"))
    assert (await world.answer(attempt_id, "rd01", 3)).status_code == 200


async def test_a_withdrawal_before_anything_else_is_known_is_no_error(world: World) -> None:
    world.student_id = world.guardian_id
    await world.hear(withdrawn(world))
    assert await world.look.fetchval("SELECT count(*) FROM parked_messages") == 0


async def test_a_withdrawal_delivered_twice_stops_once(world: World) -> None:
    attempt_id = await world.started(1)
    record = HandMade.of(withdrawn(world), 1_000)
    await world.hear_records([record])
    await world.tell_student()
    await world.started(1)
    await world.hear_records([record.repeated()])
    assert (await world.answer(attempt_id, "rd01", 3)).status_code == 200


async def test_the_newest_state_of_a_pupil_wins_in_any_order(world: World) -> None:
    states = [
        HandMade.of(student_state(StudentRegisteredV1, world.student_id, status="registered", grade=7), 2_001),
        HandMade.of(student_state(StudentActivatedV1, world.student_id, grade=8), 2_002),
        HandMade.of(
            student_state(StudentSuspendedV1, world.student_id, status="suspended", grade=9, reason="consent-missing"),
            2_003,
        ),
    ]
    for seed in range(6):
        await world.look.execute("DELETE FROM students")
        await world.look.execute("DELETE FROM inbox")
        for record in random.Random(seed).sample(twice(states), 6):
            await world.hear_records([record.repeated()])
        row = await world.look.fetchrow("SELECT status, grade, sequence FROM students")
        assert row is not None
        assert tuple(row) == ("suspended", 9, 2_003)


async def test_a_moved_season_moves_the_dates(world: World) -> None:
    published = season()
    await world.look.execute("UPDATE seasons SET season_id = $1", published.season_id)
    later = published.model_copy(update={"diagnostics_from": published.closes.replace(day=1)})
    await world.hear(later)
    assert problem_of(await world.start(1)) == (409, "season-closed")


async def test_a_competency_is_replaced_whole(world: World) -> None:
    row = await world.look.fetchrow("SELECT competency_id FROM competencies WHERE competency = 'web'")
    assert row is not None
    await world.hear(
        CompetencyPublishedV1(
            region_code="63",
            competency_id=row["competency_id"],
            competency="web",
            title="Веб",
            field="ИТ",
            riasec="ICA",
            grade_from=10,
            grade_to=11,
        )
    )
    changed = await world.look.fetchrow("SELECT title, riasec, grade_from FROM competencies WHERE competency = 'web'")
    assert changed is not None
    assert tuple(changed) == ("Веб", "ICA", 10)
    assert await world.look.fetchval("SELECT count(*) FROM competencies") == 7
