"""Rescorings beside each other, and beside several attempts: no correction is lost, and the attempt that counts recommends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from bilet_diagnostics.domain.library import Library
from bilet_kit.process.service import Service
from tests.integration.diagnostics.test_rescoring import corrected, ref, rescore, turned
from tests.integration.diagnostics.world import FIRST_DAY, World
from tests.support.plugin import SetClock

RETAKE_FROM = FIRST_DAY + timedelta(days=31)


_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@asynccontextmanager
async def held_up(world: World, waiting: int) -> AsyncIterator[None]:
    """Keep every attempt locked until so many statements wait, for that or for each other."""
    async with world.look.transaction():
        await world.look.execute("SELECT FROM attempts FOR UPDATE")
        yield
        async with asyncio.timeout(10):
            while await world.look.fetchval(_WAITING) < waiting:
                await world.look.execute("SELECT pg_stat_clear_snapshot()")


async def test_two_corrections_at_once_are_both_kept(world: World, service: Service, tmp_path: Path) -> None:
    await world.take(1)
    first, readiness = corrected(tmp_path, "readiness", turned)
    second, obstacles = corrected(tmp_path, "obstacles", same)
    library = Library([*first.instruments, *second.instruments])
    async with held_up(world, waiting=2):
        both = [asyncio.create_task(rescore(service, library, one)) for one in (readiness, obstacles)]
    assert await asyncio.gather(*both) == [1, 1]
    kept = await world.look.fetch("SELECT scoring, scores::text AS scores FROM profiles ORDER BY scoring")
    assert [row["scoring"] for row in kept] == [1, 2, 3]
    assert set(orjson.loads(kept[-1]["scores"])) == {ref("readiness", later=1), ref("obstacles", later=1)}


async def recommended(world: World) -> list[tuple[str, float | None]]:
    items = await world.look.fetchval("SELECT items::text FROM recommendations")
    return [(one["competency"], one["fit"]) for one in orjson.loads(items)]


async def forget(world: World) -> None:
    """Take the recommendations away, so that whatever is there later was made by a rescoring."""
    await world.look.execute("UPDATE recommendations SET items = '[]'")


async def flags(world: World) -> list[bool]:
    """Of every scoring of the last stage, by attempt, whether it shows signs of haste."""
    rows = await world.look.fetch(
        "SELECT p.signs <> '{}' AS flagged FROM profiles p JOIN attempts USING (attempt_id) WHERE stage = 3 "
        "ORDER BY number, scoring"
    )
    return [row["flagged"] for row in rows]


async def take_almost_without_answers(world: World) -> None:
    """Take the last stage with a single answer, by which no competency has a fit."""
    attempt_id = await world.started(3)
    (item, *_) = await world.items(attempt_id)
    assert (await world.answer(attempt_id, item["item"], item["options"][0]["value"])).status_code == 200
    assert (await world.submit(attempt_id)).status_code == 200


async def take_in_no_time(world: World) -> None:
    """Take the last stage with every answer, by which competencies have a fit, but a hundred a second."""
    attempt_id = await world.started(3)
    await world.answer_all(attempt_id)
    await world.look.execute(
        "UPDATE attempts SET answered_ms = ARRAY (SELECT 10::bigint * n FROM generate_series(1, cardinality(chosen)) n) "
        "WHERE attempt_id = $1::text::uuid",
        attempt_id,
    )
    assert (await world.submit(attempt_id)).status_code == 200


@pytest.fixture
async def retaken(world: World, address: str, set_clock: SetClock) -> World:
    """Make a pupil with a careful attempt at each stage, and a hasty one at the last after it."""
    for stage in (1, 2, 3):
        await world.take(stage)
    await set_clock(address, RETAKE_FROM)
    await take_almost_without_answers(world)
    return world


async def test_after_a_hasty_retake_the_careful_attempt_still_recommends(
    retaken: World, service: Service, tmp_path: Path
) -> None:
    before = await recommended(retaken)
    await forget(retaken)
    assert await rescore(service, *corrected(tmp_path, "interests-48", same)) == 2
    assert await flags(retaken) == [False, False, True, True]
    assert await recommended(retaken) == before
    assert all(fit is not None for _, fit in before)


async def test_whichever_attempt_is_rescored_the_careful_one_recommends(
    retaken: World, service: Service, tmp_path: Path
) -> None:
    before = await recommended(retaken)
    await forget(retaken)
    assert await rescore(service, *corrected(tmp_path, await quiz_of_the_retake(retaken), same)) == 1
    assert await flags(retaken) == [False, True, True]
    assert await recommended(retaken) == before


async def test_a_careful_retake_recommends_instead_of_the_first_attempt(
    retaken: World, address: str, set_clock: SetClock, service: Service, tmp_path: Path
) -> None:
    await set_clock(address, RETAKE_FROM + timedelta(days=31))
    await retaken.take(3)
    before = await recommended(retaken)
    await forget(retaken)
    assert await rescore(service, *corrected(tmp_path, "interests-48", same)) == 3
    assert await flags(retaken) == [False, False, True, True, False, False]
    assert await recommended(retaken) == before


async def test_of_hasty_attempts_alone_the_latest_recommends(
    world: World, address: str, set_clock: SetClock, service: Service, tmp_path: Path
) -> None:
    for stage in (1, 2):
        await world.take(stage)
    await take_almost_without_answers(world)
    await set_clock(address, RETAKE_FROM)
    await take_in_no_time(world)
    await forget(world)
    assert await rescore(service, *corrected(tmp_path, "interests-48", same)) == 2
    assert await flags(world) == [True, True, True, True]
    assert all(fit is not None for _, fit in await recommended(world))


async def test_a_retake_that_is_handed_in_during_a_rescoring_is_not_overwritten(
    world: World, address: str, set_clock: SetClock, service: Service, tmp_path: Path
) -> None:
    for stage in (1, 2, 3):
        await world.take(stage)
    await set_clock(address, RETAKE_FROM)
    retake = await world.started(3)
    await world.answer_all(retake)
    first, interests = corrected(tmp_path, "interests-48", same)
    second, knowledge = corrected(tmp_path, "knowledge", same)
    library = Library([*first.instruments, *second.instruments])
    async with held_up(world, waiting=2):
        rescored = asyncio.create_task(rescore(service, library, interests))
        handed_in = asyncio.create_task(world.submit(retake))
    assert ((await handed_in).status_code, await rescored in {1, 2}) == (200, True)
    after = await recommended(world)
    await forget(world)
    assert await rescore(service, library, knowledge) == 1
    assert await recommended(world) == after


async def quiz_of_the_retake(world: World) -> str:
    refs = await world.look.fetchval("SELECT instruments FROM attempts WHERE stage = 3 AND number = 2")
    (name,) = [ref.rpartition("-")[0] for ref in refs if ref.startswith("knowledge-b")]
    return str(name)


def same(text: str) -> str:
    """Make a new version in which nothing is changed, so that all attempts are merely scored again."""
    return text
