"""Guardians decide, and decisions stand."""

from datetime import timedelta
from uuid import uuid4

import pytest

from bilet_booking.jobs import expire_bookings
from bilet_contracts.identity import ConsentWithdrawnV1, GuardianshipEndedV1
from tests.integration.booking.conftest import OPENING, REGION, Pupil, Region, is_problem


async def test_a_verified_guardian_approves(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "ON-1")

    answer = await region.act("guardian", pupil.guardian, booking_id, "approval")

    assert (answer.status_code, answer.json()["status"]) == (200, "approved")
    (said,) = await region.said("booking-approved")
    assert (said["decided_by"], said["decided_by_id"]) == ("guardian", str(pupil.guardian))
    assert said["mentor_staff_id"] == str(region.mentor)
    assert said["visible_until"] == "2026-12-14T20:00:00Z"


async def test_a_guardian_declines_and_seat_and_quota_are_free(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "IP-1")

    answer = await region.act("guardian", pupil.guardian, booking_id, "refusal")

    assert (answer.status_code, answer.json()["status"]) == (200, "declined")
    assert await region.claimed("IP-1") == 0
    assert await region.quota(pupil) == (0, 0)
    assert len(await region.said("booking-declined")) == 1


@pytest.mark.parametrize("action", ["approval", "refusal", "cancellation"])
async def test_a_repeat_by_its_maker_changes_nothing(region: Region, action: str) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "ON-1")
    first = await region.act("guardian", pupil.guardian, booking_id, action)
    said = await region.value("SELECT count(*) FROM outbox")

    second = await region.act("guardian", pupil.guardian, booking_id, action)

    assert (second.status_code, second.json()) == (200, first.json())
    assert await region.value("SELECT count(*) FROM outbox") == said


async def test_the_first_decision_stands(region: Region) -> None:
    pupil = Pupil()
    other = uuid4()
    await region.knows(pupil, guardian_ids=(pupil.guardian, other))
    await region.unlock(pupil)
    booking_id = await region.booked(pupil, "ON-1")
    await region.act("guardian", pupil.guardian, booking_id, "approval")

    answer = await region.act("guardian", other, booking_id, "refusal")

    is_problem(answer, 409, "already-settled")
    assert "подтверждена" in answer.json()["detail"]
    assert await region.claimed("ON-1") == 1


async def test_any_guardian_may_cancel_afterwards(region: Region) -> None:
    pupil = Pupil()
    other = uuid4()
    await region.knows(pupil, guardian_ids=(pupil.guardian, other))
    await region.unlock(pupil)
    booking_id = await region.approved(pupil, "ON-1")

    answer = await region.act("guardian", other, booking_id, "cancellation")

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    (said,) = await region.said("booking-cancelled")
    assert (said["decided_by"], said["decided_by_id"], said["reason"]) == ("guardian", str(other), "changed-mind")
    assert await region.claimed("ON-1") == 0
    assert await region.quota(pupil) == (0, 0)


async def test_after_cancelling_the_pupil_may_book_the_same_slot_again(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "IP-1")
    await region.act("student", pupil.id, booking_id, "cancellation")

    assert (await region.book(pupil, "IP-1")).status_code == 201
    assert await region.quota(pupil) == (1, 1)


@pytest.mark.parametrize("action", ["approval", "refusal", "cancellation"])
async def test_a_guardian_who_is_nobodys_guardian_finds_nothing(region: Region, action: str) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "ON-1")

    is_problem(await region.act("guardian", uuid4(), booking_id, action), 404, "not-found")
    is_problem(await region.act("guardian", pupil.guardian, str(uuid4()), action), 404, "not-found")
    assert await region.claimed("ON-1") == 1


async def test_a_pupil_under_age_does_not_approve(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "ON-1")

    is_problem(await region.act("student", pupil.id, booking_id, "approval"), 404, "not-found")


async def test_who_comes_of_age_approves_alone_and_guardians_lose_access(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "ON-1")
    await region.knows(pupil, decides_alone=True)

    is_problem(await region.act("guardian", pupil.guardian, booking_id, "approval"), 404, "not-found")
    assert (await region.act("student", pupil.id, booking_id, "approval")).json()["status"] == "approved"


async def test_an_ended_guardianship_decides_nothing(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "ON-1")
    await region.hear(
        GuardianshipEndedV1(
            region_code=REGION, guardianship_id=uuid4(), student_id=pupil.id, guardian_id=pupil.guardian
        )
    )

    is_problem(await region.act("guardian", pupil.guardian, booking_id, "approval"), 404, "not-found")


