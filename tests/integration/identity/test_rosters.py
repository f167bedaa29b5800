"""Schools' rosters come in as they are; good rows become invitations, bad rows come back."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bilet_local.importing.pack import rows_of
from tests.integration.identity.conftest import PASSWORD, Someone, World

PACKS = sorted(path for path in (Path(__file__).parents[3] / "data").iterdir() if path.is_dir())
HEADER = "№;Фамилия Имя Отчество;Дата рождения;Класс;СНИЛС"
ERSHOV = "1;Ершов Артём Фёдорович;11.12.2012;7В;611-250-403 20"
KAZAKOV = "2;Казаков Матвей Иванович;23.10.2008;11Г;063-511-573 39"
MEMBER = {"last_name": "Панов", "first_name": "Пётр", "email": "p@bilet.test"}


def roster(*rows: str, total: int | None = None) -> bytes:
    lines = ["Список обучающихся;;;;", "", HEADER, *rows, f"Итого:;{len(rows) if total is None else total};;;"]
    return "\r\n".join(lines).encode("cp1251")


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
async def test_the_whole_pack_is_taken_as_expected(world: World, pack: Path) -> None:
    (season,) = rows_of((pack / "season.csv").read_bytes())
    await world.turn_clock(
        datetime.fromisoformat(season["registration_from"]).replace(tzinfo=ZoneInfo(season["timezone"]))
    )
    operator = await world.operator(season["region_code"])
    await operator.post("/imports/schools", (pack / "schools.csv").read_bytes())
    expected = json.loads((pack / "expected.json").read_text(encoding="utf-8"))
    files = sorted((pack / "rosters").iterdir())

    answers = {}
    for file in files:
        answer = await operator.post(f"/rosters?school_code={file.stem}", file.read_bytes())
        assert answer.status_code == 201, answer.text
        answers[file.stem] = answer.json()

    by_school = {code: {"rows": a["rows"], "accepted": a["accepted"]} for code, a in answers.items()}
    reasons = {reason: sum(a["reasons"].get(reason, 0) for a in answers.values()) for reason in expected["rejected"]}
    entries = await world.rows("SELECT count(*) AS n, count(DISTINCT code_index) AS codes FROM roster_entries")
    assert by_school == expected["by_school"]
    assert reasons == expected["rejected"]
    assert (
        sum(a["accepted"] for a in answers.values()) == expected["accepted"] == entries[0]["n"] == entries[0]["codes"]
    )
    assert not any(a["warnings"] for a in answers.values())
    assert not await world.rows("SELECT 1 FROM students")


async def test_bad_rows_are_named_and_come_back_as_a_file_that_can_be_corrected(world: World) -> None:
    operator = await world.schools()
    content = roster(ERSHOV, KAZAKOV.replace("573 39", "573 40"), "3;;1.1.2012;7А;=1+1")

    report = (await operator.post("/rosters?school_code=630001", content)).json()
    back = await operator.get(f"/rosters/{report['roster_id']}/rejected.csv")
    corrected = back.content.decode("utf-8-sig").replace("573 40", "573 39").encode()
    second = (await operator.post("/rosters?school_code=630001", corrected)).json()

    assert [(row["row"], row["column"], row["reason"]) for row in report["rejected"]] == [
        (2, "СНИЛС", "snils_checksum"),
        (3, "Фамилия Имя Отчество", "full_name_incomplete"),
    ]
    assert "'=1+1" in back.text
    assert (second["rows"], second["accepted"]) == (2, 1)
    assert [warning["code"] for warning in second["warnings"]] == ["total_missing"]


async def test_a_total_that_does_not_agree_is_a_warning(world: World) -> None:
    operator = await world.schools()

    report = (await operator.post("/rosters?school_code=630001", roster(ERSHOV, total=2))).json()

    assert (report["accepted"], [warning["code"] for warning in report["warnings"]]) == (1, ["total_mismatch"])


async def test_the_same_file_again_changes_nothing(world: World) -> None:
    operator = await world.schools()

    first = (await operator.post("/rosters?school_code=630001", roster(ERSHOV))).json()
    second = (await operator.post("/rosters?school_code=630001", roster(ERSHOV))).json()

    assert second == first
    assert len(await world.rows("SELECT 1 FROM roster_entries")) == 1


async def test_a_newer_file_of_a_school_keeps_the_codes_already_given_out(world: World) -> None:
    operator = await world.schools()
    first = (await operator.post("/rosters?school_code=630001", roster(ERSHOV))).json()
    code = await code_of(operator, first["roster_id"])

    second = (await operator.post("/rosters?school_code=630001", roster(ERSHOV, KAZAKOV))).json()

    assert second["accepted"] == 2
    assert await code_of(operator, first["roster_id"]) == code
    assert len(await world.rows("SELECT 1 FROM roster_entries")) == 2


async def test_another_school_cannot_have_the_same_pupil(world: World) -> None:
    operator = await world.schools()
    await operator.post("/rosters?school_code=630001", roster(ERSHOV))

    second = (await operator.post("/rosters?school_code=630002", roster(ERSHOV))).json()

    assert second["reasons"] == {"duplicate_pupil": 1}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02" * 50, "binary"),
        ("имя;класс\r\nЕршов;7".encode(), "no_header"),
        (f"{HEADER}\r\nЕршов,7В\r\nПанов,8А".encode(), "column_count"),
        (b"x" * 1_000_001, "too_large"),
        (HEADER.encode("utf-16"), "binary"),
        (HEADER.replace("№", "N").encode("koi8-r"), "no_header"),
    ],
)
async def test_a_file_that_is_no_roster_is_refused_whole_with_the_reason(
    world: World, content: bytes, reason: str
) -> None:
    operator = await world.schools()

    answer = await operator.post("/rosters?school_code=630001", content)

    assert (answer.status_code, answer.json()["code"]) == (422, "roster-unreadable")
    assert answer.json()["errors"] == [{"field": "file", "message": reason}]
    assert not await world.rows("SELECT 1 FROM rosters")


async def test_a_pupil_claims_a_place_once(world: World) -> None:
    operator = await world.schools()
    report = (await operator.post("/rosters?school_code=630001", roster(ERSHOV))).json()
    code = await code_of(operator, report["roster_id"])

    account = {"code": code, "login": "ersh", "password": PASSWORD, "email": "artem@example.test"}
    first = await world.nobody.post("/roster-claims", account)
    second = await world.nobody.post("/roster-claims", {"code": code, "login": "other", "password": PASSWORD})
    me = (await (await world.sign_in("ersh")).get("/me")).json()

    assert (first.status_code, first.json()["grade"], first.json()["school_code"]) == (201, 7, "630001")
    assert (second.status_code, second.json()["code"]) == (404, "code-invalid")
    assert (me["last_name"], me["first_name"], me["patronymic"]) == ("Ершов", "Артём", "Фёдорович")
    left = (await operator.get(f"/rosters/{report['roster_id']}/activation-codes.csv")).text
    assert "Ершов" not in left
    assert (
        len(await world.rows("SELECT 1 FROM persons WHERE sealed_email IS NOT NULL AND snils_index IS NOT NULL")) == 1
    )


async def test_a_place_whose_day_has_come_cannot_be_claimed(world: World) -> None:
    operator = await world.schools()
    report = (await operator.post("/rosters?school_code=630001", roster(ERSHOV))).json()
    code = await code_of(operator, report["roster_id"])
    await world.rows("UPDATE roster_entries SET disappears_on = business_now()::date")

    answer = await world.nobody.post("/roster-claims", {"code": code, "login": "ersh", "password": PASSWORD})

    assert answer.status_code == 404
    assert not await world.rows("SELECT 1 FROM accounts WHERE kind = 'student'")


async def test_a_coordinator_handles_only_the_own_schools_rosters(world: World) -> None:
    operator = await world.schools()
    own = await world.staff(operator, "school-coordinator", school_code="630001")
    other = await world.staff(operator, "school-coordinator", school_code="630002")
    report = (await own.post("/rosters", roster(ERSHOV))).json()

    answers = [
        await other.get(f"/rosters/{report['roster_id']}"),
        await other.get(f"/rosters/{report['roster_id']}/rejected.csv"),
        await other.get(f"/rosters/{report['roster_id']}/activation-codes.csv"),
        await other.post("/rosters?school_code=630001", roster(KAZAKOV)),
    ]

    assert report["school_code"] == "630001"
    assert (await own.get(f"/rosters/{report['roster_id']}")).json() == report
    assert [answer.status_code for answer in answers] == [404] * 4


async def test_another_regions_operator_does_not_see_a_roster(world: World) -> None:
    operator = await world.schools()
    report = (await operator.post("/rosters?school_code=630001", roster(ERSHOV))).json()
    stranger = await world.operator("64")

    assert (await stranger.get(f"/rosters/{report['roster_id']}")).status_code == 404
    assert (await stranger.post("/rosters?school_code=630001", roster(KAZAKOV))).status_code == 422


async def test_a_pupil_may_not_upload_a_roster(world: World) -> None:
    await world.schools()
    pupil = await world.pupil()

    assert (await pupil.post("/rosters?school_code=630001", roster(ERSHOV))).status_code == 403


async def test_every_download_of_codes_leaves_an_audit_record(world: World) -> None:
    operator = await world.schools()
    report = (await operator.post("/rosters?school_code=630001", roster(ERSHOV))).json()

    await operator.get(f"/rosters/{report['roster_id']}/activation-codes.csv")
    await operator.get(f"/rosters/{report['roster_id']}/rejected.csv")

    rows = await world.rows("SELECT actor, action FROM audit ORDER BY audit_id")
    assert [tuple(row) for row in rows] == [
        (str(operator.id), "roster-activation-codes"),
        (str(operator.id), "roster-rejected-rows"),
    ]


async def code_of(operator: Someone, roster_id: str) -> str:
    text = (await operator.get(f"/rosters/{roster_id}/activation-codes.csv")).text
    return text.splitlines()[1].split(";")[-1]
