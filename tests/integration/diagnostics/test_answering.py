"""Answers are saved one by one, from several devices, and none is lost."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.diagnostics.world import SEASON_CLOSES, World, problem_of
from tests.support.plugin import SetClock

EARLIER = datetime(2026, 7, 1, 10, tzinfo=UTC)


def moment(seconds: float) -> str:
    return (EARLIER + timedelta(seconds=seconds)).isoformat()


async def kept(world: World, attempt_id: str) -> dict[str, int]:
    return {item["item"]: item["value"] for item in await world.items(attempt_id) if item["value"] is not None}


async def test_an_answer_is_kept_and_progress_told(world: World) -> None:
    attempt_id = await world.started()
    assert (await world.answer(attempt_id, "rd01", 4)).json() == {"answered": 1, "items": 25, "value": 4}
    assert (await world.answer(attempt_id, "rd02", 2)).json() == {"answered": 2, "items": 25, "value": 2}
    assert await kept(world, attempt_id) == {"rd01": 4, "rd02": 2}


async def test_an_answer_can_be_changed(world: World) -> None:
    attempt_id = await world.started()
    await world.answer(attempt_id, "rd01", 4)
    assert (await world.answer(attempt_id, "rd01", 1)).json()["answered"] == 1
    assert await kept(world, attempt_id) == {"rd01": 1}


async def test_another_device_goes_on_where_the_first_stopped(world: World) -> None:
    attempt_id = await world.started()
    await world.answer(attempt_id, "rd01", 4)
    resumed = await world.started()
    attempt = (await world.read(f"/attempts/{resumed}")).json()
    assert attempt["attempt_id"] == attempt_id
    assert attempt["progress"] == {"answered": 1, "items": 25}
    assert (await kept(world, resumed)) == {"rd01": 4}


async def test_a_late_answer_does_not_replace_a_newer_one(world: World) -> None:
    attempt_id = await world.started()
    await world.answer(attempt_id, "rd01", 5, answered_at=moment(10))
    late = await world.answer(attempt_id, "rd01", 1, answered_at=moment(5))
    assert (late.status_code, late.json()["answered"]) == (200, 1)
    assert late.json()["value"] == 5, "the screen must show what is kept"
    assert await kept(world, attempt_id) == {"rd01": 5}


async def test_answers_of_the_same_moment_are_told_apart_by_the_devices_counter(world: World) -> None:
    attempt_id = await world.started()
    await world.answer(attempt_id, "rd01", 2, answered_at=moment(1), sequence=7)
    await world.answer(attempt_id, "rd01", 3, answered_at=moment(1), sequence=6)
    assert await kept(world, attempt_id) == {"rd01": 2}


async def test_a_device_whose_clock_runs_ahead_does_not_overrule_later_answers(world: World) -> None:
    attempt_id = await world.started()
    await world.answer(attempt_id, "rd01", 5, answered_at="2199-01-01T00:00:00Z")
    await asyncio.sleep(0.002)
    await world.answer(attempt_id, "rd01", 2)
    assert await kept(world, attempt_id) == {"rd01": 2}


async def test_two_tabs_answering_at_once_lose_nothing(world: World) -> None:
    attempt_id = await world.started()
    items = [item["item"] for item in await world.items(attempt_id)]
    sent = [
        (item, tab + value, moment(place * 10 + tab))
        for place, (item, value) in enumerate(zip(items, [1, 2, 3, 4] * 10, strict=False))
        for tab in (0, 1)
    ]
    shuffled = random.Random(7).sample(sent, len(sent))
    answers = await asyncio.gather(
        *(world.answer(attempt_id, item, value, answered_at=at) for item, value, at in shuffled)
    )
    assert {answer.status_code for answer in answers} == {200}
    assert await kept(world, attempt_id) == {item: value for item, value, _ in sent[1::2]}


async def test_answers_given_offline_arrive_as_a_batch_and_older_ones_do_not_win(world: World) -> None:
    attempt_id = await world.started()
    await world.answer(attempt_id, "rd02", 5, answered_at=moment(100))
    batch: list[dict[str, object]] = [
        {"item": "rd01", "value": 1, "sequence": 1, "answered_at": moment(1)},
        {"item": "rd01", "value": 3, "sequence": 2, "answered_at": moment(2)},
        {"item": "rd02", "value": 1, "sequence": 3, "answered_at": moment(3)},
    ]
    assert (await world.send_batch(attempt_id, batch)).json() == {"answered": 2, "items": 25}
    assert await kept(world, attempt_id) == {"rd01": 3, "rd02": 5}
    assert (await world.send_batch(attempt_id, batch)).json() == {"answered": 2, "items": 25}


async def test_a_batch_with_one_faulty_answer_is_refused_whole_and_names_it(world: World) -> None:
    attempt_id = await world.started()
    answer = await world.send_batch(
        attempt_id, [{"item": "rd01", "value": 1, "sequence": 1}, {"item": "rd02", "value": 9, "sequence": 2}]
    )
    assert problem_of(answer) == (422, "value-off-scale")
    assert [fault["field"] for fault in answer.json()["errors"]] == ["rd02"]
    assert await kept(world, attempt_id) == {}


@pytest.mark.parametrize("body", [{"answers": []}, {}, {"answers": [{"item": "rd01"}]}, {"answers": "rd01"}])
async def test_a_malformed_batch_names_its_fields(world: World, body: dict[str, object]) -> None:
    attempt_id = await world.started()
    answer = await world.client.post(f"/attempts/{attempt_id}/answers", json=body, headers=world.headers())
    assert problem_of(answer) == (422, "request-invalid")
    assert answer.json()["errors"]


async def test_an_unknown_item_is_named_and_changes_nothing(world: World) -> None:
    attempt_id = await world.started()
    answer = await world.answer(attempt_id, "b01", 3)
    assert problem_of(answer) == (422, "unknown-item")
    assert answer.json()["errors"][0]["field"] == "b01"
    assert await kept(world, attempt_id) == {}


@pytest.mark.parametrize("value", [0, 6, 1000])
async def test_a_value_off_the_scale_is_refused(world: World, value: int) -> None:
    attempt_id = await world.started()
    answer = await world.answer(attempt_id, "rd01", value)
    assert problem_of(answer) == (422, "value-off-scale")
    assert await kept(world, attempt_id) == {}


@pytest.mark.parametrize(
    "more",
    [
        {"value": "много"},
        {"value": 2.5},
        {"value": None},
        {"value": -1},
        {"sequence": -1},
        {"sequence": 2**60},
        {"answered_at": "вчера"},
        {"answered_at": "2026-07-07T10:00:00"},
        {"colour": "red"},
    ],
)
async def test_a_malformed_answer_names_its_field_and_repeats_no_value(world: World, more: dict[str, object]) -> None:
    attempt_id = await world.started()
    answer = await world.answer(attempt_id, "rd01", **{"value": 3, **more})
    assert problem_of(answer) == (422, "request-invalid")
    assert [fault["field"] for fault in answer.json()["errors"]] == list(more)
    assert "много" not in answer.text


async def test_a_submitted_attempt_takes_no_more_answers(world: World) -> None:
    attempt_id = await world.take(1)
    before = await kept(world, attempt_id)
    assert problem_of(await world.answer(attempt_id, "rd01", 1)) == (409, "attempt-submitted")
    batch: list[dict[str, object]] = [{"item": "rd01", "value": 1, "sequence": 99}]
    assert problem_of(await world.send_batch(attempt_id, batch)) == (409, "attempt-submitted")
    assert await kept(world, attempt_id) == before


async def test_somebody_elses_attempt_is_not_there(world: World) -> None:
    attempt_id = await world.started()
    await world.answer(attempt_id, "rd01", 3)
    owner, world.student_id = world.student_id, uuid4()
    await world.tell_student()
    for answer in (
        await world.answer(attempt_id, "rd01", 1),
        await world.send_batch(attempt_id, [{"item": "rd01", "value": 1, "sequence": 99}]),
        await world.submit(attempt_id),
        await world.read(f"/attempts/{attempt_id}"),
        await world.read(f"/attempts/{attempt_id}/feedback"),
    ):
        assert problem_of(answer) == (404, "attempt-not-found")
    world.student_id = owner
    assert await kept(world, attempt_id) == {"rd01": 3}


async def test_an_attempt_that_never_was_is_not_there(world: World) -> None:
    assert problem_of(await world.answer(str(uuid4()), "rd01", 1)) == (404, "attempt-not-found")
    assert problem_of(await world.answer("not-an-id", "rd01", 1)) == (422, "request-invalid")


async def test_after_the_season_no_answer_is_taken(world: World, address: str, set_clock: SetClock) -> None:
    attempt_id = await world.started()
    await set_clock(address, SEASON_CLOSES)
    assert problem_of(await world.answer(attempt_id, "rd01", 1)) == (409, "season-closed")
    assert problem_of(await world.send_batch(attempt_id, [{"item": "rd01", "value": 1, "sequence": 1}])) == (
        409,
        "season-closed",
    )
    assert await kept(world, attempt_id) == {}


async def test_a_quiz_shows_its_options_in_the_same_order_on_every_device(world: World) -> None:
    await world.take(1)
    await world.take(2)
    attempt_id = await world.started(3)
    attempt = (await world.read(f"/attempts/{attempt_id}")).json()
    (quiz,) = [one for one in attempt["instruments"] if one["kind"] == "quiz"]
    orders = [[option["value"] for option in item["options"]] for item in quiz["items"]]
    assert all(order[-1] == 0 and sorted(order) == [0, 1, 2, 3, 4] for order in orders)
    assert len({tuple(order) for order in orders}) > 1
    assert (await world.read(f"/attempts/{attempt_id}")).json() == attempt


@given(
    sent=st.lists(
        st.tuples(st.sampled_from(["rd01", "rd02"]), st.integers(1, 5), st.integers(0, 4), st.integers(0, 3)),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_statement_and_the_domain_keep_the_same_answers(
    world: World, sent: list[tuple[str, int, int, int]]
) -> None:
    await world.look.execute("DELETE FROM attempts")
    one_by_one = await world.started()
    for item, value, second, sequence in sent:
        await world.answer(one_by_one, item, value, answered_at=moment(second), sequence=sequence)
    by_statement = await kept(world, one_by_one)

    await world.look.execute("DELETE FROM attempts")
    at_once = await world.started()
    await world.send_batch(
        at_once,
        [
            {"item": item, "value": value, "answered_at": moment(second), "sequence": sequence}
            for item, value, second, sequence in sent
        ],
    )
    assert await kept(world, at_once) == by_statement


@pytest.mark.parametrize("clock_off", [timedelta(hours=-3), timedelta(hours=3)], ids=["behind", "ahead"])
async def test_a_wrong_clock_that_tells_the_time_of_sending_does_no_harm(world: World, clock_off: timedelta) -> None:
    attempt_id = await world.started()
    await world.answer(attempt_id, "rd01", 5)
    device_now = datetime.now(UTC) + clock_off

    later = await world.answer(
        attempt_id, "rd01", 2, answered_at=device_now.isoformat(), sent_at=device_now.isoformat()
    )
    earlier = await world.answer(
        attempt_id,
        "rd01",
        3,
        answered_at=(device_now - timedelta(minutes=5)).isoformat(),
        sent_at=device_now.isoformat(),
    )

    assert (later.json()["value"], earlier.json()["value"]) == (2, 2)
    assert await kept(world, attempt_id) == {"rd01": 2}


async def test_a_batch_from_a_wrong_clock_keeps_the_pace_it_was_answered_in(world: World) -> None:
    attempt_id = await world.started()
    device_now = datetime.now(UTC) + timedelta(hours=1)
    batch: list[dict[str, object]] = [
        {
            "item": item,
            "value": 3,
            "sequence": n,
            "answered_at": (device_now - timedelta(seconds=60 - 5 * n)).isoformat(),
        }
        for n, item in enumerate(["rd01", "rd02", "rd03"])
    ]

    sent = await world.send_batch(attempt_id, batch, sent_at=device_now.isoformat())

    assert sent.status_code == 200, sent.text
    moments = [ms for ms in await world.look.fetchval("SELECT answered_ms FROM attempts") if ms is not None]
    assert [later - earlier for earlier, later in pairwise(sorted(moments))] == [5_000, 5_000]
    assert max(moments) < datetime.now(UTC).timestamp() * 1000
