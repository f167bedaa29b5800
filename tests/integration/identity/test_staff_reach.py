"""Staff reach no further than their scopes, by whichever door they come."""

from uuid import UUID

from tests.integration.identity.conftest import Someone, World
from tests.integration.identity.test_rosters import ERSHOV, MEMBER, roster

MENTORS = "mentor_code,last_name,first_name,patronymic,site_code,email\n"


async def federal_operator(world: World) -> Someone:
    """Make an operator of the country, who can be made only in the database."""
    operator = await world.operator("77")
    await world.rows("UPDATE staff_scopes SET role = 'federal-operator' WHERE staff_id = $1", operator.id)
    return await world.sign_in(f"person-{world._logins}")


async def add_scope(world: World, staff_id: UUID, role: str, region: str, school: str) -> None:
    await world.rows(
        "INSERT INTO staff_scopes (scope_id, staff_id, role, region_code, school_code) "
        "VALUES (gen_random_uuid(), $1, $2, $3, $4)",
        staff_id,
        role,
        region,
        school,
    )


async def test_a_regional_operator_is_shown_no_code_of_those_beside_or_above(world: World) -> None:
    operator, federal = await world.schools(), await federal_operator(world)
    above = [
        {"role": "regional-operator", "region_code": "63"},
        {"role": "data-protection-officer", "region_code": "63"},
    ]
    hidden = [(await federal.post("/staff", MEMBER | scope)).json()["activation_code"] for scope in above]
    scope = {"role": "site-coordinator", "region_code": "63", "site_code": "63-S01"}
    shown = (await federal.post("/staff", MEMBER | scope)).json()["activation_code"]

    text = (await operator.get("/staff/activation-codes.csv")).text

    assert shown in text
    assert not any(code in text for code in hidden)
    audited = await world.rows("SELECT asked FROM audit WHERE action = 'staff-activation-codes'")
    assert [row["asked"] for row in audited] == [1]


async def test_a_file_of_mentors_takes_no_other_staff_over(world: World) -> None:
    operator, federal = await world.schools(), await federal_operator(world)
    officer = {"role": "data-protection-officer", "region_code": "63", "staff_code": "63-D01"}
    invited = await federal.post("/staff", MEMBER | officer)
    rows = "63-M01,Покровская,Милана,,63-S01,m@bilet.test\n63-D01,Чужой,Захват,,63-S01,thief@bilet.test\n"

    answer = await operator.post("/imports/mentors", (MENTORS + rows).encode())

    assert invited.status_code == 201, invited.text
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-not-yours")
    assert [row["role"] for row in await world.rows("SELECT role FROM staff_scopes WHERE staff_code = '63-D01'")] == [
        "data-protection-officer"
    ]
    assert not await world.rows("SELECT 1 FROM staff_scopes WHERE staff_code = '63-M01'")


async def test_a_coordinator_of_two_regions_uploads_to_the_school_they_have(world: World) -> None:
    operator = await world.schools()
    other_region = await world.operator("64")
    namesakes = "school_code,name,municipality\n630001,Другая школа,Саратов\n640001,Школа № 1,Саратов\n"
    await other_region.post("/imports/schools", namesakes.encode())
    coordinator = await world.staff(operator, "school-coordinator", school_code="630002")
    await add_scope(world, coordinator.id, "school-coordinator", "64", "640001")
    await add_scope(world, coordinator.id, "school-coordinator", "64", "630001")

    own = await coordinator.post("/rosters?school_code=630001", roster(ERSHOV))
    strange = await coordinator.post("/rosters?school_code=630003", roster(ERSHOV))

    assert (own.status_code, own.json()["region_code"]) == (201, "64")
    assert strange.status_code == 404
    assert (await coordinator.get(f"/rosters/{own.json()['roster_id']}")).status_code == 200
