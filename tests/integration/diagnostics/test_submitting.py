"""A stage is handed in once; the third one completes the diagnostics once."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from bilet_diagnostics.storage.submissions import HotSubmissions, Submission
from tests.integration.diagnostics.test_rescoring import ref
from tests.integration.diagnostics.world import FIRST_DAY, OFFER, SEASON_CLOSES, World, problem_of
from tests.support.plugin import SetClock

CONFIDENCE = [ref("readiness"), "confidence", "raw"]
COMPLETED = "diagnostics.diagnostics-completed.v1"
CHANGED = "diagnostics.recommendations-changed.v1"


async def test_handing_in_answers_the_attempt_and_says_it_once(world: World) -> None:
    attempt_id = await world.take(1)
    assert [said[:2] for said in await world.said()] == [
        ("diagnostics.stage-started.v1", 1),
        ("diagnostics.stage-completed.v1", 2),
    ]
    (payload,) = [said[2] for said in await world.said() if said[0] == "diagnostics.stage-completed.v1"]
    assert set(payload) == {"region_code", "student_id", "season_code", "stage", "instruments"}
    assert (await world.read(f"/attempts/{attempt_id}")).json()["status"] == "submitted"


async def test_handing_in_again_answers_the_same_and_says_nothing(world: World) -> None:
    attempt_id = await world.take(1)
    said = await world.said()
    first, second = await world.submit(attempt_id), await world.submit(attempt_id, "to-check")
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert await world.said() == said


async def test_many_simultaneous_submissions_say_one_event(world: World) -> None:
    attempt_id = await world.started()
    await world.answer_all(attempt_id)
    answers = await asyncio.gather(*(world.submit(attempt_id) for _ in range(12)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert Counter(said[0] for said in await world.said())["diagnostics.stage-completed.v1"] == 1
    assert await world.look.fetchval("SELECT count(*) FROM profiles") == 1


async def test_answers_that_arrive_while_handing_in_are_scored_or_refused_never_lost(world: World) -> None:
    attempt_id = await world.started()
    await world.answer_all(attempt_id)
    items = [item["item"] for item in await world.items(attempt_id) if item["item"].startswith("rd")]
    *answers, handed_in = await asyncio.gather(
        *(world.answer(attempt_id, item, 5) for item in items), world.submit(attempt_id)
    )
    assert handed_in.status_code == 200
    kept = {item["item"]: item["value"] for item in await world.items(attempt_id)}
    accepted = [item for item, answer in zip(items, answers, strict=True) if answer.status_code == 200]
    assert {kept[item] for item in accepted} <= {5}
    assert {answer.status_code for answer in answers} <= {200, 409}
    scores = await world.look.fetchval("SELECT scores #>> $1 FROM profiles", CONFIDENCE)
    turned = {"rd20"}
    assert float(scores) == sum(
        6 - kept[i] if i in turned else kept[i] for i in ("rd04", "rd08", "rd12", "rd16", "rd20")
    )


async def test_an_answer_between_reading_and_writing_lets_the_stage_be_scored_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt_id = await world.started()
    await world.answer_all(attempt_id)
    write, outcomes = HotSubmissions.write, list[bool]()

    async def interrupted(self: HotSubmissions, submission: Submission) -> bool:
        if not outcomes:
            assert (await world.answer(attempt_id, "rd04", 1)).status_code == 200
        outcomes.append(await write(self, submission))
        return outcomes[-1]

    monkeypatch.setattr(HotSubmissions, "write", interrupted)
    assert (await world.submit(attempt_id)).status_code == 200

    assert outcomes == [False, True]
    kept = {item["item"]: item["value"] for item in await world.items(attempt_id)}
    assert kept["rd04"] == 1
    scored = await world.look.fetchval("SELECT scores #>> $1 FROM profiles", CONFIDENCE)
    assert float(scored) == sum(kept[i] for i in ("rd04", "rd08", "rd12", "rd16")) + 6 - kept["rd20"]


async def test_all_three_stages_complete_the_diagnostics_once_with_what_to_try(world: World) -> None:
    for stage in (1, 2, 3):
        await world.take(stage)

    said = await world.said()
    assert [sequence for _, sequence, _ in said] == list(range(1, 8))
    (completed,) = [payload for kind, _, payload in said if kind == COMPLETED]
    assert said[-1][0] == COMPLETED
    slugs = [one["competency"] for one in completed["recommended"]]
    assert len(slugs) == len(set(slugs)) == 5
    assert "cars" not in slugs, "it is for grades 10 and 11"
    assert set(slugs) <= {slug for slug, *_ in OFFER}
    fits = [one["fit"] for one in completed["recommended"]]
    assert fits == sorted(fits, reverse=True)


async def test_a_retake_of_the_last_stage_renews_recommendations_and_completes_nothing(
    world: World, address: str, set_clock: SetClock
) -> None:
    for stage in (1, 2, 3):
        await world.take(stage)
    await set_clock(address, FIRST_DAY + timedelta(days=31))
    await world.take(3)
    kinds = Counter(kind for kind, *_ in await world.said())
    assert kinds[COMPLETED] == 1
    assert kinds["diagnostics.stage-completed.v1"] == 4
    assert await world.look.fetchval("SELECT count(*) FROM recommendations") == 1


async def test_an_event_carries_no_answers_and_no_scores(world: World) -> None:
    for stage in (1, 2, 3):
        await world.take(stage)
    text = str(await world.said())
    assert not [word for word in ("scores", "raw", "rd01", "value", "band", "emotional") if word in text]


async def test_a_hasty_attempt_is_asked_once_to_look_again_and_then_counts(world: World) -> None:
    attempt_id = await world.started()
    for item in [item["item"] for item in await world.items(attempt_id)][:10]:
        await world.answer(attempt_id, item, 3)

    asked = await world.submit(attempt_id, "to-check")
    assert problem_of(asked) == (409, "look-again")
    assert len(asked.json()["errors"]) == 15
    assert [kind for kind, *_ in await world.said()] == ["diagnostics.stage-started.v1"]

    assert (await world.submit(attempt_id, "as-they-are")).status_code == 200
    signs = await world.look.fetchval("SELECT signs FROM profiles")
    assert "many-missing" in signs
    assert (await world.start(2)).status_code == 201


async def test_nobody_is_asked_twice_but_a_repeat_on_a_bad_network_hears_the_question_again(
    world: World, address: str, set_clock: SetClock
) -> None:
    attempt_id = await world.started()
    for item in [item["item"] for item in await world.items(attempt_id)][:10]:
        await world.answer(attempt_id, item, 3)

    first, repeat = await world.submit(attempt_id, "to-check"), await world.submit(attempt_id, "to-check")
    await set_clock(address, FIRST_DAY + timedelta(hours=1))
    later = await world.submit(attempt_id, "to-check")

    assert problem_of(first) == problem_of(repeat) == (409, "look-again")
    assert (later.status_code, later.json()["status"]) == (200, "submitted")


async def test_a_hasty_retake_leaves_the_recommendations_of_the_careful_attempt(
    world: World, address: str, set_clock: SetClock
) -> None:
    for stage in (1, 2, 3):
        await world.take(stage)
    kept = await world.look.fetchval("SELECT items::text FROM recommendations")
    await set_clock(address, FIRST_DAY + timedelta(days=31))
    retake = await world.started(3)
    await world.answer(retake, (await world.items(retake))[0]["item"], 5)

    assert (await world.submit(retake)).status_code == 200

    assert await world.look.fetchval("SELECT items::text FROM recommendations") == kept
    assert CHANGED not in {kind for kind, *_ in await world.said()}


async def test_a_careful_retake_after_a_hasty_attempt_renews_the_recommendations_and_says_so(
    world: World, address: str, set_clock: SetClock
) -> None:
    for stage in (1, 2):
        await world.take(stage)
    hasty = await world.started(3)
    await world.answer(hasty, (await world.items(hasty))[0]["item"], 5)
    await world.submit(hasty)
    (completed,) = [payload for kind, _, payload in await world.said() if kind == COMPLETED]
    await set_clock(address, FIRST_DAY + timedelta(days=31))

    await world.take(3)

    (changed,) = [payload for kind, _, payload in await world.said() if kind == CHANGED]
    assert set(changed) == set(completed)
    assert changed["recommended"] != completed["recommended"]
    shown = (await world.read(f"/students/{world.student_id}/recommendations")).json()["items"]
    assert [one["competency"] for one in changed["recommended"]] == [one["competency"] for one in shown]


async def test_submissions_that_share_a_statement_are_each_scored_and_said_once(world: World) -> None:
    pupils = [world, *[await world.another_pupil() for _ in range(5)]]
    attempts = [await pupil.started() for pupil in pupils]
    for pupil, attempt in zip(pupils, attempts, strict=True):
        await pupil.answer_all(attempt)

    handed_in = await asyncio.gather(
        *(pupil.submit(attempt) for pupil, attempt in zip(pupils, attempts, strict=True) for _ in range(3))
    )

    assert {one.status_code for one in handed_in} == {200}
    assert await world.look.fetchval("SELECT count(*) FROM profiles") == 6
    numbers = await world.look.fetch("SELECT key, array_agg(sequence ORDER BY id) AS n FROM outbox GROUP BY key")
    assert [list(row["n"]) for row in numbers] == [[1, 2]] * 6


async def test_events_of_a_shared_statement_carry_each_its_own_requests_trace(world: World) -> None:
    pupils = [world, *[await world.another_pupil() for _ in range(4)]]
    attempts = [await pupil.started() for pupil in pupils]
    for pupil, attempt in zip(pupils, attempts, strict=True):
        await pupil.answer_all(attempt)
    traces = {str(pupil.student_id): f"{number:032x}" for number, pupil in enumerate(pupils, 1)}

    await asyncio.gather(
        *(
            world.client.post(
                f"/attempts/{attempt}/submission",
                headers=pupil.headers() | {"traceparent": f"00-{traces[str(pupil.student_id)]}-00000000000000ff-01"},
            )
            for pupil, attempt in zip(pupils, attempts, strict=True)
        )
    )

    said = await world.look.fetch(
        "SELECT key, headers ->> 'traceparent' AS parent FROM outbox WHERE type = 'diagnostics.stage-completed.v1'"
    )
    assert {row["key"]: row["parent"].split("-")[1] for row in said} == traces


async def test_a_careful_attempt_is_not_asked_anything(world: World) -> None:
    attempt_id = await world.started()
    await world.answer_all(attempt_id)
    answer = await world.client.post(f"/attempts/{attempt_id}/submission", headers=world.headers())
    assert answer.status_code == 200, answer.text


async def test_nothing_answered_is_not_handed_in(world: World) -> None:
    attempt_id = await world.started()
    assert problem_of(await world.submit(attempt_id)) == (422, "nothing-answered")
    assert await world.look.fetchval("SELECT count(*) FROM profiles") == 0


async def test_after_the_season_nothing_is_handed_in(world: World, address: str, set_clock: SetClock) -> None:
    attempt_id = await world.started()
    await world.answer_all(attempt_id)
    await set_clock(address, SEASON_CLOSES)
    assert problem_of(await world.submit(attempt_id)) == (409, "season-closed")


async def test_an_unknown_way_of_handing_in_is_refused(world: World) -> None:
    attempt_id = await world.started()
    answer: httpx.Response = await world.submit(attempt_id, "somehow")
    assert problem_of(answer) == (422, "request-invalid")
    assert answer.json()["errors"][0]["field"] == "answers"


async def test_an_attempt_that_never_was_cannot_be_handed_in(world: World) -> None:
    assert problem_of(await world.submit(str(uuid4()))) == (404, "attempt-not-found")


async def test_the_hot_statement_and_the_usual_edge_number_one_sequence(world: World) -> None:
    for stage in (1, 2):
        await world.take(stage)
    rows = await world.look.fetch("SELECT id, sequence, key, topic, headers FROM outbox ORDER BY id")
    assert [row["sequence"] for row in rows] == [1, 2, 3, 4]
    assert {row["key"] for row in rows} == {str(world.student_id)}
    assert {row["topic"] for row in rows} == {"diagnostics.events"}
    assert all('"ce_region": "63"' in row["headers"] for row in rows)
    assert await world.look.fetchval("SELECT n FROM key_sequence") == 4
