"""Statistics of stored attempts over HTTP: whole tens of them, so that no difference points at a pupil."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from bilet_diagnostics.domain.norms import GRADE_BANDS
from bilet_diagnostics.storage.stored_answers import Selection, Which, copy_answers, in_tens
from bilet_kit.process.service import Service
from tests.integration.diagnostics.bookings import staff
from tests.integration.diagnostics.test_stored_psychometrics import (
    LIBRARY,
    READINESS,
    Values,
    expected,
    some,
    store,
)
from tests.integration.diagnostics.world import World, problem_of

PATH = f"/instruments/{READINESS.ref}/psychometrics"
NAMES = [item.id for item in READINESS.items]


async def methodologist(world: World, *regions: str) -> UUID:
    who = uuid4()
    await world.hear(staff(who, *({"role": "methodologist", "region_code": region} for region in regions or ("63",))))
    return who


def full(rows: int, seed: int = 1) -> list[Values]:
    """Rows of complete answers."""
    return [[int(value) for value in row] for row in np.random.default_rng(seed).integers(1, 6, size=(rows, 20))]


async def groups_of(world: World, who: UUID, query: str = "") -> list[dict[str, Any]]:
    answer = await world.read(f"{PATH}{query}", "methodologist", who)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["groups"])


async def shown(world: World, who: UUID, query: str = "") -> dict[str | None, int]:
    """Group to the attempts told."""
    return {group["grades"]: group["attempts"] for group in await groups_of(world, who, query)}


async def test_all_grade_bands_are_told_in_one_answer_as_the_attempts_give_them(world: World) -> None:
    rows, grades = full(30), [8] * 20 + [6] * 10
    for row, grade in zip(rows, grades, strict=True):
        await store(world, row, grade=grade)
    await store(world, [5] * 20, region="64")
    answer = await world.read(PATH, "methodologist", await methodologist(world))
    body = answer.json()
    assert (body["instrument"], body["kind"]) == (READINESS.ref, "questionnaire")
    assert [(one["grades"], one["attempts"]) for one in body["groups"]] == [(None, 30), ("6-7", 10), ("8-9", 20)]
    for group, wanted in zip(body["groups"], expected(rows, grades).named.values(), strict=True):
        for told, one in zip(group["scales"], wanted.values(), strict=True):
            assert (told["scale"], told["n"]) == (one.scale, one.n)
            assert told["mean"] == pytest.approx(one.mean, abs=0.005)
            assert told["alpha_listwise"] == pytest.approx(one.alpha_listwise, abs=0.005)
            assert [item["item_rest"] for item in told["items"]] == pytest.approx(
                [item.item_rest for item in one.items], abs=0.005
            )
    assert "student" not in answer.text


async def test_figures_are_told_to_two_decimals(world: World) -> None:
    for row in full(30):
        await store(world, row)
    (everyone, _) = await groups_of(world, await methodologist(world))
    figures = [one for scale in everyone["scales"] for item in scale["items"] for one in item.values()]
    told = [one for one in figures if isinstance(one, float)]
    assert len(told) > 50
    assert told == [round(one, 2) for one in told]


async def test_a_band_of_fewer_than_ten_cannot_be_had_by_subtraction(world: World) -> None:
    for grade, count in ((6, 10), (8, 12), (10, 9)):
        for row in full(count, seed=grade):
            await store(world, row, grade=grade)
    who = await methodologist(world)
    assert await shown(world, who) == {None: 20, "6-7": 10, "8-9": 10}


async def test_flagged_attempts_cannot_be_had_by_subtraction(world: World) -> None:
    for row in full(20):
        await store(world, row)
    await store(world, [5] * 20, signs=["straight-lining"])
    who = await methodologist(world)
    assert await groups_of(world, who, "?attempts=all") == await groups_of(world, who, "?attempts=unflagged")


async def test_one_submission_changes_nothing_and_the_tenth_adds_ten(world: World) -> None:
    who = await methodologist(world)
    for row in full(10):
        await store(world, row)
    before = await groups_of(world, who)
    for row in full(9, seed=2):
        await store(world, row)
        assert await groups_of(world, who) == before
    await store(world, [1] * 20)
    assert await shown(world, who) == {None: 20, "8-9": 20}


async def test_a_region_cannot_be_had_by_subtraction(world: World) -> None:
    for region, count in (("63", 12), ("64", 9)):
        for row in full(count, seed=int(region)):
            await store(world, row, region=region)
    one, both = await methodologist(world), await methodologist(world, "63", "64")
    assert await groups_of(world, both) == await groups_of(world, one)


async def leaving(service: Service, which: Which, regions: Sequence[str] | None = None) -> Counter[str]:
    """Everything that leaves the database for an answer over HTTP."""
    pieces: list[bytes] = []

    async def sink(piece: bytes) -> None:
        pieces.append(piece)

    selection = Selection(which=which, regions=regions)
    await copy_answers(service.database, LIBRARY, READINESS, selection, in_tens(10, GRADE_BANDS), sink)
    return Counter(b"".join(pieces).decode().splitlines())


@pytest.mark.parametrize("seed", range(2))
async def test_every_difference_of_what_may_be_asked_is_nobody_or_ten_at_least(
    world: World, service: Service, seed: int
) -> None:
    random, pupils, before = Random(seed), [uuid4() for _ in range(150)], Counter[str]()
    taken = Counter[UUID]()
    for row in some(300, seed):
        pupil = random.choice(pupils)
        taken[pupil] += 1
        await store(
            world,
            row if random.random() < 0.5 else [value or 3 for value in row],
            student=pupil,
            number=taken[pupil],
            grade=random.choice((8, 9, 10)),
            region=random.choice(("63", "63", "64")),
            signs=random.choice(((), (), ("straight-lining",))),
        )
        now = await leaving(service, Which.ALL)
        assert before <= now
        assert (now - before).total() in (0, 10)
        before = now
    unflagged, first = [await leaving(service, which) for which in (Which.UNFLAGGED, Which.FIRST_UNFLAGGED)]
    one_region = await leaving(service, Which.ALL, ["63"])
    assert first <= unflagged <= before
    assert one_region <= before
    assert before.total() >= 100
    for whole, part in ((before, unflagged), (unflagged, first), (before, one_region)):
        left = whole - part
        assert all(
            sum(count for line, count in left.items() if int(line.split(",")[0]) in band) % 10 == 0
            for band in GRADE_BANDS
        )


async def test_incomplete_attempts_tell_only_which_items_are_skipped(world: World) -> None:
    complete = full(20)
    for row in complete:
        await store(world, row)
    for _ in range(9):
        await store(world, [None, *[5] * 19])
    who = await methodologist(world)
    (everyone, _) = await groups_of(world, who)
    assert everyone["attempts"] == 20
    await store(world, [None, *[5] * 19])
    (everyone, _) = await groups_of(world, who)
    assert everyone["attempts"] == 30
    assert {scale["n"] for scale in everyone["scales"]} == {20}
    items = {item["item"]: item for scale in everyone["scales"] for item in scale["items"]}
    assert {name: items[name]["missing"] for name in NAMES[:2]} == {NAMES[0]: 0.33, NAMES[1]: 0.0}
    assert items[NAMES[1]]["mean"] == pytest.approx(sum(row[1] or 0 for row in complete) / 20, abs=0.005)


async def test_an_item_that_one_to_nine_skipped_does_not_say_so(world: World) -> None:
    for row in full(20):
        await store(world, row)
    for place in range(10):
        await store(world, [3] * place + [None] + [3] * (19 - place))
    (everyone, _) = await groups_of(world, await methodologist(world))
    told = {item["item"]: item["missing"] for scale in everyone["scales"] for item in scale["items"]}
    assert [told[name] for name in NAMES] == [None] * 10 + [0.0] * 10


async def test_fewer_than_ten_attempts_say_nothing(world: World) -> None:
    for row in full(9):
        await store(world, row)
    answer = await world.read(PATH, "methodologist", await methodologist(world))
    assert problem_of(answer) == (409, "group-too-small")


async def counts(world: World, who: UUID) -> list[tuple[int, int | None, int | None, int | None]]:
    answer = await world.read(f"/instruments/{READINESS.ref}/counts", "methodologist", who)
    return [(one["grade"], one["begun"], one["submitted"], one["flagged"]) for one in answer.json()["items"]]


async def test_counts_are_told_in_whole_tens(world: World) -> None:
    who = await methodologist(world)
    for _ in range(19):
        await store(world, [3] * 20)
    await store(world, [3] * 20, status="started")
    await store(world, [3] * 20, signs=["straight-lining"])
    for _ in range(9):
        await store(world, [3] * 20, grade=9)
    assert await counts(world, who) == [(8, 20, 20, 0), (9, None, None, None)]


async def test_one_more_attempt_flagged_or_not_changes_counts_by_nothing_or_ten(world: World) -> None:
    who = await methodologist(world)
    for _ in range(10):
        await store(world, [3] * 20, signs=["straight-lining"])
    assert await counts(world, who) == [(8, 10, 10, 10)]
    for _ in range(9):
        await store(world, [3] * 20, signs=["straight-lining"])
        assert await counts(world, who) == [(8, 10, 10, 10)]
    await store(world, [3] * 20, signs=["straight-lining"])
    assert await counts(world, who) == [(8, 20, 20, 20)]


async def test_counts_of_two_regions_are_those_of_the_one_and_the_other(world: World) -> None:
    for region, count in (("63", 15), ("64", 15)):
        for _ in range(count):
            await store(world, [3] * 20, region=region)
    assert await counts(world, await methodologist(world, "63", "64")) == [(8, 20, 20, 0)]
