"""The fast paths of answers and submissions answer what the declared routes answer, and leave them the rest."""

import asyncio
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import Request

from bilet_diagnostics.api.parts import Parts
from bilet_diagnostics.api.routes import taking
from bilet_diagnostics.domain.errors import AttemptNotFound
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.storage.answers import Standing
from bilet_kit.web import fast_path
from tests.integration.diagnostics.world import World


@pytest.fixture(params=["fast", "slow"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which way answers; the other one is closed for requests in order."""

    async def closed(*_: object) -> Any:  # noqa: ANN401 - never answers
        raise AssertionError("the other way must have answered")

    async def passes(_: Request, __: str) -> None:
        return None

    if request.param == "slow":
        monkeypatch.setattr(fast_path, "_principal_in", passes)
    else:
        for router in (taking.answers, taking.submissions):
            for route in router.routes:
                monkeypatch.setattr(route.dependant, "call", closed)  # type: ignore[attr-defined]
    return str(request.param)


@pytest.mark.usefixtures("way")
async def test_both_ways_keep_an_answer(world: World) -> None:
    attempt_id = await world.started()

    answer = await world.answer(attempt_id, "rd01", 4)

    assert (answer.status_code, answer.json()) == (200, {"answered": 1, "items": 25, "value": 4})
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.usefixtures("way")
async def test_both_ways_hand_in(world: World) -> None:
    attempt_id = await world.started()
    await world.answer_all(attempt_id)

    with_body = await world.submit(attempt_id)
    without = await world.client.post(f"/attempts/{attempt_id}/submission", headers=world.headers())

    assert with_body.status_code == without.status_code == 200
    assert with_body.json() == without.json()
    assert with_body.json()["status"] == "submitted"


@pytest.mark.usefixtures("way")
async def test_both_ways_name_the_same_faults(world: World) -> None:
    attempt_id = await world.started()
    stranger = await world.another_pupil()

    refused = [
        await world.answer(attempt_id, "nothing", 1),
        await world.answer(attempt_id, "rd01", 9),
        await stranger.answer(attempt_id, "rd01", 1),
        await world.submit(attempt_id),
        await stranger.submit(attempt_id),
    ]

    assert [(one.status_code, one.json()["code"]) for one in refused] == [
        (422, "unknown-item"),
        (422, "value-off-scale"),
        (404, "attempt-not-found"),
        (422, "nothing-answered"),
        (404, "attempt-not-found"),
    ]


async def test_a_stranger_who_asks_at_the_same_moment_learns_and_does_nothing(world: World) -> None:
    attempt_id = await world.started()
    await world.answer_all(attempt_id)
    stranger = await world.another_pupil()

    answered = await asyncio.gather(
        *(who.answer(attempt_id, "rd01", 4) for who in (world, stranger, world, stranger)),
        *(who.submit(attempt_id) for who in (stranger, world, stranger)),
    )

    codes = [one.status_code for one in answered]
    assert [codes[1], codes[3], codes[4], codes[6]] == [404] * 4
    assert codes[5] == 200


async def test_a_strangers_look_in_the_same_statement_finds_nothing(world: World) -> None:
    attempt_id, stranger = UUID(await world.started()), uuid4()
    hot = cast("Parts", world.service.parts).answers

    papers = await asyncio.gather(
        *(hot.paper_of(attempt_id, who) for who in (world.student_id, stranger)), return_exceptions=True
    )
    standings = await asyncio.gather(
        *(hot.standing(attempt_id, who) for who in (stranger, world.student_id)), return_exceptions=True
    )

    assert isinstance(papers[0], Paper)
    assert isinstance(standings[1], Standing)
    assert [type(one) for one in (papers[1], standings[0])] == [AttemptNotFound] * 2


async def test_a_request_that_is_not_in_order_is_explained_by_the_declared_route(world: World) -> None:
    attempt_id = await world.started()
    at = f"/attempts/{attempt_id}/answers/rd01"
    sent: list[httpx.Response] = [
        await world.client.put(at, json={"value": 1, "sequence": 1}),
        await world.client.put(at, json={"value": 1, "sequence": 1}, headers=world.headers("guardian")),
        await world.client.put(at, json={"value": "x", "sequence": 1}, headers=world.headers()),
        await world.client.put(at, content=b"{", headers=world.headers() | {"content-type": "application/json"}),
        await world.client.put(
            at.replace(attempt_id, "mine"), json={"value": 1, "sequence": 1}, headers=world.headers()
        ),
        await world.client.put(at + "x" * 40, json={"value": 1, "sequence": 1}, headers=world.headers()),
        await world.client.post(f"/attempts/{uuid4()}/submission", json={"answers": 1}, headers=world.headers()),
    ]

    assert [one.status_code for one in sent] == [401, 403, 422, 422, 422, 422, 422]
    assert not [item for item in await world.items(attempt_id) if item["value"] is not None]
