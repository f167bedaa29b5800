"""Guardians come through ESIA and are matched to children."""

from typing import Any

from bilet_identity.security.pkce import challenge_of
from tests.integration.identity.conftest import PASSWORD, VERIFIER, Someone, World, status

CHILD = {"last_name": "Ершов", "first_name": "Артём", "middle_name": "Фёдорович", "birth_date": "2011-12-11"}
SNILS = "611-250-403 20"
ROSTER = """Список обучающихся: Школа № 1;;;;
;;;;
№;Фамилия Имя Отчество;Дата рождения;Класс;СНИЛС
1;Ершов Артём Фёдорович;11.12.2011;8В;611-250-403 20
Итого:;1;;;
"""


async def test_an_invitations_code_is_good_for_one_guardian(world: World) -> None:
    await world.schools()
    pupil = await world.pupil()
    code = (await pupil.post("/guardian-invitations")).json()["code"]
    mother = await world.guardian(await world.esia_person("1000000001"))
    father = await world.guardian(await world.esia_person("1000000002", snils=None))

    first = await mother.post("/guardianships", {"invitation_code": code.lower().replace("-", " ")})
    second = await father.post("/guardianships", {"invitation_code": code})

    assert (first.status_code, first.json()["status"]) == (201, "verified")
    assert (second.status_code, second.json()["code"]) == (404, "code-invalid")
    assert [event["verified_by"] for event in await world.said("guardianship-verified")] == ["invitation"]


async def test_an_invitation_that_a_guardian_came_with_is_nobody_elses(world: World) -> None:
    await world.schools()
    pupil = await world.pupil()
    code = (await pupil.post("/guardian-invitations")).json()["code"]
    mother = await world.guardian(await world.esia_person("1000000001"), code)
    father = await world.guardian(await world.esia_person("1000000002", snils=None))

    stolen = await father.post("/guardianships", {"invitation_code": code})
    shown = (await mother.get("/children")).json()["invited_by"]
    confirmed = await mother.post("/guardianships", {"student_id": shown[0]})

    assert stolen.status_code == 404
    assert shown == [str(pupil.id)]
    assert confirmed.json()["status"] == "verified"


async def test_an_expired_invitation_is_refused(world: World) -> None:
    await world.schools()
    pupil = await world.pupil()
    code = (await pupil.post("/guardian-invitations")).json()["code"]
    await world.rows("UPDATE guardian_invitations SET expires_at = business_now()")

    body = {"code_challenge": challenge_of(VERIFIER), "invitation_code": code}
    begun = await world.nobody.post("/esia/sign-ins", body)

    assert (begun.status_code, begun.json()["code"]) == (404, "code-invalid")


