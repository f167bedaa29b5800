"""Directory files of a region, its schools and mentors, and the staff whom an operator invites."""

from pathlib import Path

import pytest

from bilet_local.importing.pack import rows_of
from tests.integration.identity.conftest import PASSWORD, Someone, World
from tests.integration.identity.test_rosters import ERSHOV, PACKS, roster

MEMBER = {"last_name": "Панов", "first_name": "Пётр", "email": "p@bilet.test"}


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
async def test_schools_and_mentors_of_the_pack_are_imported_and_a_repeat_changes_nothing(
    world: World, pack: Path
) -> None:
    schools, mentors = (pack / "schools.csv").read_bytes(), (pack / "mentors.csv").read_bytes()
    numbers = [len(rows_of(schools)), len(rows_of(mentors))]
    region = rows_of((pack / "season.csv").read_bytes())[0]["region_code"]
    operator = await world.operator(region)

    taken = [await operator.post("/imports/schools", schools) for _ in range(2)]
    hired = [await operator.post("/imports/mentors", mentors) for _ in range(2)]
    listed = await all_schools(world, region)

    assert [answer.json() for answer in taken] == [{"accepted": numbers[0], "rejected": []}] * 2
    assert [answer.json() for answer in hired] == [{"accepted": numbers[1], "rejected": []}] * 2
    assert listed == sorted(row["school_code"] for row in rows_of(schools))
    said = [event for event in await world.said("staff-scope-changed") if event["scopes"][0]["role"] == "mentor"]
    assert [one["scopes"][0]["staff_code"] for one in said] == [row["mentor_code"] for row in rows_of(mentors)]


async def all_schools(world: World, region: str) -> list[str]:
    codes: list[str] = []
    cursor = ""
    while True:
        page = (await world.nobody.get(f"/schools?region_code={region}&limit=50{cursor}")).json()
        codes += [school["school_code"] for school in page["items"]]
        if page["next_cursor"] is None:
            return codes
        cursor = f"&cursor={page['next_cursor']}"


async def test_a_changed_mentor_keeps_the_account_and_the_new_site_is_said(world: World) -> None:
    operator = await world.schools()
    header = "mentor_code,last_name,first_name,patronymic,competency,site_code,email\n"
    line = "63-M01,Покровская,Милана,Максимовна,bricklaying,{},m@bilet.test\n"
    await operator.post("/imports/mentors", (header + line.format("63-S01")).encode())
    mentor = await world.activate(await first_code(operator, "63-M01"))

    await operator.post("/imports/mentors", (header + line.format("63-S02")).encode())

    said = [event for event in await world.said("staff-scope-changed") if event["staff_id"] == str(mentor.id)]
    assert [event["scopes"][0]["site_code"] for event in said] == ["63-S01", "63-S02"]


async def test_bad_rows_of_a_directory_file_are_named(world: World) -> None:
    operator = await world.operator()
    content = (
        "school_code,name,municipality\n630001,Школа,Самара\n630001,Школа,Самара\n630002,,Самара\nx y,Школа,Самара\n"
    )

    answer = (await operator.post("/imports/schools", content.encode())).json()
    broken = await operator.post("/imports/schools", b"school_code;name\n1;2")

    assert answer["accepted"] == 1
    assert [(row["row"], row["reason"]) for row in answer["rejected"]] == [
        (2, "duplicate"),
        (3, "missing"),
        (4, "invalid"),
    ]
    assert (broken.status_code, broken.json()["code"]) == (422, "import-unreadable")


async def test_a_directory_file_is_read_as_a_russian_spreadsheet_saves_it(world: World) -> None:
    operator = await world.operator()

    answer = await operator.post(
        "/imports/schools", "school_code;name;municipality\r\n630001;Школа «Луч»;Город\r\n".encode("cp1251")
    )

    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    assert [row["name"] for row in await world.rows("SELECT name FROM schools")] == ["Школа «Луч»"]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/imports/schools", b"school_code,name,municipality\n1,A,B\n"),
        ("/imports/mentors", b"mentor_code,last_name,first_name,patronymic,site_code,email\n"),
        ("/rosters", roster(ERSHOV)),
    ],
)
async def test_a_file_of_another_region_is_refused_before_anything_is_written(
    world: World, path: str, content: bytes
) -> None:
    operator = await world.schools()
    before = [await world.rows(f"SELECT count(*) FROM {table}") for table in ("schools", "roster_entries", "outbox")]

    refused = await operator.post(f"{path}?region=99&school_code=630001", content)

    assert (refused.status_code, refused.json()["code"]) == (403, "region-forbidden")
    assert before == [
        await world.rows(f"SELECT count(*) FROM {table}") for table in ("schools", "roster_entries", "outbox")
    ]


async def test_an_operator_of_two_regions_names_the_one_a_file_is_of(world: World) -> None:
    operator = await world.schools()
    await world.rows(
        "INSERT INTO staff_scopes (scope_id, staff_id, role, region_code) "
        "SELECT gen_random_uuid(), staff_id, role, '64' FROM staff_scopes"
    )
    schools = b"school_code,name,municipality\n630001,A,B\n"

    unnamed = [
        await operator.post("/imports/schools", schools),
        await operator.post("/rosters?school_code=630001", roster(ERSHOV)),
    ]
    named = await operator.post("/imports/schools?region=64", schools)
    uploaded = await operator.post("/rosters?school_code=630001&region=64", roster(ERSHOV))

    assert {answer.json()["code"] for answer in unnamed} == {"region-forbidden"}
    assert (named.status_code, uploaded.json()["region_code"]) == (200, "64")


async def test_staff_are_invited_within_the_own_scope_only(world: World) -> None:
    operator = await world.schools()
    refused = [
        {"role": "regional-operator", "region_code": "63"},
        {"role": "federal-operator", "region_code": "63"},
        {"role": "school-coordinator", "region_code": "64", "school_code": "640001"},
        {"role": "mentor", "region_code": "63", "site_code": "63-S01"},
    ]

    answers = [await operator.post("/staff", MEMBER | scope) for scope in refused]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "scope-not-yours")] * 4


async def test_a_coordinator_invites_nobody(world: World) -> None:
    operator = await world.schools()
    coordinator = await world.staff(operator, "school-coordinator", school_code="630001")

    answer = await coordinator.post(
        "/staff", MEMBER | {"role": "school-coordinator", "region_code": "63", "school_code": "630001"}
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "role-not-allowed")


async def test_an_activation_code_of_staff_is_good_once(world: World) -> None:
    operator = await world.schools()
    scope = {"role": "site-coordinator", "region_code": "63", "site_code": "63-S01"}
    code = (await operator.post("/staff", MEMBER | scope)).json()["activation_code"]
    await world.activate(code)

    again = await world.nobody.post("/staff-activations", {"code": code, "login": "other", "password": PASSWORD})

    assert (again.status_code, again.json()["code"]) == (404, "code-invalid")


async def first_code(operator: Someone, staff_code: str) -> str:
    lines = (await operator.get("/staff/activation-codes.csv")).text.splitlines()
    return next(line.split(";")[-1] for line in lines if line.startswith(staff_code))
