"""Facts become deliveries: each once, whoever comes first, however often it is said."""

import random
from uuid import UUID, uuid4

import pytest

from bilet_contracts.base import Event
from bilet_contracts.booking import (
    BookingApprovedV1,
    BookingCancelledV1,
    BookingDeclinedV1,
    BookingExpiredV1,
    BookingRequestedV1,
    BookingState,
    RecommendationIssuedV1,
)
from bilet_contracts.identity import StudentActivatedV1, StudentChangedV1, StudentRegisteredV1
from bilet_notifications.jobs import release_notices
from tests.integration.notifications import facts
from tests.integration.notifications.conftest import Desk
from tests.support.records import HandMade, twice


@pytest.mark.parametrize("kind", [StudentRegisteredV1, StudentChangedV1])
async def test_guardians_are_asked_for_consent_while_it_is_missing(
    desk: Desk, pupil: UUID, mother: UUID, kind: type[StudentRegisteredV1 | StudentChangedV1]
) -> None:
    await desk.hear(facts.student(kind, pupil, mother, status="registered", purposes=()))

    assert await desk.told() == {("guardian", mother, "consent-requested")}


async def test_each_guardian_is_asked_once_however_often_the_state_comes(desk: Desk, pupil: UUID, mother: UUID) -> None:
    father = uuid4()
    state = {"status": "registered", "purposes": ()}

    await desk.hear(facts.student(StudentRegisteredV1, pupil, **state))
    await desk.hear(facts.student(StudentChangedV1, pupil, mother, **state))
    await desk.hear(facts.student(StudentChangedV1, pupil, mother, father, **state))

    assert len(await desk.deliveries("inbox")) == 2
    assert {recipient for _, recipient, _ in await desk.told()} == {mother, father}


async def test_nobody_is_asked_once_consent_is_given_or_not_needed(desk: Desk, pupil: UUID, mother: UUID) -> None:
    await desk.hear(facts.student(StudentChangedV1, pupil, mother, status="registered", purposes=("processing",)))
    await desk.hear(
        facts.student(StudentChangedV1, uuid4(), mother, status="registered", purposes=(), decides_alone=True)
    )

    assert await desk.told() == set()


async def test_guardians_are_asked_to_approve_with_the_deadline(desk: Desk, pupil: UUID, mother: UUID) -> None:
    await desk.hear(facts.student(StudentActivatedV1, pupil, mother), facts.booking(BookingRequestedV1, pupil))

    assert await desk.told("inbox") == {("guardian", mother, "approval-requested")}
    assert await desk.told("email") == {("guardian", mother, "approval-requested")}
    (row,) = await desk.deliveries("inbox")
    assert facts.DUE.isoformat() in row["variables"]


@pytest.mark.parametrize(
    ("kind", "template"),
    [
        (BookingDeclinedV1, "booking-declined"),
        (BookingExpiredV1, "booking-expired"),
        (BookingCancelledV1, "booking-cancelled"),
    ],
)
async def test_a_mentor_never_hears_of_a_booking_that_was_not_approved(
    desk: Desk, pupil: UUID, mother: UUID, mentor: UUID, kind: type[BookingState], template: str
) -> None:
    await desk.hear(
        facts.student(StudentActivatedV1, pupil, mother), facts.booking(kind, pupil, mentor_staff_id=mentor)
    )

    assert await desk.told("inbox") == {("student", pupil, template), ("guardian", mother, template)}
    assert await desk.told("email") == {("guardian", mother, template)}


async def test_a_mentor_hears_of_a_booking_from_its_approval_on(
    desk: Desk, pupil: UUID, mother: UUID, mentor: UUID
) -> None:
    about = {"booking_id": uuid4(), "mentor_staff_id": mentor}
    await desk.hear(
        facts.student(StudentActivatedV1, pupil, mother),
        facts.booking(BookingRequestedV1, pupil, **about),
        facts.booking(BookingApprovedV1, pupil, **about),
        facts.booking(BookingCancelledV1, pupil, **about),
    )

    told = await desk.told()
    assert {template for kind, _, template in told if kind == "staff"} == {"booking-approved", "booking-cancelled"}
    assert {template for kind, _, template in told if kind == "student"} == {"booking-approved", "booking-cancelled"}


async def test_the_last_stage_and_the_completion_are_one_message_but_a_retake_has_its_own(
    desk: Desk, pupil: UUID, mother: UUID
) -> None:
    await desk.hear(facts.student(StudentActivatedV1, pupil, mother))
    await desk.hear(facts.stage_completed(pupil, 3), facts.diagnostics_completed(pupil))
    assert await desk.told() == {
        ("student", pupil, "diagnostics-completed"),
        ("guardian", mother, "diagnostics-completed"),
    }

    await desk.hear(facts.stage_completed(pupil, 3))

    assert ("student", pupil, "feedback-ready") in await desk.told()


async def test_diagnostics_and_recommendations_reach_the_family(desk: Desk, pupil: UUID, mother: UUID) -> None:
    await desk.hear(
        facts.student(StudentActivatedV1, pupil, mother),
        facts.stage_completed(pupil),
        facts.diagnostics_completed(pupil),
        facts.booking(RecommendationIssuedV1, pupil),
    )

    assert await desk.told() == {
        ("student", pupil, "feedback-ready"),
        ("student", pupil, "diagnostics-completed"),
        ("guardian", mother, "diagnostics-completed"),
        ("student", pupil, "recommendation-issued"),
        ("guardian", mother, "recommendation-issued"),
    }


