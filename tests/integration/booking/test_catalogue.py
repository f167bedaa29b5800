"""The catalogue: open to everybody, filtered, paged, and kept by clients that have it."""

from datetime import datetime
from typing import Any

import pytest

from bilet_booking.api.schemas.catalogue import CompetencyView, SeasonView, SiteView, SlotView, TryOutView
from bilet_kit.web.schemas import View
from tests.integration.booking.conftest import Region, is_problem
from tests.support.waiting import wait_until


async def find(region: Region, query: str = "", headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    answer = await region.client.get(f"/catalogue/slots{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def codes(items: list[dict[str, Any]]) -> list[str]:
    return [item["slot_code"] for item in items]


async def test_everybody_sees_the_slots_soonest_first(region: Region) -> None:
    items = await find(region)

    assert codes(items) == ["ON-1", "CLASH", "ON-2", "ON-3", "IP-1", "IP-2"]
    first = items[0]
    assert (first["title"], first["competency_title"], first["field"]) == (
        "Сварка онлайн",
        "Сварочные технологии",
        "Производство",
    )
    assert datetime.fromisoformat(first["starts_at"]).isoformat() == "2026-09-03T11:00:00+00:00"
    assert datetime.fromisoformat(first["booking_closes_at"]).isoformat() == "2026-09-01T23:00:00+00:00"
    assert (first["capacity"], first["free"], first["recommended"]) == (2, 2, None)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("competency=cooking", {"CLASH", "IP-2"}),
        ("field=Сфера услуг", {"CLASH", "IP-2"}),
        ("site=63-S02", {"CLASH", "IP-2"}),
        ("municipality=г.о. Самара", {"ON-1", "ON-2", "ON-3", "IP-1"}),
        ("format=in-person", {"IP-1", "IP-2", "CLASH"}),
        ("date_from=2026-09-10", {"IP-1", "IP-2"}),
        ("date_to=2026-09-03", {"ON-1", "CLASH"}),
        ("date_from=2026-09-05&date_to=2026-09-07", {"ON-2", "ON-3"}),
        ("grade=7", {"ON-1", "ON-2", "ON-3", "IP-2", "CLASH"}),
        ("wheelchair=true", {"ON-1", "ON-2", "ON-3", "IP-1"}),
        ("region=63&format=in-person&wheelchair=true", {"IP-1"}),
        ("region=64", set()),
    ],
)
async def test_slots_are_filtered(region: Region, query: str, expected: set[str]) -> None:
    assert set(codes(await find(region, f"?{query}"))) == expected


async def test_only_free_seats_if_asked(region: Region) -> None:
    for pupil in await region.pupils(2):
        await region.booked(pupil, "ON-1")

    assert "ON-1" not in codes(await find(region, "?free=true"))
    (full,) = [item for item in await find(region) if item["slot_code"] == "ON-1"]
    assert full["free"] == 0


async def test_recommended_competencies_come_first_for_the_pupil(region: Region) -> None:
    pupil = await region.pupil()
    await region.unlock(pupil, recommended="cooking")

    items = await find(region, "?recommended=true", region.headers("student", pupil.id))

    assert codes(items) == ["CLASH", "IP-2", "ON-1", "ON-2", "ON-3", "IP-1"]
    assert [item["recommended"] for item in items] == [True, True, False, False, False, False]


async def test_the_best_recommendation_comes_first_and_a_new_list_replaces_the_old_one(region: Region) -> None:
    pupil = await region.pupil()
    headers = region.headers("student", pupil.id)
    fields = {}

    for best_first in (("cooking", "welding"), ("welding", "cooking")):
        await region.recommend_anew(pupil, *best_first)
        items = await find(region, "?recommended=true", headers)
        fields[best_first] = list(dict.fromkeys(item["competency"] for item in items))

    assert fields == {best_first: list(best_first) for best_first in fields}


async def test_pages_of_the_pupils_own_order_join(region: Region) -> None:
    pupil = await region.pupil()
    await region.unlock(pupil, recommended="cooking")
    headers = region.headers("student", pupil.id)
    seen: list[str] = []
    query = "?recommended=true&limit=2"
    while True:
        page = (await region.client.get(f"/catalogue/slots{query}", headers=headers)).json()
        seen += codes(page["items"])
        if page["next_cursor"] is None:
            break
        query = f"?recommended=true&limit=2&cursor={page['next_cursor']}"

    assert seen == ["CLASH", "IP-2", "ON-1", "ON-2", "ON-3", "IP-1"]