@pytest.mark.parametrize("role", ["mentor", "school-coordinator", "regional-operator", "methodologist"])
async def test_other_roles_do_not_decide(region: Region, role: str) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "ON-1")

    is_problem(await region.act(role, region.mentor, booking_id, "approval"), 403, "role-not-allowed")


async def test_an_undecided_request_expires_at_its_deadline(region: Region) -> None:
    pupil = await region.pupil()
    await region.booked(pupil, "IP-1")

    await region.clock(OPENING + timedelta(hours=47, minutes=59))
    await expire_bookings(region.service.database)
    assert await region.said("booking-expired") == []

    await region.clock(OPENING + timedelta(hours=48, seconds=30))
    await expire_bookings(region.service.database)
    (said,) = await region.said("booking-expired")
    assert said["student_id"] == str(pupil.id)
    assert await region.claimed("IP-1") == 0
    assert await region.quota(pupil) == (0, 0)


async def test_expiry_takes_every_overdue_request_and_nothing_else(region: Region) -> None:
    undecided = await region.pupils(12)
    decided = await region.pupil()
    for pupil in undecided:
        await region.booked(pupil, "ON-2")
    await region.approved(decided, "ON-2")
    await region.clock(OPENING + timedelta(days=3))

    assert await expire_bookings(region.service.database) is False

    assert {said["student_id"] for said in await region.said("booking-expired")} == {str(p.id) for p in undecided}
    assert await region.claimed("ON-2") == 1


async def test_a_guardian_cannot_decide_after_the_deadline(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "ON-1")
    await region.clock(OPENING + timedelta(hours=48, seconds=30))

    is_problem(await region.act("guardian", pupil.guardian, booking_id, "approval"), 409, "approval-overdue")
    await expire_bookings(region.service.database)
    is_problem(await region.act("guardian", pupil.guardian, booking_id, "approval"), 409, "already-settled")


async def test_nothing_is_cancelled_once_it_has_begun(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.approved(pupil, "ON-2")
    starts_at = await region.value("SELECT starts_at FROM slots WHERE slot_code = 'ON-2'")
    await region.clock(starts_at)

    is_problem(await region.act("guardian", pupil.guardian, booking_id, "cancellation"), 409, "already-started")


async def test_the_sites_coordinator_cancels_own_bookings_only(region: Region) -> None:
    own = await region.staff("site-coordinator", site_code="63-S01")
    other = await region.staff("site-coordinator", site_code="63-S02")
    pupil = await region.pupil()
    booking_id = await region.approved(pupil, "ON-1")

    is_problem(await region.act("site-coordinator", other, booking_id, "cancellation"), 404, "not-found")
    assert (await region.act("site-coordinator", own, booking_id, "cancellation")).status_code == 200
    (said,) = await region.said("booking-cancelled")
    assert (said["decided_by"], said["reason"]) == ("coordinator", "site")


@pytest.mark.parametrize("purpose", ["transfer", "processing"])
async def test_a_withdrawn_consent_cancels_what_lies_ahead(region: Region, purpose: str) -> None:
    pupil = await region.pupil()
    await region.booked(pupil, "IP-1")
    await region.approved(pupil, "ON-1")

    await region.hear(
        ConsentWithdrawnV1.model_validate(
            {"region_code": REGION, "student_id": pupil.id, "purpose": purpose, "withdrawn_by": "guardian"}
        )
    )

    said = await region.said("booking-cancelled")
    assert [(s["decided_by"], s["decided_by_id"], s["reason"]) for s in said] == [
        ("system", None, "consent-withdrawn")
    ] * 2
    assert (await region.claimed("IP-1"), await region.claimed("ON-1")) == (0, 0)
    assert await region.quota(pupil) == (0, 0)


async def test_another_withdrawn_consent_cancels_nothing(region: Region) -> None:
    pupil = await region.pupil()
    await region.booked(pupil, "ON-1")

    await region.hear(
        ConsentWithdrawnV1(region_code=REGION, student_id=pupil.id, purpose="notify-email", withdrawn_by="guardian")
    )

    assert await region.claimed("ON-1") == 1


async def test_what_has_begun_is_not_cancelled_by_a_withdrawn_consent(region: Region) -> None:
    pupil = await region.pupil()
    await region.attended(pupil)

    await region.hear(
        ConsentWithdrawnV1(region_code=REGION, student_id=pupil.id, purpose="transfer", withdrawn_by="guardian")
    )

    assert await region.said("booking-cancelled") == []