async def test_a_sixth_open_invitation_is_refused(world: World) -> None:
    await world.schools()
    pupil = await world.pupil()

    answers = [await pupil.post("/guardian-invitations") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [201] * 5 + [409]
    assert answers[5].json()["code"] == "invitations-too-many"


async def test_a_parent_who_finds_the_child_in_esias_list_waits_for_the_pupil(world: World) -> None:
    await world.schools()
    pupil = await world.pupil(snils=SNILS)
    mother = await mother_of(world, CHILD | {"snils": SNILS})

    listed = (await mother.get("/children")).json()["items"]
    proposed = await mother.post("/guardianships", {"child_id": listed[0]["child_id"]})
    early = await mother.post("/consents", {"student_id": str(pupil.id), "purpose": "processing", "text_version": "1"})
    accepted = await pupil.post(f"/guardianships/{proposed.json()['guardianship_id']}/acceptance")
    repeated = await pupil.post(f"/guardianships/{proposed.json()['guardianship_id']}/acceptance")

    assert listed[0]["student_id"] == str(pupil.id)
    assert proposed.json()["status"] == "proposed"
    assert early.status_code == 404
    assert accepted.json()["status"] == "verified"
    assert repeated.json() == accepted.json()
    assert [event["verified_by"] for event in await world.said("guardianship-verified")] == ["esia-child"]


async def test_a_pupil_may_decline_a_guardian_who_proposed(world: World) -> None:
    await world.schools()
    pupil = await world.pupil(snils=SNILS)
    mother = await mother_of(world, CHILD | {"snils": SNILS})
    proposed = await mother.post("/guardianships", {"student_id": str(pupil.id)})

    declined = await pupil.delete(f"/guardianships/{proposed.json()['guardianship_id']}")
    late = await pupil.post(f"/guardianships/{proposed.json()['guardianship_id']}/acceptance")

    assert declined.status_code == 204
    assert (late.status_code, late.json()["code"]) == (409, "guardianship-ended")
    assert not await world.said("guardianship-verified")
    assert not await world.said("guardianship-ended")


async def test_without_a_snils_name_and_birth_date_match_whatever_the_spelling(world: World) -> None:
    await world.schools()
    pupil = await world.pupil(last_name="ЕРШОВ", first_name="Артем")
    mother = await mother_of(world, CHILD)

    assert (await mother.get("/children")).json()["items"][0]["student_id"] == str(pupil.id)


async def test_another_snils_is_another_child_even_with_the_same_name_and_birth_date(world: World) -> None:
    await world.schools()
    await world.pupil(snils="112-233-445 95")
    mother = await mother_of(world, CHILD | {"snils": SNILS})

    assert (await mother.get("/children")).json()["items"][0]["student_id"] is None


async def test_a_parent_may_come_before_the_child_has_claimed_the_schools_invitation(world: World) -> None:
    operator = await world.schools()
    roster = (await operator.post("/rosters?school_code=630001", ROSTER.encode())).json()
    mother = await mother_of(world, CHILD | {"snils": SNILS})
    child = (await mother.get("/children")).json()["items"][0]

    waiting = await mother.post("/guardianships", {"child_id": child["child_id"]})
    codes = (await operator.get(f"/rosters/{roster['roster_id']}/activation-codes.csv")).text
    code = codes.splitlines()[1].split(";")[-1]
    claimed = await world.nobody.post("/roster-claims", {"code": code, "login": "ersh", "password": PASSWORD})
    pupil = await world.sign_in("ersh")
    tie = (await pupil.get("/me")).json()["guardianships"][0]
    accepted = await pupil.post(f"/guardianships/{tie['guardianship_id']}/acceptance")

    assert (child["in_roster"], child["student_id"]) == (True, None)
    assert waiting.json()["status"] == "awaiting-claim"
    assert claimed.json()["status"] == "registered"
    assert (tie["status"], tie["guardian_id"]) == ("proposed", str(mother.id))
    assert accepted.json()["status"] == "verified"
    assert await status(pupil) == "registered"


async def test_somebody_elses_child_cannot_be_picked(world: World) -> None:
    await world.schools()
    await world.pupil(snils=SNILS)
    mother = await mother_of(world, CHILD | {"snils": SNILS})
    child = (await mother.get("/children")).json()["items"][0]["child_id"]
    stranger = await world.guardian(await world.esia_person("1000000009", snils=None))

    answer = await stranger.post("/guardianships", {"child_id": child})

    assert answer.status_code == 404


async def test_exactly_one_way_to_a_child_has_to_be_named(world: World) -> None:
    guardian = await world.guardian(await world.esia_person("1000000001"))

    answers = [
        await guardian.post("/guardianships", {}),
        await guardian.post("/guardianships", {"child_id": str(guardian.id), "student_id": str(guardian.id)}),
    ]

    assert [answer.json()["code"] for answer in answers] == ["request-invalid"] * 2


async def test_a_second_sign_in_is_the_same_guardian_with_todays_children(world: World) -> None:
    oid = await world.esia_person("1000000001", children=[CHILD])
    first = await world.guardian(oid)
    await world.esia_person("1000000001", children=[])
    world._people.pop(0)
    await world.esia_person("1000000002", snils=None)

    second = await world.guardian(oid)

    assert second.id == first.id
    assert (await second.get("/children")).json()["items"] == []


async def mother_of(world: World, *children: dict[str, Any]) -> Someone:
    return await world.guardian(await world.esia_person("1000000001", children=list(children)))