async def test_what_the_inbox_takes_is_there_and_not_published(desk: Desk, pupil: UUID) -> None:
    await desk.hear(facts.student(StudentActivatedV1, pupil, uuid4()), facts.stage_completed(pupil))

    (row,) = await desk.deliveries("inbox")
    assert (row["status"], row["attempts"]) == ("delivered", 1)
    assert await desk.rows("SELECT 1 FROM outbox") == []


def season(desk: Desk, pupil: UUID, mother: UUID, mentor: UUID) -> list[HandMade]:
    events: list[Event] = [
        facts.student(StudentRegisteredV1, pupil, status="registered", purposes=()),
        facts.student(StudentChangedV1, pupil, mother, status="registered", purposes=()),
        facts.student(StudentActivatedV1, pupil, mother),
        facts.staff(mentor),
        *(facts.stage_completed(pupil, stage) for stage in (1, 2, 3)),
        facts.diagnostics_completed(pupil),
        facts.booking(BookingRequestedV1, pupil, mentor_staff_id=mentor),
        facts.booking(BookingApprovedV1, pupil, mentor_staff_id=mentor),
        facts.booking(RecommendationIssuedV1, pupil, mentor_staff_id=mentor),
    ]
    return [desk.record(event) for event in events]


async def told_in_the_end(desk: Desk) -> list[tuple[UUID, str, str, UUID]]:
    await desk.hurry()
    await release_notices(desk.service.database)
    rows = await desk.rows("SELECT recipient_id, template, channel, fact_id FROM deliveries")
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("seed", range(5))
async def test_repeated_and_reordered_topics_tell_everybody_the_same_once(
    desk: Desk, pupil: UUID, mother: UUID, mentor: UUID, seed: int
) -> None:
    in_order = season(desk, pupil, mother, mentor)
    shuffled = twice(in_order)
    random.Random(seed).shuffle(shuffled)

    for start in range(0, len(shuffled), 3):
        await desk.hear(*shuffled[start : start + 3])

    told = await told_in_the_end(desk)
    assert len(told) == len(set(told))
    by_person = {who: sorted({template for person, template, *_ in told if person == who}) for who in (pupil, mother)}
    assert by_person[pupil] == [
        "booking-approved", "diagnostics-completed", "feedback-ready", "recommendation-issued",
    ]  # fmt: skip
    assert by_person[mother] == [
        "approval-requested", "booking-approved", "consent-requested", "diagnostics-completed", "recommendation-issued",
    ]  # fmt: skip
    assert len([1 for person, template, *_ in told if (person, template) == (pupil, "feedback-ready")]) == 2


async def test_a_fact_about_an_unknown_pupil_waits_and_is_told_later(desk: Desk, pupil: UUID, mother: UUID) -> None:
    await desk.hear(facts.booking(BookingRequestedV1, pupil))
    await release_notices(desk.service.database)
    assert await desk.told() == set()

    await desk.hear(facts.student(StudentActivatedV1, pupil, mother))
    await release_notices(desk.service.database)

    assert await desk.told() == {("guardian", mother, "approval-requested")}
    assert await desk.rows("SELECT 1 FROM waiting_notices") == []
    assert await desk.rows("SELECT 1 FROM parked_messages") == []


async def test_a_fact_waits_while_the_guardians_are_not_known(desk: Desk, pupil: UUID, mother: UUID) -> None:
    await desk.hear(facts.student(StudentRegisteredV1, pupil), facts.booking(BookingRequestedV1, pupil))
    await release_notices(desk.service.database)
    assert await desk.told() == set()

    await desk.hear(facts.student(StudentActivatedV1, pupil, mother))
    await desk.hurry()
    await release_notices(desk.service.database)

    assert await desk.told() == {("guardian", mother, "approval-requested")}


async def test_guardians_that_never_come_do_not_hold_the_pupils_message(desk: Desk, pupil: UUID) -> None:
    await desk.hear(facts.student(StudentActivatedV1, pupil), facts.booking(BookingApprovedV1, pupil))
    await desk.rows("UPDATE waiting_notices SET waiting_since = waiting_since - interval '1 hour'")

    await release_notices(desk.service.database)

    assert await desk.told() == {("student", pupil, "booking-approved")}


async def test_two_versions_of_one_fact_are_told_once(desk: Desk, pupil: UUID) -> None:
    fact = uuid4()
    event = facts.stage_completed(pupil)

    await desk.hear(facts.student(StudentActivatedV1, pupil, uuid4()))
    await desk.hear(desk.record(event, fact_id=fact), desk.record(event, fact_id=fact))

    assert len(await desk.deliveries("inbox")) == 1


async def test_no_table_knows_more_than_ids_codes_and_instants(desk: Desk, pupil: UUID, mother: UUID) -> None:
    await desk.hear(facts.student(StudentActivatedV1, pupil, mother), facts.booking(BookingRequestedV1, pupil))

    (row,) = await desk.rows(
        "SELECT array_agg(key ORDER BY key) AS keys FROM (SELECT DISTINCT jsonb_object_keys(variables) AS key FROM deliveries) AS found"
    )
    assert row["keys"] == [
        "approval_due_at", "booking_id", "competency", "format", "site_code", "slot_code", "starts_at", "timezone",
    ]  # fmt: skip
