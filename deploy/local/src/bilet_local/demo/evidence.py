"""What can be seen from outside when the season is over: rows of the four databases, read only, and what Kafka carried."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from bilet_local.demo.integrator import Heard, Integrator, StreamKey
from bilet_local.installation import DATABASES, Installation

_OPERATORS_TOPIC = "identity.staff"
_SLOTS = "SELECT slot_id, slot_code, capacity, claimed FROM slots"
_BOOKINGS = "SELECT booking_id, student_id, slot_id, season_year, in_person, status, attendance FROM bookings"
_QUOTAS = "SELECT student_id, season_year, booked, in_person, max_bookings, max_in_person FROM quotas"
_DELIVERIES = "SELECT fact_id, recipient_id, channel, student_id, status, attempts FROM deliveries"
_WAITING = "SELECT count(*) FROM waiting_notices"
_OUTBOX = "SELECT count(*) FROM outbox"
_PARKED = "SELECT count(*) FROM parked_messages"
_NUMBERS = "SELECT topic, key, n FROM key_sequence"
_UNDER_WAY = (
    "SELECT count(*) FROM deliveries WHERE status IN ('claimed', 'sending') OR status = 'waiting' AND attempts = 0"
)


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot and the seats it says are taken."""

    slot_id: UUID
    slot_code: str
    capacity: int
    claimed: int


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking as far as seats and quota need it."""

    booking_id: UUID
    student_id: UUID
    slot_id: UUID
    season_year: int
    in_person: bool
    status: str
    attendance: str | None


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A pupil's counters."""

    student_id: UUID
    season_year: int
    booked: int
    in_person: int
    max_bookings: int
    max_in_person: int


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One message to one recipient over one channel."""

    fact_id: UUID
    recipient_id: UUID
    channel: str
    student_id: UUID
    status: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything the invariants are judged by.

    Attributes:
        numbers: the last number of each stream, as the producers' databases have it.
        outbox: service → events not yet in Kafka.
        parked: service → records that could not be handled.
        waiting_notices: facts whose pupil notifications does not know yet.
    """

    slots: Sequence[SlotRow]
    bookings: Sequence[BookingRow]
    quotas: Sequence[QuotaRow]
    deliveries: Sequence[DeliveryRow]
    numbers: dict[StreamKey, int]
    outbox: dict[str, int]
    parked: dict[str, int]
    waiting_notices: int
    streams: dict[StreamKey, list[Heard]]

    def heard(self, *types: str) -> list[Heard]:
        """First records of these types, repeats left out."""
        first: dict[UUID, Heard] = {}
        for records in self.streams.values():
            for record in records:
                if record.type in types:
                    first.setdefault(record.event_id, record)
        return list(first.values())


class Observer:
    """Reads the databases of an installation and never writes."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    async def letters_gone(self) -> bool:
        """Whether no letter waits for its first attempt."""
        return not await self._value("notifications", _WAITING) + await self._value("notifications", _UNDER_WAY)

    async def calm(self, integrator: Integrator) -> bool:
        """Whether everything said has been heard and nothing is on its way any more."""
        outbox, numbers = await asyncio.gather(self._each(_OUTBOX), self._numbers())
        gone = await self.letters_gone()
        heard = integrator.counts
        return gone and not any(outbox.values()) and all(heard.get(s, 0) >= n for s, n in numbers.items())

    async def gather(self, integrator: Integrator) -> Evidence:
        """Look at everything once."""
        return Evidence(
            slots=[SlotRow(**row) for row in await self._rows("booking", _SLOTS)],
            bookings=[BookingRow(**row) for row in await self._rows("booking", _BOOKINGS)],
            quotas=[QuotaRow(**row) for row in await self._rows("booking", _QUOTAS)],
            deliveries=[DeliveryRow(**row) for row in await self._rows("notifications", _DELIVERIES)],
            numbers=await self._numbers(),
            outbox=await self._each(_OUTBOX),
            parked=await self._each(_PARKED),
            waiting_notices=await self._value("notifications", _WAITING),
            streams=await asyncio.to_thread(integrator.read),
        )

    async def is_untouched(self) -> bool:
        """Whether nothing has happened in this installation yet but the making of its first operator."""
        streams = list(await self._numbers())
        return len(streams) <= 1 and all(topic == _OPERATORS_TOPIC for topic, _ in streams)

    async def _numbers(self) -> dict[StreamKey, int]:
        found = await asyncio.gather(*(self._rows(name, _NUMBERS) for name in DATABASES))
        return {(row["topic"], row["key"]): row["n"] for rows in found for row in rows}

    async def _each(self, query: str) -> dict[str, int]:
        values = await asyncio.gather(*(self._value(name, query) for name in DATABASES))
        return dict(zip(DATABASES, values, strict=True))

    async def _value(self, database: str, query: str) -> int:
        return int((await self._rows(database, query))[0]["count"])

    async def _rows(self, database: str, query: str) -> list[dict[str, Any]]:
        connection = await asyncpg.connect(self._installation.database_url(database))
        try:
            async with connection.transaction(readonly=True):
                return [dict(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()
