"""Who reads which results."""

from datetime import timedelta
from uuid import uuid4

from tests.integration.diagnostics.world import FIRST_DAY, World, problem_of
from tests.support.plugin import SetClock

OBSTACLES = ("information", "self-knowledge", "too-many", "family", "time")


async def test_feedback_is_there_at_once_after_each_stage(world: World) -> None:
    for stage, scales in ((1, 9), (2, 5), (3, 6)):
        attempt_id = await world.take(stage)
        feedback = (await world.read(f"/attempts/{attempt_id}/feedback")).json()
        assert feedback["stage"] == stage
        assert len(feedback["scales"]) == scales
        assert feedback["next_steps"]
    assert len(feedback["quiz"]) == 21
    assert len(feedback["fields"]) == 7
    assert feedback["interests"]["letters"]


async def test_an_open_attempt_has_no_feedback_yet(world: World) -> None:
    attempt_id = await world.started()
    assert problem_of(await world.read(f"/attempts/{attempt_id}/feedback")) == (404, "attempt-not-submitted")


async def test_the_pupil_sees_all_results(world: World) -> None:
    for stage in (1, 2, 3):
        await world.take(stage)
    results = (await world.read(f"/students/{world.student_id}/results")).json()
    assert [one["stage"] for one in results["items"]] == [1, 2, 3]
    assert "emotional-stability" in {scale["scale"] for scale in results["items"][1]["scales"]}


async def test_a_guardian_sees_the_summary_without_single_answers_and_without_calm(world: World) -> None:
    for stage in (1, 2, 3):
        await world.take(stage)
    answer = await world.read(f"/students/{world.student_id}/results", "guardian", world.guardian_id)
    assert answer.status_code == 200
    results = answer.json()["items"]
    assert [len(one["scales"]) for one in results] == [4, 4, 6]
    assert {scale["place"] for one in results for scale in one["scales"]} <= {0.17, 0.5, 0.83}
    assert not [scale for one in results for scale in one["scales"] if scale["scale"] in OBSTACLES]
    shown = answer.text
    for hidden in ("emotional-stability", "Спокойствие", "quiz", "right_answer", "rd01", "family"):
        assert hidden not in shown


async def test_a_guardian_reads_no_attempt(world: World) -> None:
    attempt_id = await world.take(1)
    for path in (f"/attempts/{attempt_id}", f"/attempts/{attempt_id}/feedback"):
        assert problem_of(await world.read(path, "guardian", world.guardian_id)) == (403, "role-not-allowed")


async def test_nobody_elses_guardian_and_no_other_pupil_sees_anything(world: World) -> None:
    await world.take(1)
    for role in ("guardian", "student"):
        for what in ("results", "recommendations"):
            answer = await world.read(f"/students/{world.student_id}/{what}", role, uuid4())
            assert problem_of(answer) == (404, "student-not-found")


async def test_a_guardian_id_in_a_pupils_token_opens_nothing(world: World) -> None:
    answer = await world.read(f"/students/{world.student_id}/results", "student", world.guardian_id)
    assert problem_of(answer) == (404, "student-not-found")
    answer = await world.read(f"/students/{world.student_id}/results", "guardian", world.student_id)
    assert problem_of(answer) == (404, "student-not-found")


async def test_staff_other_than_mentors_sees_no_results(world: World) -> None:
    for role in ("school-coordinator", "methodologist", "site-coordinator", "regional-operator"):
        assert problem_of(await world.read(f"/students/{world.student_id}/results", role, uuid4())) == (
            403,
            "role-not-allowed",
        )


async def test_guardians_lose_sight_at_eighteen_and_when_guardianship_ends(world: World) -> None:
    await world.take(1)
    path = f"/students/{world.student_id}/results"
    await world.tell_student(decides_alone=True)
    assert problem_of(await world.read(path, "guardian", world.guardian_id)) == (404, "student-not-found")
    await world.tell_student(guardian_ids=())
    assert problem_of(await world.read(path, "guardian", world.guardian_id)) == (404, "student-not-found")
    assert (await world.read(path)).status_code == 200


async def test_recommendations_are_there_after_the_third_stage_for_pupil_and_guardian(world: World) -> None:
    path = f"/students/{world.student_id}/recommendations"
    assert (await world.read(path)).json()["items"] == []
    for stage in (1, 2, 3):
        await world.take(stage)
    own = (await world.read(path)).json()
    assert len(own["items"]) == 5
    assert all(one["reason"] for one in own["items"])
    assert "не приговор" in own["note"]
    shown = (await world.read(path, "guardian", world.guardian_id)).json()
    coarse = [one | {"fit": round(one["fit"], 1)} for one in own["items"]]
    assert sorted(shown["items"], key=str) == sorted(coarse, key=str)
    assert [one["fit"] for one in shown["items"]] == sorted((one["fit"] for one in coarse), reverse=True)


async def test_the_latest_attempt_without_signs_counts(world: World, address: str, set_clock: SetClock) -> None:
    careful = await world.take(1)
    await set_clock(address, FIRST_DAY + timedelta(days=31))
    hasty = await world.started(1)
    await world.answer(hasty, "rd01", 5)
    assert (await world.submit(hasty)).status_code == 200
    path = f"/students/{world.student_id}/results"
    submitted = (await world.read(f"/attempts/{careful}")).json()["submitted_at"]
    assert [one["submitted_at"] for one in (await world.read(path)).json()["items"]] == [submitted]
    await set_clock(address, FIRST_DAY + timedelta(days=62))
    later = await world.take(1)
    renewed = (await world.read(f"/attempts/{later}")).json()["submitted_at"]
    assert [one["submitted_at"] for one in (await world.read(path)).json()["items"]] == [renewed]
