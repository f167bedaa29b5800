"""A pupil registers, a guardian comes through ESIA, both consent, the pupil is active."""

from datetime import UTC, datetime

import pytest

from tests.integration.identity.conftest import World, consent, registration, status


async def test_a_pupil_of_fourteen_is_active_when_guardian_and_pupil_have_consented(world: World) -> None:
    await world.schools()
    pupil, guardian = await world.family()
    assert await status(pupil) == "registered"

    first = await consent(guardian, pupil.id, "processing")
    assert first.status_code == 201, first.text
    assert await status(pupil) == "registered"
    second = await consent(pupil, pupil.id, "processing")

    assert second.json()["status"] == "active"
    assert [event["type"].split(".")[1] for event in await world.said() if "student_id" in event] == [
        "student-registered",
        "guardianship-verified",
        "student-changed",
        "consent-granted",
        "student-changed",
        "consent-granted",
        "student-activated",
    ]
    activated = (await world.said("student-activated"))[0]
    assert activated["guardian_ids"] == [str(guardian.id)]
    assert activated["purposes"] == ["processing"]
    assert activated["school_code"] == "630001"


async def test_below_fourteen_the_guardian_alone_consents(world: World) -> None:
    await world.schools()
    pupil, guardian = await world.family(birth_date="2013-12-11", grade=6)

    own = await consent(pupil, pupil.id, "processing")
    answer = await consent(guardian, pupil.id, "processing")

    assert (own.status_code, own.json()["code"]) == (409, "consent-from-fourteen")
    assert answer.json()["status"] == "active"


async def test_at_eighteen_the_pupil_consents_alone_and_invites_nobody(world: World) -> None:
    await world.schools()
    pupil = await world.pupil(birth_date="2008-07-07", grade=11)

    invitation = await pupil.post("/guardian-invitations")
    answer = await consent(pupil, pupil.id, "processing")

    assert (invitation.status_code, invitation.json()["code"]) == (409, "guardian-not-needed")
    assert answer.json()["status"] == "active"
    assert answer.json()["decides_alone"] is True


async def test_no_event_carries_a_personal_datum(world: World) -> None:
    await world.schools()
    await world.active_family(snils="112-233-445 95", email="artem@example.test")

    said = str(await world.said())

    for datum in ("Ершов", "Артём", "Архипова", "11223344595", "2011-12-11", "example.test", "@"):
        assert datum not in said


async def test_no_table_holds_a_name_in_clear(world: World) -> None:
    await world.schools()
    await world.active_family(snils="112-233-445 95", email="artem@example.test")

    for table in ("persons", "students", "guardians", "accounts", "sessions", "outbox", "idempotency_keys", "audit"):
        found = await world.rows(f"SELECT t::text AS line FROM {table} t")
        for datum in ("Ершов", "Архипова", "11223344595", "2011-12-11", "example.test", "person-1"):
            encoded = datum.encode().hex()
            assert not any(datum in row["line"] or encoded in row["line"] for row in found), (table, datum)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"birth_date": "2020-01-01"}, "birth-date-invalid"),
        ({"school_code": "999999"}, "school-unknown"),
        ({"snils": "112-233-445 96"}, "snils-invalid"),
        ({"last_name": "Ершов1"}, "name-invalid"),
        ({"password": "aaaaaaaaaaaa"}, "password-weak"),
        ({"grade": 5}, "request-invalid"),
        ({"password": "short"}, "request-invalid"),
        ({"login": "имя с пробелом"}, "request-invalid"),
        ({"role": "regional-operator"}, "request-invalid"),
    ],
)
async def test_a_wrong_registration_is_refused_and_leaves_nothing(
    world: World, given: dict[str, object], code: str
) -> None:
    await world.schools()

    answer = await world.nobody.post("/students", registration(**given))

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert not await world.rows("SELECT 1 FROM students")
    for value in given.values():
        assert str(value) not in answer.text or str(value) == "5"


async def test_a_taken_login_is_refused_and_leaves_no_second_pupil(world: World) -> None:
    await world.schools()
    await world.nobody.post("/students", registration(login="Ersh"))

    answer = await world.nobody.post("/students", registration(login="ersh", last_name="Другой"))

    assert (answer.status_code, answer.json()["code"]) == (409, "login-taken")
    assert len(await world.rows("SELECT 1 FROM students")) == 1


async def test_a_repeated_registration_answers_the_first_one(world: World) -> None:
    await world.schools()

    first = await world.nobody.post("/students", registration(), key="the-same-key")
    second = await world.nobody.post("/students", registration(), key="the-same-key")
    other = await world.nobody.post("/students", registration(grade=9), key="the-same-key")

    assert second.json() == first.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert len(await world.rows("SELECT 1 FROM students")) == 1


async def test_an_outdated_text_is_not_consented_to(world: World) -> None:
    await world.schools()
    pupil, guardian = await world.family()

    answer = await consent(guardian, pupil.id, "processing", version="0")

    assert (answer.status_code, answer.json()["code"]) == (409, "consent-text-outdated")
    assert not await world.said("consent-granted")


