"""Statistics over HTTP: who may ask, in which shape they are answered, and answers that are sent as CSV."""

import asyncio
import csv
from collections.abc import Sequence
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from bilet_diagnostics.psychometrics import scales
from tests.integration.diagnostics.test_shown_psychometrics import NAMES, PATH, full, methodologist
from tests.integration.diagnostics.test_stored_psychometrics import Values, expected, some, store
from tests.integration.diagnostics.world import World, problem_of


async def test_nobody_else_reads_statistics_or_has_answers_measured(world: World) -> None:
    async def both(path: str, role: str, who: UUID) -> set[tuple[int, str]]:
        return {problem_of(await world.read(path, role, who)), problem_of(await send(world, who, "", path, role=role))}

    for role in ("student", "guardian", "mentor", "school-coordinator", "regional-operator"):
        assert await both(PATH, role, uuid4()) == {(403, "role-not-allowed")}
    assert await both(PATH, "methodologist", uuid4()) == {(404, "instrument-not-found")}
    unknown = "/instruments/readiness-99/psychometrics"
    assert await both(unknown, "methodologist", await methodologist(world)) == {(404, "instrument-not-found")}


async def test_one_count_at_a_time(world: World) -> None:
    who = await methodologist(world)
    async with world.look.transaction():
        await world.look.fetchval("SELECT pg_advisory_xact_lock(hashtext('psychometrics'))")
        answer = await world.read(PATH, "methodologist", who)
    assert problem_of(answer) == (503, "statistics-busy")


@pytest.mark.parametrize(
    ("accept", "query", "media"),
    [
        ("*/*", "", "application/json"),
        ("", "", "application/json"),
        ("text/csv", "", "text/csv; charset=utf-8"),
        ("text/html, image/*;q=0.5, text/csv;q=0.9", "", "text/csv; charset=utf-8"),
        ("image/png", "", "image/png"),
        ("image/svg+xml, */*;q=0.1", "", "image/svg+xml"),
        ("application/json;q=0, */*", "", "text/csv; charset=utf-8"),
        ("application/json", "?format=png", "image/png"),
        ("text/html", "?format=json", "application/json"),
    ],
)
async def test_the_answer_has_the_shape_that_is_asked_for(world: World, accept: str, query: str, media: str) -> None:
    for row in full(10):
        await store(world, row)
    who = await methodologist(world)
    headers = world.headers("methodologist", who) | {"accept": accept}
    answer = await world.client.get(PATH + query, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media), answer.text
    begins = {"app": b"{", "tex": b"group,scale,item", "image/p": b"\x89PNG", "image/s": b"<?xml"}
    assert answer.content.startswith(next(start for kind, start in begins.items() if media.startswith(kind)))


async def test_a_shape_that_does_not_exist_is_refused(world: World) -> None:
    who = await methodologist(world)
    headers = world.headers("methodologist", who)
    for accept in ("application/pdf", "text/csv;q=0", "text/csv;q=much"):
        answer = await world.client.get(PATH, headers=headers | {"accept": accept})
        assert problem_of(answer) == (406, "not-acceptable")
    assert problem_of(await world.read(f"{PATH}?format=pdf", "methodologist", who)) == (422, "request-invalid")


def csv_of(rows: Sequence[Values], grades: Sequence[int]) -> str:
    lines = [["grade", *NAMES]]
    for row, grade in zip(rows, grades, strict=True):
        lines.append([str(grade), *("" if one is None else str(one) for one in row)])
    return "\n".join(map(",".join, lines))


async def send(
    world: World,
    who: UUID,
    answers: str,
    path: str = PATH,
    *,
    role: str = "methodologist",
    media: str = "text/csv",
    accept: str = "application/json",
) -> httpx.Response:
    headers = world.headers(role, who) | {"content-type": media, "accept": accept}
    return await world.client.post(path, content=answers.encode(), headers=headers)


async def test_answers_that_are_sent_are_measured_exactly_and_kept_nowhere(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    rows, grades = some(13), [8] * 10 + [6] * 3
    answer = await send(world, await methodologist(world), csv_of(rows, grades))
    assert answer.status_code == 200, answer.text
    wanted = expected(rows, grades).named
    groups = answer.json()["groups"]
    assert [(one["grades"], one["attempts"]) for one in groups] == [(None, 13), ("6-7", 3), ("8-9", 10)]
    for group, of_group in zip(groups, wanted.values(), strict=True):
        assert [one["mean"] for one in group["scales"]] == [one.mean for one in of_group.values()]
    assert await world.look.fetchval("SELECT count(*) FROM attempts") == 0
    printed = capfd.readouterr()
    assert "rd01" not in printed.out + printed.err


async def test_answers_that_are_sent_come_back_as_csv_or_a_picture(world: World) -> None:
    who, answers = await methodologist(world), csv_of(full(12), [8] * 12)
    table = await send(world, who, answers, accept="text/csv", media="text/csv; charset=utf-8")
    lines = list(csv.DictReader(table.text.splitlines()))
    assert {line["group"] for line in lines} == {"все", "8-9"}
    assert len([line for line in lines if line["item"]]) == 2 * 20
    assert (await send(world, who, answers, accept="image/png")).content.startswith(b"\x89PNG")


async def test_the_fault_of_answers_that_are_sent_is_named_by_its_place(world: World) -> None:
    who = await methodologist(world)
    rows = full(3)
    answer = await send(world, who, csv_of([*rows[:2], [7, *rows[2][1:]]], [8] * 3))
    assert problem_of(answer) == (422, "answers-refused")
    assert answer.json()["errors"] == [{"field": "body", "message": "строка 4, столбец rd01: нужно от 1 до 5"}]
    assert problem_of(await send(world, who, "")) == (422, "answers-refused")
    assert problem_of(await send(world, who, "{}", media="application/json")) == (415, "csv-wanted")
    largest = world.service.settings.http_max_body_bytes
    assert (await send(world, who, "1" * (largest + 1))).status_code == 413


async def test_others_are_served_while_answers_are_measured_and_a_second_count_is_told_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, begun, go_on, gather = await methodologist(world), Event(), Event(), scales.gather

    def waiting(*arguments: Any) -> scales.Groups:  # noqa: ANN401 - handed on
        begun.set()
        assert go_on.wait(30)
        return gather(*arguments)

    monkeypatch.setattr(scales, "gather", waiting)
    answers = csv_of(full(10), [8] * 10)
    first = asyncio.create_task(send(world, who, answers))
    assert await asyncio.to_thread(begun.wait, 30)
    assert (await world.read("/instruments", "methodologist", who)).status_code == 200
    assert problem_of(await send(world, who, answers)) == (503, "statistics-busy")
    assert problem_of(await world.read(PATH, "methodologist", who)) == (503, "statistics-busy")
    go_on.set()
    assert (await first).status_code == 200
    assert (await send(world, who, answers)).status_code == 200
