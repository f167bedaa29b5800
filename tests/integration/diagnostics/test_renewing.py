"""What is recommended follows what the region offers, also after the diagnostics are completed."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from bilet_contracts.booking import CompetencyPublishedV1
from bilet_diagnostics.use_cases import renewing
from tests.integration.diagnostics.world import FIRST_DAY, SEASON_CLOSES, World, season
from tests.support.plugin import SetClock

CHANGED = "diagnostics.recommendations-changed.v1"


def competency(slug: str, *, region: str = "63", grade_from: int = 6) -> CompetencyPublishedV1:
    """Make a competency of a field and a code that nothing in the region's offer has yet."""
    return CompetencyPublishedV1(
        region_code=region,
        competency_id=uuid4(),
        competency=slug,
        title=slug,
        field="agriculture",
        riasec="SIE",
        grade_from=grade_from,
        grade_to=11,
    )


async def renew(world: World) -> bool:
    (job,) = [job for job in world.service.jobs if job.name == "renew-recommendations"]
    return bool(await job.run(world.service.database))


async def recommended(world: World) -> list[str]:
    shown = await world.read(f"/students/{world.student_id}/recommendations")
    return [one["competency"] for one in shown.json()["items"]]


async def changes(world: World) -> list[list[str]]:
    said = [payload for kind, _, payload in await world.said() if kind == CHANGED]
    return [[one["competency"] for one in payload["recommended"]] for payload in said]


@pytest.fixture
async def completed(world: World) -> World:
    for stage in (1, 2, 3):
        await world.take(stage)
    return world


async def test_what_is_offered_later_is_recommended_too_and_said_once(completed: World) -> None:
    before = await recommended(completed)
    await completed.hear(*(competency(f"late-{number}") for number in range(30)))

    while await renew(completed):
        pass
    await renew(completed)

    now = await recommended(completed)
    assert now != before
    assert await changes(completed) == [now]


async def test_an_unchanged_offer_renews_nothing(completed: World) -> None:
    kept = await completed.look.fetchrow("SELECT *, xmin FROM recommendations")

    assert await renew(completed) is False

    assert await completed.look.fetchrow("SELECT *, xmin FROM recommendations") == kept
    assert await changes(completed) == []


async def test_an_offer_that_changes_nothing_for_the_pupil_is_not_said(completed: World) -> None:
    before = await recommended(completed)
    await completed.hear(competency("for-the-oldest", grade_from=11))

    await renew(completed)

    assert await recommended(completed) == before
    assert await changes(completed) == []


async def test_another_regions_offer_and_a_season_that_is_over_renew_nothing(
    completed: World, address: str, set_clock: SetClock
) -> None:
    kept = await completed.look.fetchrow("SELECT *, xmin FROM recommendations")
    await completed.hear(competency("elsewhere", region="50"))
    await renew(completed)
    await completed.hear(*(competency(f"late-{number}") for number in range(30)))
    await set_clock(address, SEASON_CLOSES)

    await renew(completed)

    assert await completed.look.fetchrow("SELECT *, xmin FROM recommendations") == kept
    assert await changes(completed) == []


async def test_a_pupil_who_withdrew_consent_is_recommended_nothing_new(completed: World) -> None:
    before = await recommended(completed)
    await completed.tell_student(purposes=())
    await completed.hear(*(competency(f"late-{number}") for number in range(30)))

    await renew(completed)

    assert await recommended(completed) == before
    assert await changes(completed) == []


async def test_an_older_seasons_renewal_is_not_taken_for_the_latest(completed: World) -> None:
    await completed.look.execute(
        "INSERT INTO recommendations (student_id, season_code, items, made_at) "
        "SELECT student_id, '63-2025', '[]', made_at - interval '1 year' FROM recommendations"
    )
    await completed.hear(season("63-2025"))
    before = await recommended(completed)

    await renew(completed)

    assert await recommended(completed) == before
    offers = await completed.look.fetch("SELECT season_code FROM recommendations ORDER BY made_at")
    assert [row["season_code"] for row in offers] == ["63-2025", "63-2026"]


async def test_recommendations_follow_the_attempt_that_counts(
    completed: World, address: str, set_clock: SetClock
) -> None:
    await set_clock(address, FIRST_DAY + timedelta(days=31))
    retake = await completed.started(3)
    await completed.answer(retake, (await completed.items(retake))[0]["item"], 5)
    await completed.submit(retake)
    await completed.hear(competency("for-the-oldest", grade_from=11))

    await renew(completed)

    assert await changes(completed) == [], "the hasty retake has no say"


async def test_many_workers_and_a_retake_at_once_lose_nothing(
    completed: World, address: str, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewing, "PAGE", 1)
    await set_clock(address, FIRST_DAY + timedelta(days=31))
    retake = await completed.started(3)
    await completed.answer_all(retake)
    await completed.hear(*(competency(f"late-{number}") for number in range(30)))

    renewing_many = asyncio.gather(*(renew(completed) for _ in range(6)))
    handed_in, _ = await asyncio.gather(completed.submit(retake), renewing_many)
    while await renew(completed):
        pass

    assert handed_in.status_code == 200
    assert (await changes(completed))[-1] == await recommended(completed)
    numbers = [number for _, number, _ in await completed.said()]
    assert numbers == list(range(1, len(numbers) + 1))
