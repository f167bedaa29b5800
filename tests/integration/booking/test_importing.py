"""A region's pack is imported: good rows are taken, bad ones reported, and only changes are published."""

import json
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bilet_booking.use_cases.republishing import REPUBLISH
from bilet_contracts.booking import (
    CompetencyPublishedV1,
    SeasonPublishedV1,
    SitePublishedV1,
    SlotPublishedV1,
    TryOutPublishedV1,
)
from bilet_local.importing.pack import rows_of
from tests.integration.booking.conftest import SEASON_CSV, SITES_CSV, SLOTS_CSV, TRY_OUTS_CSV, Region, is_problem

PACKS = sorted(path for path in (Path(__file__).parents[3] / "data").iterdir() if path.is_dir())
FILES = {
    "seasons": "season.csv",
    "sites": "sites.csv",
    "competencies": "competencies.csv",
    "try-outs": "try_outs.csv",
    "slots": "slots.csv",
}


async def load(region: Region, kind: str, text: str | bytes) -> dict[str, Any]:
    answer = await region.load(kind, text)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


async def load_all(region: Region, pack: Path) -> dict[str, dict[str, Any]]:
    region_code = rows_of((pack / "season.csv").read_bytes())[0]["region_code"]
    await region.staff("regional-operator", region.operator, region_code=region_code)
    return {kind: await load(region, kind, (pack / name).read_bytes()) for kind, name in FILES.items()}


def reasons(report: dict[str, Any]) -> list[tuple[int, str]]:
    return [(rejected["row"], rejected["column"]) for rejected in report["rejected"]]


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
async def test_a_region_s_pack_is_taken_over_whole(empty_region: Region, pack: Path) -> None:
    expected = json.loads((pack / "expected.json").read_text(encoding="utf-8"))
    reports = await load_all(empty_region, pack)

    accepted = {kind: report["accepted"] for kind, report in reports.items()}
    names = ("sites", "competencies", "try-outs", "slots")
    assert accepted == {"seasons": 1, **{kind: expected[kind.replace("-", "_")] for kind in names}}
    assert all(report["rejected"] == [] for report in reports.values())
    assert await empty_region.value("SELECT sum(capacity) FROM slots") == expected["seats"]
    assert {row["row"] for row in reports["slots"]["warned"]} == double_booked(pack)
    for name, contract, count in (
        ("season-published", SeasonPublishedV1, 1),
        ("site-published", SitePublishedV1, expected["sites"]),
        ("try-out-published", TryOutPublishedV1, expected["try_outs"]),
        ("slot-published", SlotPublishedV1, expected["slots"]),
    ):
        assert len([contract.model_validate(said) for said in await empty_region.said(name)]) == count
    competencies = [
        CompetencyPublishedV1.model_validate(said) for said in await empty_region.said("competency-published")
    ]
    assert len({competency.competency for competency in competencies}) == expected["competencies"]


def double_booked(pack: Path) -> set[int]:
    """Find the rows of slots that begin while the mentor's slot before is still going on, by local times."""
    try_outs = {row["try_out_code"]: row for row in rows_of((pack / "try_outs.csv").read_bytes())}
    begins = sorted(
        (try_outs[slot["try_out_code"]]["mentor_code"], slot["starts_at_local"], slot["slot_code"], line, slot)
        for line, slot in enumerate(rows_of((pack / "slots.csv").read_bytes()), start=2)
    )
    found = set()
    for (mentor, start, _, _, earlier), (same, later, _, line, _) in pairwise(begins):
        minutes = int(try_outs[earlier["try_out_code"]]["duration_minutes"])
        if mentor == same and datetime.fromisoformat(later) < datetime.fromisoformat(start) + timedelta(
            minutes=minutes
        ):
            found.add(line)
    return found


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
async def test_importing_again_changes_and_publishes_nothing(empty_region: Region, pack: Path) -> None:
    await load_all(empty_region, pack)
    said = await empty_region.value("SELECT count(*) FROM outbox")

    reports = await load_all(empty_region, pack)

    assert {kind: report["published"] for kind, report in reports.items()} == dict.fromkeys(FILES, 0)
    assert {row["row"] for row in reports["slots"]["warned"]} == double_booked(pack)
    assert await empty_region.value("SELECT count(*) FROM outbox") == said


async def test_only_the_changed_row_is_published_under_its_old_id(region: Region) -> None:
    before = {row["site_code"]: row["site_id"] for row in await region.rows("SELECT site_code, site_id FROM sites")}

    report = await load(region, "sites", SITES_CSV.replace("Училище", "Лицей"))

    assert (report["accepted"], report["published"]) == (2, 1)
    last = (await region.said("site-published"))[-1]
    assert (last["name"], last["site_id"]) == ("Лицей", str(before["63-S02"]))
    (sequence,) = await region.rows("SELECT n FROM key_sequence WHERE key = $1", str(before["63-S02"]))
    assert sequence["n"] == 2


