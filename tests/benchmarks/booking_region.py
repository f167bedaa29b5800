"""Booking's own side of its benchmark: a database with pupils who may book, requests with real tokens, a check of the seats."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import asyncpg
import orjson

from bilet_booking.bootstrap import build
from bilet_booking.settings import Settings
from bilet_booking.use_cases.imports import IMPORTS
from bilet_kit.web.auth import KeySet
from tests.benchmarks import season
from tests.benchmarks.load import request
from tests.support.tokens import TokenMaker

_BATCH = 500
_TOKEN_LIVES_SECONDS = 3_600
_SEATS = """
SELECT slot_code, capacity, claimed, (SELECT count(*) FROM bookings b WHERE b.slot_id = s.slot_id) AS booked
FROM slots s
"""

# What autovacuum would have done by then: it leaves empty tables alone, as it must, for an analysed empty table is planned
# as one that stays empty.
_ANALYZE = "ANALYZE students, unlocks, slots, try_outs, seasons, sites"


class SeatsWrongError(AssertionError):
    """A seat too many, or one that was answered and is not there."""


@dataclass(frozen=True, slots=True)
class Region:
    """A booking database that is ready, with its slots by code and pupils who have not booked yet."""

    address: str
    slots: Mapping[str, UUID]
    pupils: list[UUID]
    answered: list[int] = field(default_factory=list)

    @property
    def hot(self) -> list[UUID]:
        """One slot for everybody."""
        return [self.slots[season.HOT_SLOT]]

    @property
    def scarce(self) -> list[UUID]:
        """One slot with fewer seats than wishes."""
        return [self.slots[season.SCARCE_SLOT]]

    @property
    def spread(self) -> list[UUID]:
        """A hundred slots."""
        return [slot for code, slot in self.slots.items() if code not in (season.HOT_SLOT, season.SCARCE_SLOT)]

    def take(self, count: int) -> list[UUID]:
        """So many pupils, who are not handed out again."""
        taken = self.pupils[:count]
        del self.pupils[:count]
        return taken

    async def check_seats(self, answered: int) -> None:
        """Compare what was answered 201 since the last check with what is in the database.

        Raises:
            SeatsWrongError: a slot is over its capacity, or its counter, its bookings and the answers disagree.
        """
        connection = await asyncpg.connect(self.address)
        try:
            rows = await connection.fetch(_SEATS)
        finally:
            await connection.close()
        wrong = [dict(row) for row in rows if row["claimed"] > row["capacity"] or row["claimed"] != row["booked"]]
        booked = sum(row["booked"] for row in rows)
        self.answered.append(answered)
        if wrong or booked != sum(self.answered):
            raise SeatsWrongError(f"{sum(self.answered)} were answered 201, {booked} are there; wrong slots: {wrong}")


async def open_region(address: str, pupils: int) -> Region:
    """Import the pack and let so many pupils be known and unlocked, by booking's own consumers."""
    await season.set_clock(address)
    settings = Settings.model_validate({"environment": "test", "database_url": address})
    service = build(settings, KeySet(settings))
    await service.database.start()
    try:
        for kind, raw in season.pack().items():
            async with service.database.transaction() as tx:
                await IMPORTS[kind](tx, raw, season.REGION)
        students = season.pupils(pupils)
        records = [*season.activated(students), *season.unlocked(students)]
        processor = service.processor
        for start in range(0, len(records), _BATCH):
            await processor.process(records[start : start + _BATCH])
        rows = await service.database.pool.fetch("SELECT slot_code, slot_id FROM slots")
        await service.database.pool.execute(_ANALYZE)
    finally:
        await service.database.stop()
    return Region(address, {row["slot_code"]: UUID(str(row["slot_id"])) for row in rows}, students)


def wishes(tokens: TokenMaker, students: Sequence[UUID], slots: Sequence[UUID], path: str) -> list[bytes]:
    """One booking request per pupil, the slots in turn."""
    expires = int(time.time()) + _TOKEN_LIVES_SECONDS
    return [
        request(
            "POST",
            path,
            orjson.dumps({"slot_id": slots[number % len(slots)]}),
            Authorization=f"Bearer {tokens.token('student', student, exp=expires)}",
            Idempotency_Key=str(uuid4()),
        )
        for number, student in enumerate(students)
    ]