async def test_a_second_consent_to_the_same_text_says_nothing_new(world: World) -> None:
    await world.schools()
    pupil, guardian = await world.active_family()

    answer = await consent(guardian, pupil.id, "processing")

    assert answer.status_code == 201
    assert len(await world.said("consent-granted")) == 2


async def test_withdrawal_suspends_and_consenting_again_activates(world: World) -> None:
    await world.schools()
    pupil, guardian = await world.active_family()

    answer = await guardian.delete(f"/consents/{pupil.id}/processing")
    again = await guardian.delete(f"/consents/{pupil.id}/processing")

    assert answer.json()["status"] == "suspended"
    assert again.json() == answer.json()
    assert [event["withdrawn_by"] for event in await world.said("consent-withdrawn")] == ["guardian"]
    assert [event["reason"] for event in await world.said("student-suspended")] == ["consent-withdrawn"]
    assert (await consent(guardian, pupil.id, "processing")).json()["status"] == "active"


async def test_withdrawing_transfer_leaves_the_pupil_active(world: World) -> None:
    await world.schools()
    pupil, guardian = await world.active_family()
    for who in (pupil, guardian):
        await consent(who, pupil.id, "transfer")

    answer = await pupil.delete(f"/consents/{pupil.id}/transfer")

    assert (answer.json()["status"], answer.json()["purposes"]) == ("active", ["processing"])
    assert [event["purpose"] for event in await world.said("consent-withdrawn")] == ["transfer"]


async def test_a_strange_guardian_sees_and_decides_nothing(world: World) -> None:
    await world.schools()
    pupil, _ = await world.active_family()
    stranger = await world.guardian(await world.esia_person("1000000777", snils=None))

    refused = [
        await consent(stranger, pupil.id, "processing"),
        await stranger.delete(f"/consents/{pupil.id}/processing"),
        await stranger.post("/guardianships", {"student_id": str(pupil.id)}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(404, "not-found")] * 3
    children = (await stranger.get("/children")).json()
    assert (children["items"], children["guardianships"]) == ([], [])
    assert (await stranger.post("/people/resolve", {"ids": [str(pupil.id)]})).json() == {"items": []}


async def test_one_pupil_cannot_consent_for_another(world: World) -> None:
    await world.schools()
    pupil, other = await world.pupil(), await world.pupil()

    answer = await consent(other, pupil.id, "processing")

    assert answer.status_code == 404


async def test_ending_the_only_guardianship_suspends(world: World) -> None:
    await world.schools()
    pupil, guardian = await world.active_family()
    tie = (await pupil.get("/me")).json()["guardianships"][0]["guardianship_id"]

    answer = await guardian.delete(f"/guardianships/{tie}")

    assert answer.status_code == 204
    assert await status(pupil) == "suspended"
    assert [event["reason"] for event in await world.said("student-suspended")] == ["guardianship-ended"]
    assert len(await world.said("guardianship-ended")) == 1


async def test_a_strangers_guardianship_cannot_be_ended(world: World) -> None:
    await world.schools()
    pupil, _ = await world.active_family()
    other = await world.pupil()
    tie = (await pupil.get("/me")).json()["guardianships"][0]["guardianship_id"]

    answers = [await other.delete(f"/guardianships/{tie}"), await other.post(f"/guardianships/{tie}/acceptance")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert await status(pupil) == "active"


async def test_the_texts_to_consent_to_are_public(world: World) -> None:
    answer = await world.nobody.get("/consent-texts")

    assert [text["purpose"] for text in answer.json()["items"]] == [
        "processing",
        "transfer",
        "results-to-mentor",
        "notify-email",
    ]


async def test_whoever_comes_without_a_token_is_turned_away(world: World) -> None:
    for method, path in [
        ("GET", "/me"),
        ("GET", "/children"),
        ("POST", "/consents"),
        ("POST", "/guardian-invitations"),
        ("POST", "/people/resolve"),
        ("POST", "/rosters"),
        ("POST", "/staff"),
        ("POST", "/imports/schools"),
    ]:
        answer = await world.http.request(method, path, headers={"Idempotency-Key": "12345678"})
        assert answer.status_code == 401, path
        assert answer.json()["code"] == "token-missing"


async def test_a_guardian_loses_access_on_the_eighteenth_birthday(world: World) -> None:
    await world.schools()
    pupil, guardian = await world.active_family(birth_date="2008-07-08", grade=11)

    await world.turn_clock(datetime(2026, 7, 8, 8, tzinfo=UTC))

    assert (await guardian.get("/children")).json()["guardianships"] == []
    assert (await guardian.post("/people/resolve", {"ids": [str(pupil.id)]})).json() == {"items": []}
    assert (await consent(guardian, pupil.id, "transfer")).status_code == 404
