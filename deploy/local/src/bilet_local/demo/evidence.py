"""What can be seen from outside when the season is over: rows of the four databases, read only, and what Kafka carried."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import asyncpg

from bilet_local.demo.integrator import Heard, Integrator, StreamKey
from bilet_local.demo.settling import UnderWay
from bilet_local.installation import DATABASES, Installation

_OPERATORS_TOPIC = "identity.staff"
_SLOTS = "SELECT slot_id, slot_code, capacity, claimed FROM slots"
_BOOKINGS = "SELECT booking_id, student_id, slot_id, season_year, in_person, status, attendance FROM bookings"
_QUOTAS = "SELECT student_id, season_year, booked, in_person, max_bookings, max_in_person FROM quotas"
_DELIVERIES = "SELECT fact_id, recipient_id, channel, student_id, status, attempts FROM deliveries"
_NOTICES = "SELECT fact_id FROM waiting_notices"
_UNSENT = "SELECT topic, key, count(*) FROM outbox GROUP BY topic, key"
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
        unsent: the events of each stream that are not yet in Kafka.
        parked: service → records that could not be handled.
        waiting_notices: facts whose pupil notifications does not know yet.
    """

    slots: Sequence[SlotRow]
    bookings: Sequence[BookingRow]
    quotas: Sequence[QuotaRow]
    deliveries: Sequence[DeliveryRow]
    numbers: dict[StreamKey, int]
    unsent: dict[StreamKey, int]
    parked: dict[str, int]
    waiting_notices: frozenset[UUID]
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

    async def post(self) -> UnderWay:
        """Count the letters that wait for their first attempt."""
        notices, letters = await asyncio.gather(
            self._rows("notifications", _NOTICES), self._value("notifications", _UNDER_WAY)
        )
        return UnderWay(notices=len(notices), letters=letters)

    async def under_way(self, integrator: Integrator) -> UnderWay:
        """Count what was said and has not arrived: letters, and events that are not in Kafka or that nobody has heard."""
        unsent, numbers, post = await asyncio.gather(self._unsent(), self._numbers(), self.post())
        heard = integrator.counts
        unheard = {stream: max(number - heard.get(stream, 0), 0) for stream, number in numbers.items()}
        events = sum(max(unsent.get(stream, 0), unheard.get(stream, 0)) for stream in unsent.keys() | unheard.keys())
        return replace(post, events=events)

    async def gather(self, integrator: Integrator) -> Evidence:
        """Look at everything once."""
        return Evidence(
            slots=[SlotRow(**row) for row in await self._rows("booking", _SLOTS)],
            bookings=[BookingRow(**row) for row in await self._rows("booking", _BOOKINGS)],
            quotas=[QuotaRow(**row) for row in await self._rows("booking", _QUOTAS)],
            deliveries=[DeliveryRow(**row) for row in await self._rows("notifications", _DELIVERIES)],
            numbers=await self._numbers(),
            unsent=await self._unsent(),
            parked=await self._each(_PARKED),
            waiting_notices=frozenset(row["fact_id"] for row in await self._rows("notifications", _NOTICES)),
            streams=await asyncio.to_thread(integrator.read),
        )

    async def is_untouched(self) -> bool:
        """Whether nothing has happened in this installation yet but the making of its first operator."""
        streams = list(await self._numbers())
        return len(streams) <= 1 and all(topic == _OPERATORS_TOPIC for topic, _ in streams)

    async def _numbers(self) -> dict[StreamKey, int]:
        return {(row["topic"], row["key"]): row["n"] for row in await self._everywhere(_NUMBERS)}

    async def _unsent(self) -> dict[StreamKey, int]:
        return {(row["topic"], row["key"]): row["count"] for row in await self._everywhere(_UNSENT)}

    async def _everywhere(self, query: str) -> list[dict[str, Any]]:
        found = await asyncio.gather(*(self._rows(name, query) for name in DATABASES))
        return [row for rows in found for row in rows]

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
