"""Pupils join within the season that booking published for their region."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from bilet_contracts.booking import SeasonPublishedV1
from tests.integration.identity.conftest import PASSWORD, SEVENTH_OF_JULY, World, registration
from tests.integration.identity.test_rosters import ERSHOV, code_of, roster
from tests.support.records import HandMade

OPENS = datetime(2026, 7, 6, 20, tzinfo=UTC)
CLOSES = datetime(2026, 12, 30, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


def season(
    *, region: str = "63", opens: datetime = OPENS, closes: datetime = CLOSES, season_id: UUID | None = None
) -> SeasonPublishedV1:
    return SeasonPublishedV1(
        region_code=region,
        season_id=season_id or uuid4(),
        season_code=f"{region}-2026",
        year=2026,
        timezone="Europe/Samara",
        registration_from=opens,
        diagnostics_from=opens,
        booking_from=opens,
        try_outs_from=opens,
        try_outs_until=closes,
        recommendations_until=closes,
        closes=closes,
        first_school_day=datetime(2026, 9, 1, tzinfo=UTC).date(),
        max_bookings=2,
        max_in_person=1,
    )


async def joins(world: World, *, key: str | None = None) -> tuple[int, str]:
    answer = await world.nobody.post("/students", registration(login="ersh"), key=key)
    return answer.status_code, answer.json().get("code", "")


async def test_within_the_season_a_pupil_joins(world: World) -> None:
    await world.schools()
    await world.hear(HandMade.of(season(), 1))

    assert await joins(world) == (201, "")


async def test_before_the_season_nobody_joins_and_nothing_is_left(world: World) -> None:
    await world.schools()
    await world.hear(HandMade.of(season(), 1))
    await world.turn_clock(OPENS - HOUR)

    answer = await world.nobody.post("/students", registration())

    assert (answer.status_code, answer.json()["code"]) == (409, "registration-closed")
    assert answer.json()["detail"] == "Регистрация в вашем регионе откроется 07.07.2026."
    assert not await world.rows("SELECT 1 FROM students")
    assert not await world.rows("SELECT 1 FROM accounts WHERE kind = 'student'")
    assert not await world.said("student-registered")


async def test_whoever_came_too_early_joins_later_with_the_same_request(world: World) -> None:
    await world.schools()
    await world.hear(HandMade.of(season(), 1))
    await world.turn_clock(OPENS - HOUR)
    assert await joins(world, key="one-and-the-same") == (409, "registration-closed")

    await world.turn_clock(OPENS + HOUR)

    assert await joins(world, key="one-and-the-same") == (201, "")


async def test_after_the_season_a_place_cannot_be_claimed_and_its_code_stays_good(world: World) -> None:
    operator = await world.schools()
    report = (await operator.post("/rosters?school_code=630001", roster(ERSHOV))).json()
    claim = {"code": await code_of(operator, report["roster_id"]), "login": "ersh", "password": PASSWORD}
    season_id, after = uuid4(), SEVENTH_OF_JULY + HOUR
    await world.hear(HandMade.of(season(season_id=season_id, closes=SEVENTH_OF_JULY), 1))
    await world.turn_clock(after)

    refused = await world.nobody.post("/roster-claims", claim)
    await world.hear(HandMade.of(season(season_id=season_id), 2))
    prolonged = await world.nobody.post("/roster-claims", claim)

    assert (refused.status_code, refused.json()["code"]) == (409, "registration-closed")
    assert "закончился" in refused.json()["detail"]
    assert prolonged.status_code == 201


async def test_whether_a_code_exists_is_not_told_by_the_season(world: World) -> None:
    await world.schools()
    await world.hear(HandMade.of(season(closes=SEVENTH_OF_JULY), 1))

    claim = {"code": "22222-22222-22222", "login": "ersh", "password": PASSWORD}
    answer = await world.nobody.post("/roster-claims", claim)

    assert (answer.status_code, answer.json()["code"]) == (404, "code-invalid")


async def test_another_regions_season_neither_opens_nor_closes(world: World) -> None:
    await world.schools()
    await world.hear(HandMade.of(season(region="64", closes=OPENS + HOUR), 1))
    assert await joins(world) == (201, "")

    await world.hear(HandMade.of(season(opens=OPENS + timedelta(days=30)), 1), HandMade.of(season(region="64"), 1))

    answer = await world.nobody.post("/students", registration(login="later"))
    assert answer.json()["code"] == "registration-closed"


async def test_an_old_season_that_comes_again_changes_nothing(world: World) -> None:
    await world.schools()
    season_id = uuid4()
    open_still = HandMade.of(season(season_id=season_id), 4)
    closed = HandMade.of(season(season_id=season_id, closes=SEVENTH_OF_JULY), 5)

    await world.hear(closed)
    await world.hear(open_still)
    await world.hear(open_still.repeated(), closed.repeated())

    assert await joins(world) == (409, "registration-closed")


async def test_last_years_season_does_not_keep_this_years_pupils_out(world: World) -> None:
    await world.schools()
    year = timedelta(days=365)
    await world.hear(HandMade.of(season(opens=OPENS - year, closes=CLOSES - year), 1))
    assert await joins(world) == (409, "registration-closed")

    await world.hear(HandMade.of(season(), 1))

    assert await joins(world) == (201, "")
