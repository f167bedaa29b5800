"""What keeps seats and quotas is the conditional claim: without the constraints behind it, it holds; counting does not."""

import asyncio

import pytest

from tests.integration.booking.conftest import Pupil, Region
from tests.integration.booking.desk import claim_of, desk_of
from tests.integration.booking.promises import no_booking_beyond_the_seats, no_pupil_beyond_the_quota
from tests.support.sabotage.counted_claims import COUNTS_QUOTA, COUNTS_SEATS, SLOW

CONSTRAINTS = {
    "slots": ("slots_never_a_seat_too_many",),
    "quotas": ("quotas_booked_within_limit", "quotas_in_person_within_limit"),
}


async def rush(region: Region, wishes: list[tuple[Pupil, str]]) -> int:
    """Everybody at a desk of the own, at once and without constraints; how many were booked."""
    for table, names in CONSTRAINTS.items():
        for name in names:
            await region.service.database.pool.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    asked = [desk_of(region).claim(claim_of(pupil, region.slots[slot])) for pupil, slot in wishes]
    return sum(isinstance(answer, bytes) for answer in await asyncio.gather(*asked))


@pytest.mark.parametrize(("statement", "kept"), [(SLOW, True), (COUNTS_SEATS, False)], ids=["claimed", "counted"])
async def test_seats_are_claimed_and_not_counted(
    region: Region, monkeypatch: pytest.MonkeyPatch, statement: str, *, kept: bool
) -> None:
    monkeypatch.setattr("bilet_booking.storage.claim.WRITE", statement)
    pupils = await region.pupils(6)

    booked = await rush(region, [(pupil, "ON-1") for pupil in pupils])

    assert (booked == 2) is kept
    assert (await no_booking_beyond_the_seats(region.address) == []) is kept


@pytest.mark.parametrize(("statement", "kept"), [(SLOW, True), (COUNTS_QUOTA, False)], ids=["claimed", "counted"])
async def test_quotas_are_claimed_and_not_counted(
    region: Region, monkeypatch: pytest.MonkeyPatch, statement: str, *, kept: bool
) -> None:
    monkeypatch.setattr("bilet_booking.storage.claim.WRITE", statement)
    pupil = await region.pupil()

    booked = await rush(region, [(pupil, slot) for slot in ("ON-1", "ON-2", "ON-3", "IP-1", "IP-2")])

    assert (booked <= 2) is kept
    assert (await no_pupil_beyond_the_quota(region.address) == []) is kept
