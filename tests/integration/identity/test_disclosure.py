"""Who is shown whose name, and what opens and closes it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from bilet_contracts.booking import BookingApprovedV1, BookingCancelledV1
from bilet_identity.use_cases.upkeep import forget_expired, review_students
from tests.integration.identity.conftest import (
    SEVENTH_OF_JULY,
    Someone,
    World,
    consent,
    service_token,
    status,
)
from tests.support.records import HandMade
from tests.support.tokens import SigningKey


async def names(who: Someone, *ids: UUID) -> list[str]:
    answer = await who.post("/people/resolve", {"ids": [str(one) for one in ids]})
    assert answer.status_code == 200, answer.text
    return sorted(f"{item['last_name']} {item['first_name']}" for item in answer.json()["items"])


def approved(student: UUID, mentor: UUID | None, **given: object) -> BookingApprovedV1:
    usual: dict[str, object] = {
        "region_code": "63",
        "booking_id": uuid4(),
        "student_id": student,
        "season_code": "63-2026",
        "slot_id": uuid4(),
        "slot_code": "63-T001-1",
        "site_code": "63-S01",
        "competency": "welding",
        "format": "in-person",
        "starts_at": SEVENTH_OF_JULY + timedelta(days=30),
        "ends_at": SEVENTH_OF_JULY + timedelta(days=30, hours=2),
        "timezone": "Europe/Samara",
        "mentor_staff_id": mentor,
        "decided_by": "guardian",
        "decided_by_id": uuid4(),
        "visible_until": SEVENTH_OF_JULY + timedelta(days=31),
    }
    return BookingApprovedV1.model_validate(usual | given)


def cancelled(booking: BookingApprovedV1) -> BookingCancelledV1:
    return BookingCancelledV1.model_validate(booking.model_dump() | {"reason": "changed-mind"})


async def test_each_sees_whom_they_may_and_strangers_are_absent(world: World) -> None:
    operator = await world.schools()
    pupil, guardian = await world.active_family()
    other, _ = await world.active_family(last_name="Панов", school_code="630002")
    own = await world.staff(operator, "school-coordinator", school_code="630001")
    stranger = await world.operator("64")
    ids = (pupil.id, other.id, guardian.id, uuid4())

    assert await names(guardian, *ids) == ["Архипова Ева", "Ершов Артём"]
    assert await names(pupil, *ids) == ["Архипова Ева", "Ершов Артём"]
    assert await names(own, *ids) == ["Ершов Артём"]
    assert await names(operator, *ids) == ["Архипова Ева", "Ершов Артём", "Панов Артём"]
    assert await names(stranger, *ids) == []


async def test_each_question_leaves_one_audit_record(world: World) -> None:
    await world.schools()
    pupil, guardian = await world.active_family()

    await names(guardian, pupil.id, uuid4())

    rows = await world.rows("SELECT actor, role, action, asked, shown FROM audit")
    assert [tuple(row) for row in rows] == [(str(guardian.id), "guardian", "resolve", 2, [pupil.id])]


async def test_an_approved_booking_opens_the_name_to_its_mentor_and_site_and_a_cancelled_one_closes_it(
    world: World,
) -> None:
    operator = await world.schools()
    pupil, _ = await world.active_family()
    mentor = await world.staff(operator, "mentor", site_code="63-S01", staff_code="63-M01")
    elsewhere = await world.staff(operator, "mentor", site_code="63-S01", staff_code="63-M02")
    site = await world.staff(operator, "site-coordinator", site_code="63-S01")
    other_site = await world.staff(operator, "site-coordinator", site_code="63-S02")
    staff = (mentor, elsewhere, site, other_site)
    booking = approved(pupil.id, mentor.id)

    before = [await names(who, pupil.id) for who in staff]
    await world.service.processor.process([HandMade.of(booking, 1)])
    after = [await names(who, pupil.id) for who in staff]
    await world.service.processor.process([HandMade.of(cancelled(booking), 2)])
    at_last = [await names(who, pupil.id) for who in staff]

    assert before == [[], [], [], []]
    assert after == [["Ершов Артём"], [], ["Ершов Артём"], []]
    assert at_last == [[], [], [], []]


async def test_a_grant_ends_by_itself(world: World) -> None:
    operator = await world.schools()
    pupil, _ = await world.active_family()
    mentor = await world.staff(operator, "mentor", site_code="63-S01", staff_code="63-M01")
    await world.service.processor.process([HandMade.of(approved(pupil.id, mentor.id), 1)])

    await world.turn_clock(SEVENTH_OF_JULY + timedelta(days=31, seconds=1))

    assert await names(mentor, pupil.id) == []


async def test_an_approval_heard_twice_opens_once_and_stays_closed_after_the_cancellation(world: World) -> None:
    operator = await world.schools()
    pupil, _ = await world.active_family()
    mentor = await world.staff(operator, "mentor", site_code="63-S01", staff_code="63-M01")
    booking = approved(pupil.id, mentor.id)
    first, second = HandMade.of(booking, 1), HandMade.of(cancelled(booking), 2)

    await world.service.processor.process([first, second])
    await world.service.processor.process([first])

    assert await names(mentor, pupil.id) == []


async def test_at_most_two_hundred_ids_are_resolved_at_once(world: World) -> None:
    operator = await world.schools()

    answer = await operator.post("/people/resolve", {"ids": [str(uuid4()) for _ in range(201)]})

    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")


async def test_notifications_gets_contacts_and_leaves_an_audit_record(world: World) -> None:
    await world.schools()
    pupil, guardian = await world.active_family(email="artem@example.test")

    answer = await contacts(world, service_token(), pupil.id, guardian.id, uuid4())

    items = sorted(answer["items"], key=lambda item: item["first_name"])
    assert [(item["id"], item["email"], item["first_name"], item["patronymic"]) for item in items] == [
        (str(pupil.id), "artem@example.test", "Артём", "Фёдорович"),
        (str(guardian.id), "eva1000000001@example.test", "Ева", "Михайловна"),
    ]
    rows = await world.rows("SELECT actor, action, asked, cardinality(shown) AS shown FROM audit")
    assert [tuple(row) for row in rows] == [("notifications", "contacts", 3, 2)]


async def test_contacts_are_given_to_no_other_token(world: World) -> None:
    operator = await world.schools()
    now = datetime.now(UTC)
    tokens = [
        service_token(SigningKey.new()),
        service_token(iss="booking"),
        service_token(sub="booking"),
        service_token(aud="bilet-api"),
        service_token(exp=now - timedelta(seconds=1)),
        service_token(exp=now + timedelta(hours=1)),
        operator.tokens["access_token"],
        "rubbish",
    ]

    answers = [await contacts(world, token, operator.id) for token in tokens]

    assert [answer["code"] for answer in answers] == ["token-invalid"] * len(tokens)
    assert not await world.rows("SELECT 1 FROM audit")


async def contacts(world: World, token: str, *ids: UUID) -> dict[str, Any]:
    answer = await world.http.post(
        "/internal/v1/contacts",
        json={"ids": [str(one) for one in ids]},
        headers={"Authorization": f"Bearer {token}"},
    )
    return dict(answer.json())


async def test_a_birthday_asks_for_the_pupils_consent_and_suspends_after_thirty_days(world: World) -> None:
    await world.schools()
    pupil, guardian = await world.family(birth_date="2012-07-08", grade=8)
    await consent(guardian, pupil.id, "processing")

    await review_on(world, datetime(2026, 7, 8, tzinfo=UTC))
    asked = await world.said("student-changed")
    await review_on(world, datetime(2026, 8, 6, tzinfo=UTC))
    in_grace = await status(pupil)
    await review_on(world, datetime(2026, 8, 7, tzinfo=UTC))

    assert asked[-1]["purposes"] == []
    assert asked[-1]["status"] == "active"
    assert in_grace == "active"
    assert await status(pupil) == "suspended"
    assert [event["reason"] for event in await world.said("student-suspended")] == ["consent-missing"]


async def test_at_the_eighteenth_birthday_the_others_hear_that_the_pupil_decides_alone(world: World) -> None:
    await world.schools()
    await world.active_family(birth_date="2008-07-08", grade=11)

    await review_on(world, datetime(2026, 7, 8, tzinfo=UTC))
    await review_on(world, datetime(2026, 7, 8, tzinfo=UTC))

    changed = [event for event in await world.said("student-changed") if event["decides_alone"]]
    assert [(event["guardian_ids"], event["purposes"], event["status"]) for event in changed] == [
        ([], ["processing"], "active")
    ]


async def test_what_has_run_out_is_forgotten(world: World) -> None:
    await world.schools()
    pupil, _ = await world.active_family()
    await world.service.processor.process([HandMade.of(approved(pupil.id, None), 1)])
    await world.back_from_esia(await world.esia_person("1000000005"))
    await world.http.post("/sessions", json={"login": "nobody", "password": "не тот пароль"})
    await world.turn_clock(SEVENTH_OF_JULY + timedelta(days=62))

    async with world.service.database.transaction() as tx:
        await forget_expired(tx, now=datetime.now(UTC) + timedelta(days=91))

    for table in (
        "sessions",
        "refresh_tokens",
        "esia_sign_ins",
        "sign_in_codes",
        "disclosure_grants",
        "failed_sign_ins",
    ):
        assert not await world.rows(f"SELECT 1 FROM {table}"), table
    assert await status(pupil) == "active"


async def test_whole_states_can_be_said_again(world: World) -> None:
    await world.schools()
    await world.active_family()
    republish = world.service.republish

    async with world.service.database.transaction() as tx:
        last = await republish["students"](tx, None)
        staff = await republish["staff"](tx, None)
    async with world.service.database.transaction() as tx:
        end = await republish["students"](tx, last)

    assert last is not None
    assert staff is not None
    assert end is None
    assert (await world.said("student-changed"))[-1]["status"] == "active"


async def review_on(world: World, moment: datetime) -> None:
    await world.turn_clock(moment)
    async with world.service.database.transaction() as tx:
        assert await review_students(tx, world.parts.vault) is False