async def test_slots_that_have_begun_are_not_shown(region: Region) -> None:
    await region.clock(datetime.fromisoformat("2026-09-06T00:00:00+00:00"))

    assert codes(await find(region)) == ["ON-3", "IP-1", "IP-2"]


async def test_a_client_that_has_the_page_gets_304(region: Region) -> None:
    first = await region.client.get("/catalogue/slots")

    again = await region.client.get("/catalogue/slots", headers={"If-None-Match": first.headers["etag"]})
    other = await region.client.get("/catalogue/slots?free=true", headers={"If-None-Match": '"else"'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert other.status_code == 200


async def test_a_kept_page_shows_taken_seats_soon(region: Region) -> None:
    before = await find(region, "?competency=welding")
    await region.booked(await region.pupil(), "ON-1")

    async def seen() -> bool:
        items = await find(region, "?competency=welding")
        return bool(items[0]["free"] == before[0]["free"] - 1)

    await wait_until(seen, 5, what="the taken seat in the catalogue")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("grade=5", "grade"),
        ("format=somehow", "format"),
        ("date_from=tomorrow", "date_from"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
        ("colour=red", "colour"),
    ],
)
async def test_a_malformed_filter_is_named(region: Region, query: str, field: str) -> None:
    answer = await region.client.get(f"/catalogue/slots?{query}")

    is_problem(answer, 422, "request-invalid")
    assert answer.json()["errors"][0]["field"] == field


async def test_a_spoiled_token_is_refused_even_where_none_is_needed(region: Region) -> None:
    answer = await region.client.get("/catalogue/slots", headers={"Authorization": "Bearer x"})

    is_problem(answer, 401, "token-invalid")


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        ("seasons", "season_code", ["63-2026"]),
        ("sites", "site_code", ["63-S01", "63-S02"]),
        ("competencies", "competency", ["cooking", "welding"]),
        ("try-outs", "try_out_code", ["C-IP", "W-IP", "W-ON"]),
    ],
)
async def test_entities_come_by_code_in_pages(region: Region, kind: str, code: str, expected: list[str]) -> None:
    found: list[str] = []
    query = "?region=63&limit=1"
    while True:
        page = (await region.client.get(f"/catalogue/{kind}{query}")).json()
        found += [item[code] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query = f"?region=63&limit=1&cursor={page['next_cursor']}"

    assert found == expected


async def test_competencies_have_the_grades_of_their_try_outs(region: Region) -> None:
    await region.load("try-outs", _try_out("W-OLD", 10, 11) + _try_out("C-IP", 9, 10, "cooking", "63-M02"))

    items = (await region.client.get("/catalogue/competencies")).json()["items"]

    assert {i["competency"]: (i["grade_from"], i["grade_to"]) for i in items} == {
        "cooking": (9, 10),
        "welding": (6, 11),
    }
    published = {said["competency"]: said["grade_from"] for said in await region.said("competency-published")}
    assert published == {"cooking": 9, "welding": 6}


def _try_out(code: str, grade_from: int, grade_to: int, competency: str = "welding", mentor: str = "63-M01") -> str:
    heading = "try_out_code,competency,site_code,mentor_code,format,title,grade_from,grade_to,duration_minutes\n"
    row = f"{code},{competency},63-S02,{mentor},in_person,Проба,{grade_from},{grade_to},120\n"
    return row if code == "C-IP" else heading + row


@pytest.mark.parametrize(
    ("kind", "view"),
    [
        ("seasons", SeasonView),
        ("sites", SiteView),
        ("competencies", CompetencyView),
        ("try-outs", TryOutView),
        ("slots", SlotView),
    ],
)
async def test_a_page_of_bytes_shows_what_its_view_names_and_nothing_else(
    region: Region, kind: str, view: type[View]
) -> None:
    items = (await region.client.get(f"/catalogue/{kind}")).json()["items"]

    assert items
    assert all(set(item) == set(view.model_fields) for item in items)
    assert [view.model_validate(item) for item in items]
