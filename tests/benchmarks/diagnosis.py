"""Pupils of the latency benchmark: known to both services, two stages behind them, the third answered and not yet handed in.

One pupil takes the whole way over HTTP; the others get copies of that pupil's rows, for the way itself is not measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from uuid import UUID, uuid4

import asyncpg
import orjson

from bilet_contracts.identity import StaffScope, StaffScopeChangedV1
from tests.benchmarks import season
from tests.benchmarks.load import Answer, Connection, request
from tests.benchmarks.servers import Servers
from tests.support.records import HandMade
from tests.support.waiting import wait_until

_STAGES = 3
_WITHIN = 120.0
_COPY_ATTEMPTS = """
INSERT INTO attempts
SELECT (jsonb_populate_record(a, jsonb_build_object('attempt_id', gen_random_uuid(), 'student_id', p.student_id))).*
FROM unnest($1::uuid[]) AS p (student_id), attempts a WHERE a.student_id = $2
"""
_COPY_PROFILES = """
INSERT INTO profiles
SELECT (jsonb_populate_record(f, jsonb_build_object('attempt_id', copy.attempt_id))).*
FROM attempts copy, attempts original, profiles f
WHERE copy.student_id = ANY ($1::uuid[]) AND original.student_id = $2 AND original.stage = copy.stage
    AND f.attempt_id = original.attempt_id
"""
_OPEN = "SELECT student_id, attempt_id FROM attempts WHERE student_id = ANY ($1::uuid[]) AND stage = 3"


class RefusedError(AssertionError):
    """A service refused what it must accept."""


@dataclass(slots=True)
class Client:
    """Asks one service over a few keep-alive connections, as many as are needed at once."""

    port: int
    _free: list[Connection] = field(default_factory=list)

    async def ask(self, sent: bytes, expected: int) -> Answer:
        """Send a request.

        Raises:
            RefusedError: the status is not the expected one.
        """
        self._free = [connection for connection in self._free if connection.is_open]
        connection = self._free.pop() if self._free else await Connection.open("127.0.0.1", self.port)
        answer = await connection.ask(sent)
        self._free.append(connection)
        if answer.status != expected:
            raise RefusedError(f"{sent.split(b' HTTP', 1)[0].decode()}: {answer.status} {answer.body[:500].decode()}")
        return answer

    def close(self) -> None:
        for connection in self._free:
            connection.close()


@dataclass(slots=True)
class Cohort:
    """Makes pupils who are one request away from booking."""

    started: Servers
    diagnostics: str
    booking: str
    diagnostics_api: Client
    booking_api: Client
    slot: UUID | None = None
    _original: UUID | None = None

    async def open_season(self) -> None:
        """Import the pack at booking and wait for diagnostics to consume it; one pupil goes ahead of all others."""
        operator = uuid4()
        scope = StaffScope(role="regional-operator", region_code=season.REGION)
        scopes = StaffScopeChangedV1(
            region_code=season.REGION, staff_id=operator, scopes=(scope,), changed_at=datetime.now(UTC)
        )
        await self.started.kafka.produce([HandMade.of(scopes, 1).for_kafka()])
        await self._arrived(self.booking, "staff", 1)
        for kind, raw in season.pack().items():
            sent = request(
                "POST", f"/imports/{kind}?region={season.REGION}", raw, **self._as("regional-operator", operator)
            )
            await self.booking_api.ask(sent, 200)
        self.slot = await _hot_slot(self.booking)
        await self._arrived(self.diagnostics, "competencies", 2)
        await self._arrived(self.diagnostics, "seasons", 1)
        (self._original,) = await self._register(1)
        for stage in range(1, _STAGES + 1):
            await self._take(self._original, stage)

    async def ready_to_submit(self, pupils: int) -> dict[UUID, UUID]:
        """Make new pupils, each with an attempt that has only to be submitted."""
        students = await self._register(pupils)
        connection = await asyncpg.connect(self.diagnostics)
        try:
            await connection.execute(_COPY_ATTEMPTS, students, self._original)
            await connection.execute(_COPY_PROFILES, students, self._original)
            await connection.execute("ANALYZE attempts, profiles")
            rows = await connection.fetch(_OPEN, students)
        finally:
            await connection.close()
        return {UUID(str(row["student_id"])): UUID(str(row["attempt_id"])) for row in rows}

    async def _register(self, pupils: int) -> Sequence[UUID]:
        before = [await _rows(address, "students") for address in (self.diagnostics, self.booking)]
        students = season.pupils(pupils)
        await self.started.kafka.produce(record.for_kafka() for record in season.activated(students))
        for address, known in zip((self.diagnostics, self.booking), before, strict=True):
            await self._arrived(address, "students", known + pupils)
        return students

    async def _take(self, student: UUID, stage: int) -> None:
        """Start a stage, answer everything, hand it in unless it is the last."""
        headers = self._as("student", student)
        start = request("POST", f"/stages/{stage}/attempts", **headers, Idempotency_Key=str(uuid4()))
        attempt = orjson.loads((await self.diagnostics_api.ask(start, 201)).body)["attempt_id"]
        read = await self.diagnostics_api.ask(request("GET", f"/attempts/{attempt}", **headers), 200)
        answers = {"answers": _unhurried(orjson.loads(read.body))}
        await self.diagnostics_api.ask(
            request("POST", f"/attempts/{attempt}/answers", orjson.dumps(answers), **headers), 200
        )
        if stage < _STAGES:
            await self.diagnostics_api.ask(submission(attempt, **headers), 200)

    def _as(self, role: str, subject: UUID) -> dict[str, str]:
        return self.started.tokens.headers(role, subject)

    async def _arrived(self, address: str, table: str, rows: int) -> None:
        async def there() -> bool:
            return await _rows(address, table) >= rows

        await wait_until(there, _WITHIN, every=0.1, what=f"{rows} rows in {table}")


def submission(attempt: UUID | str, **headers: str) -> bytes:
    """Make the request that submits an attempt."""
    return request("POST", f"/attempts/{attempt}/submission", b'{"answers":"as-they-are"}', **headers)


def _unhurried(attempt: dict[str, list[dict[str, list[dict[str, object]]]]]) -> list[dict[str, object]]:
    """Every item answered, not all alike."""
    numbers = count(1)
    return [
        {"item": item["item"], "value": _option(item, number), "sequence": number}
        for instrument in attempt["instruments"]
        for item in instrument["items"]
        for number in (next(numbers),)
    ]


def _option(item: dict[str, object], number: int) -> object:
    options = item["options"]
    if not isinstance(options, list):
        raise TypeError("an item lists its options")
    return options[number % len(options)]["value"]


async def _rows(address: str, table: str) -> int:
    connection = await asyncpg.connect(address)
    try:
        return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))
    finally:
        await connection.close()


async def _hot_slot(address: str) -> UUID:
    connection = await asyncpg.connect(address)
    try:
        return UUID(str(await connection.fetchval("SELECT slot_id FROM slots WHERE slot_code = $1", season.HOT_SLOT)))
    finally:
        await connection.close()
