"""Events that come twice, out of order, early, with unknown words, and in the middle of a claim."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

from bilet_booking.use_cases.consent import withdraw_consent
from bilet_contracts.base import Event
from bilet_contracts.diagnostics import StageCompletedV1, StageStartedV1
from bilet_contracts.identity import ConsentWithdrawnV1, GuardianshipEndedV1, StaffScopeChangedV1
from tests.integration.booking.conftest import OPENING, REGION, SEASON, Pupil, Region, is_problem, student_changed
from tests.support.records import HandMade, twice
from tests.support.waiting import wait_until

NEWER_WORD = "a-newer-word"
"""Of a vocabulary that a newer identity may have extended."""


async def _process(region: Region, records: Sequence[HandMade]) -> None:
    await region.service.processor.process(list(records))


def _numbered(*events: Event) -> list[HandMade]:
    return [HandMade.of(event, number) for number, event in enumerate(events, 1)]


async def test_the_newest_state_of_a_pupil_stays_whatever_the_order(region: Region) -> None:
    pupil = Pupil()
    old, middle, new = _numbered(
        student_changed(pupil, grade=7), student_changed(pupil, grade=8), student_changed(pupil, grade=9)
    )

    await _process(region, [new])
    await _process(region, twice([middle, old]))

    assert await region.value("SELECT grade FROM students WHERE student_id = $1", pupil.id) == 9


async def test_a_repeated_withdrawal_does_not_cancel_what_was_booked_since(region: Region) -> None:
    pupil = Pupil()
    withdrawal = ConsentWithdrawnV1(
        region_code=REGION, student_id=pupil.id, purpose="transfer", withdrawn_by="guardian"
    )
    records = _numbered(student_changed(pupil), withdrawal, student_changed(pupil))
    await _process(region, records)
    await region.unlock(pupil)
    await region.booked(pupil, "ON-1")

    await _process(region, [record.repeated() for record in records])

    assert await region.claimed("ON-1") == 1
    assert await region.said("booking-cancelled") == []


async def test_an_ended_guardianship_does_not_outlive_a_newer_state(region: Region) -> None:
    pupil = Pupil()
    ended = GuardianshipEndedV1(
        region_code=REGION, guardianship_id=uuid4(), student_id=pupil.id, guardian_id=pupil.guardian
    )
    state, late, again = _numbered(student_changed(pupil), ended, student_changed(pupil))

    await _process(region, [state, again, late])

    guardians = await region.value("SELECT guardian_ids FROM students WHERE student_id = $1", pupil.id)
    assert guardians == [pupil.guardian]


async def test_a_stage_begun_again_stays_completed(region: Region) -> None:
    pupil = Pupil()
    about = {"region_code": REGION, "student_id": pupil.id, "season_code": SEASON, "stage": 1, "instruments": ()}
    started, completed = StageStartedV1.model_validate(about), StageCompletedV1.model_validate(about)

    await _process(region, twice(_numbered(started, completed, started)))

    steps = await region.rows("SELECT step FROM stage_progress WHERE student_id = $1", pupil.id)
    assert sorted(row["step"] for row in steps) == ["completed", "started"]


async def test_a_mentor_who_lost_the_scope_sees_nothing_more(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "ON-1")
    address = f"/bookings/{booking_id}"
    assert (await region.see("mentor", region.mentor, address)).status_code == 200

    await region.hear(StaffScopeChangedV1(region_code=REGION, staff_id=region.mentor, scopes=(), changed_at=OPENING))

    is_problem(await region.see("mentor", region.mentor, address), 404, "not-found")


async def test_a_pupil_of_an_unknown_status_is_not_active(region: Region) -> None:
    pupil = await region.pupil(status=NEWER_WORD)

    is_problem(await region.book(pupil, "ON-1"), 409, "student-not-active")


async def test_a_withdrawn_purpose_that_is_unknown_here_changes_nothing(region: Region) -> None:
    pupil = await region.pupil(purposes=("processing", "transfer", NEWER_WORD))
    await region.booked(pupil, "ON-1")

    await region.hear(
        ConsentWithdrawnV1(region_code=REGION, student_id=pupil.id, purpose=NEWER_WORD, withdrawn_by="guardian")
    )

    assert await region.claimed("ON-1") == 1
    assert await region.said("booking-cancelled") == []
    assert (await region.book(pupil, "ON-2")).status_code == 201


async def test_a_staff_role_that_is_unknown_here_sees_nothing(region: Region) -> None:
    pupil = await region.pupil()
    booking_id = await region.booked(pupil, "ON-1")

    stranger = await region.staff(NEWER_WORD, staff_code="63-M01")

    is_problem(await region.see(NEWER_WORD, stranger, f"/bookings/{booking_id}"), 404, "not-found")


async def test_a_claim_waits_for_a_withdrawal_and_obeys_it(region: Region) -> None:
    pupil = await region.pupil()

    async with region.service.database.transaction() as tx:
        await withdraw_consent(tx, pupil.id, "transfer", sequence=1_000)
        claim = asyncio.create_task(region.book(pupil, "ON-1"))
        await wait_until(lambda: _somebody_waits(region), what="the claim behind the withdrawal")

    is_problem(await claim, 409, "transfer-consent-missing")
    assert await region.claimed("ON-1") == 0


async def _somebody_waits(region: Region) -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    return bool(await region.value(waiting))
