"""The same thing done many times at once happens once; nothing personal reaches the log."""

import asyncio
from datetime import timedelta

import pytest

from bilet_identity.use_cases.upkeep import forget_expired
from bilet_kit.clock import real_now
from tests.integration.identity.conftest import PASSWORD, SEVENTH_OF_JULY, World, consent, registration, status
from tests.integration.identity.test_rosters import ERSHOV, code_of, roster


async def test_of_parallel_claims_of_one_place_one_succeeds(world: World) -> None:
    operator = await world.schools()
    report = (await operator.post("/rosters?school_code=630001", roster(ERSHOV))).json()
    code = await code_of(operator, report["roster_id"])
    claims = [{"code": code, "login": f"ersh-{number}", "password": PASSWORD} for number in range(6)]

    answers = await asyncio.gather(*(world.nobody.post("/roster-claims", claim) for claim in claims))

    assert sorted(answer.status_code for answer in answers) == [201] + [404] * 5
    assert len(await world.rows("SELECT 1 FROM students")) == 1
    assert len(await world.rows("SELECT 1 FROM accounts WHERE kind = 'student'")) == 1


async def test_of_parallel_registrations_with_one_login_one_succeeds(world: World) -> None:
    await world.schools()

    answers = await asyncio.gather(*(world.nobody.post("/students", registration()) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 4
    assert len(await world.rows("SELECT 1 FROM persons")) == 2  # the operator and the pupil


async def test_parallel_consents_activate_once(world: World) -> None:
    await world.schools()
    pupil, guardian = await world.family()

    await asyncio.gather(*(consent(who, pupil.id, "processing") for who in (pupil, guardian) for _ in range(4)))

    assert await status(pupil) == "active"
    assert len(await world.said("consent-granted")) == 2
    assert len(await world.said("student-activated")) == 1


async def test_of_two_guardians_with_one_invitation_one_is_verified(world: World) -> None:
    await world.schools()
    pupil = await world.pupil()
    code = (await pupil.post("/guardian-invitations")).json()["code"]
    guardians = [await world.guardian(await world.esia_person(f"100000000{n}", snils=None)) for n in range(2)]

    answers = await asyncio.gather(*(who.post("/guardianships", {"invitation_code": code}) for who in guardians))

    assert sorted(answer.status_code for answer in answers) == [201, 404]
    assert len(await world.said("guardianship-verified")) == 1


async def test_parallel_first_sign_ins_of_one_guardian_are_one_person(world: World) -> None:
    oid = await world.esia_person("1000000001")

    guardians = await asyncio.gather(*(world.guardian(oid) for _ in range(4)))

    assert len({who.id for who in guardians}) == 1
    assert len(await world.rows("SELECT 1 FROM persons")) == 1


async def test_parallel_uploads_leave_a_pupil_with_one_school(world: World) -> None:
    operator = await world.schools()

    answers = await asyncio.gather(
        *(operator.post(f"/rosters?school_code={code}", roster(ERSHOV)) for code in ("630001", "630002"))
    )

    assert sorted(answer.json()["accepted"] for answer in answers) == [0, 1]
    assert len(await world.rows("SELECT 1 FROM roster_entries")) == 1


async def test_a_place_nobody_claimed_disappears_at_its_day_and_a_claimed_one_stays(world: World) -> None:
    operator = await world.schools()
    rows = (ERSHOV, "2;Казаков Матвей Иванович;23.10.2010;11Г;063-511-573 39")
    report = (await operator.post("/rosters?school_code=630001", roster(*rows))).json()
    code = await code_of(operator, report["roster_id"])
    await world.nobody.post("/roster-claims", {"code": code, "login": "ersh", "password": PASSWORD})

    await world.turn_clock(SEVENTH_OF_JULY + timedelta(days=180))
    async with world.service.database.transaction() as tx:
        await forget_expired(tx, now=real_now())

    assert [row["student_id"] is not None for row in await world.rows("SELECT student_id FROM roster_entries")] == [
        True
    ]


async def test_the_log_of_a_familys_way_holds_nothing_personal(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await world.schools()
    pupil, guardian = await world.active_family(snils="112-233-445 95", email="artem@example.test")
    await guardian.post("/people/resolve", {"ids": [str(pupil.id)]})
    await world.nobody.post("/students", registration(last_name="Ершов1", snils="1"))

    written = "".join(capsys.readouterr())

    assert "/students" in written
    for datum in ("Ершов", "Артём", "Архипова", "112-233", "11223344595", "example.test", PASSWORD, "person-", "2011"):
        assert datum not in written
    for secret in (pupil.tokens["access_token"], pupil.tokens["refresh_token"], str(pupil.id)):
        assert secret not in written