async def test_local_dates_become_instants(region: Region) -> None:
    (said,) = await region.said("season-published")

    assert said["try_outs_from"] == "2026-07-31T20:00:00Z"
    assert said["closes"] == "2026-12-30T20:00:00Z"
    assert said["first_school_day"] == "2026-09-01"


async def test_bad_rows_are_told_and_good_ones_taken(region: Region) -> None:
    report = await load(
        region,
        "slots",
        "slot_code,try_out_code,starts_at_local,capacity\n"
        "GOOD,W-ON,2026-10-01T10:00,5\n"
        ",W-ON,2026-10-01T10:00,5\n"
        "A,NONE,2026-10-01T10:00,5\n"
        "B,W-ON,1 октября,5\n"
        "C,W-ON,2026-10-01T10:00+04:00,5\n"
        "D,W-ON,2026-12-01T00:00,5\n"
        "E,W-ON,2026-10-01T10:00,0\n"
        "GOOD,W-ON,2026-10-02T10:00,5\n",
    )

    assert (report["rows"], report["accepted"], report["published"]) == (8, 1, 1)
    assert reasons(report) == [
        (3, "slot_code"),
        (4, "try_out_code"),
        (5, "starts_at_local"),
        (6, "starts_at_local"),
        (7, "starts_at_local"),
        (8, "capacity"),
        (9, "slot_code"),
    ]
    assert all(rejected["reason"] for rejected in report["rejected"])


async def test_try_outs_refer_to_what_is_known(region: Region) -> None:
    report = await load(region, "try-outs", TRY_OUTS_CSV.replace("63-S02", "63-S99").replace(",welding,", ",weaving,"))

    assert reasons(report) == [(2, "competency"), (3, "competency"), (4, "site_code")]


async def test_try_outs_need_a_season(empty_region: Region) -> None:
    is_problem(await empty_region.load("try-outs", TRY_OUTS_CSV), 409, "season-unknown")


async def test_a_slot_keeps_what_it_promised(region: Region) -> None:
    for pupil in await region.pupils(2):
        await region.booked(pupil, "ON-1")

    smaller = await load(region, "slots", SLOTS_CSV.replace("15:00,2\n", "15:00,1\n"))
    moved = await load(region, "slots", SLOTS_CSV.replace("2026-09-03T15:00", "2026-09-04T15:00"))
    larger = await load(region, "slots", SLOTS_CSV.replace("15:00,2\n", "15:00,3\n"))

    assert reasons(smaller) == [(2, "capacity")]
    assert reasons(moved) == [(2, "starts_at_local")]
    assert (larger["rejected"], larger["published"]) == ([], 1)
    assert await region.claimed("ON-1") == 2


async def test_a_mentors_overlapping_slots_are_warned_of(region: Region) -> None:
    report = await load(
        region, "slots", "slot_code;try_out_code;starts_at_local;capacity\r\nX;W-IP;2026-09-03T16:00;5\r\n"
    )

    assert report["accepted"] == 1
    (warned,) = report["warned"]
    assert warned["row"] == 2
    assert "63-M01" in warned["reason"]
    assert "ON-1" in warned["reason"]


async def test_windows_files_are_read(region: Region) -> None:
    report = await load(
        region, "sites", SITES_CSV.replace("Колледж", "Техникум").replace("\n", "\r\n").encode("cp1251")
    )

    assert report["published"] == 1
    assert (await region.said("site-published"))[-1]["name"] == "Техникум"


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"one,two\n1,2\n"])
async def test_what_is_no_such_file_is_refused_whole(region: Region, content: bytes) -> None:
    is_problem(await region.load("sites", content), 422, "file-unreadable")


async def test_a_season_of_another_region_is_rejected(region: Region) -> None:
    report = await load(region, "seasons", SEASON_CSV.replace("2026,63,", "2026,64,"))

    assert reasons(report) == [(2, "region_code")]


async def test_who_may_import(region: Region) -> None:
    mentors = await region.client.post(
        "/imports/sites", content=SITES_CSV.encode(), headers=region.headers("mentor", region.mentor)
    )
    strangers = await region.client.post(
        "/imports/sites", content=SITES_CSV.encode(), headers=region.headers("regional-operator", uuid4())
    )

    is_problem(mentors, 403, "role-not-allowed")
    is_problem(strangers, 403, "region-forbidden")
    is_problem(await region.load("sites", SITES_CSV, region="64"), 403, "region-forbidden")
    is_problem(await region.load("people", SITES_CSV), 404, "import-unknown")


async def test_the_catalogue_can_be_said_once_more(region: Region) -> None:
    said = await region.value("SELECT count(*) FROM outbox")

    for republish in REPUBLISH.values():
        async with region.service.database.transaction() as tx:
            assert await republish(tx, None) is None

    assert await region.value("SELECT count(*) FROM outbox") == said + 1 + 2 + 2 + 3 + 6
    assert len(await region.said("slot-published")) == 12
