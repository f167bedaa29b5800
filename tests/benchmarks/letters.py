"""Letters that wait go out by one worker to a local sink; beside it a bare client with the same letters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from typing import Any
from uuid import uuid4

import asyncpg

from bilet_local import ports
from bilet_local.components.program import Program
from bilet_notifications.dispatch import CONNECTIONS
from bilet_notifications.domain.notices import TEMPLATE_VERSIONS, Template
from bilet_notifications.domain.scenes import Scene, Wording
from bilet_notifications.rendering.texts import Renderer
from bilet_notifications.sending.letters import compose
from tests.benchmarks.costs import costs
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Line, Measured, Run, Section, Target
from tests.benchmarks.floors.mail import SENDER, bare_rate
from tests.benchmarks.noise import Noise, quiet
from tests.benchmarks.progress import PROGRESS
from tests.benchmarks.servers import Servers, servers
from tests.support.tokens import SigningKey
from tests.support.waiting import wait_until

_WITHIN = 300.0
_URGENT = 20
_VARIABLES = (
    '{"booking_id": "00000000-0000-4000-8000-000000000001", "slot_code": "00-T01-1", "site_code": "00-S01", '
    '"competency": "welding", "format": "in-person", "starts_at": "2026-08-15T06:00:00+00:00", '
    '"timezone": "Europe/Samara", "approval_due_at": "2999-08-12T06:30:00+00:00", "reason": "own"}'
)
_CATALOGUE = """
INSERT INTO sites VALUES (gen_random_uuid(), '00', '00-S01', 'Речной колледж', 'г. Речной', 'ул. Луговая, 12', 1);
INSERT INTO competencies VALUES (gen_random_uuid(), '00', 'welding', 'Сварочные технологии', 1);
INSERT INTO students (student_id, status, region_code, grade, decides_alone, guardian_ids, purposes, sequence)
SELECT gen_random_uuid(), 'active', '00', 8, false, ARRAY[gen_random_uuid()], '{processing}', 1
FROM generate_series(1, 1000)
"""
_WAITING = """
WITH pupils AS (SELECT student_id, guardian_ids[1] AS guardian_id, row_number() OVER () AS n FROM students)
INSERT INTO deliveries (delivery_id, fact_id, recipient_kind, recipient_id, channel, student_id, region_code, template,
    template_version, variables, created_at, urgency, status, attempts, maybe_repeated)
SELECT gen_random_uuid(), gen_random_uuid(), 'guardian', p.guardian_id, 'email', p.student_id, '00', $1, $2, $3::jsonb,
    clock_timestamp(), $4, 'waiting', 0, false
FROM generate_series(1, $5) AS s (n) JOIN pupils p ON p.n = 1 + s.n % 1000
"""
_SETTLED = "SELECT count(*) FROM deliveries WHERE status = 'delivered' AND urgency = $1"
_RATE = """
SELECT (count(*) - 1) / extract(epoch FROM max(settled_at) - min(settled_at))
FROM deliveries WHERE status = 'delivered' AND urgency = 'ordinary'
"""
_WAITS = "SELECT extract(epoch FROM settled_at - created_at) * 1000 AS ms FROM deliveries WHERE urgency = 'urgent'"
LINES = (
    Line(key="bare", what=f"bare client, {CONNECTIONS} connections, composed letters", unit="letters/s"),
    Line(
        key="letters",
        what="**ordinary letters that wait, one worker**",
        unit="letters/s",
        targets=(Target(sense="≥", bound=300),),
        beside=("bare",),
    ),
    Line(
        key="urgent",
        what="**an urgent letter meanwhile, median**",
        unit="ms",
        targets=(Target(sense="≤", bound=2_000),),
    ),
    Line(key="urgent-worst", what="the same, worst", unit="ms"),
)


async def measure(effort: Effort) -> Section:
    """All runs of this benchmark."""
    async with servers(with_kafka=True) as started:
        letters = Letters(started, effort.letters)
        for number in range(effort.runs):
            PROGRESS.step(f"letters, run {number + 1} of {effort.runs}: {effort.letters} letters")
            await letters.run()
    return Section(name="letters", title="Letters", lines=LINES, runs=letters.runs, notes=letters.notes())


class Letters:
    """The runs of this benchmark on one set of servers."""

    def __init__(self, started: Servers, letters: int) -> None:
        self._servers = started
        self._letters = letters
        self._spent = ""
        self.runs: list[Run] = []

    def notes(self) -> list[str]:
        """Say what a reader has to know about the figures."""
        counted = (
            f"{self._letters} letters wait in the database when the worker starts: each is claimed, rendered, addressed "
            f"by the address book (a stand-in that opens nothing), composed, handed over, settled and published "
            f"(`notifications.delivered.v1`, {self._servers.broker_name}). {CONNECTIONS} connections a class. The rate is "
            "counted by the database's own times, from the first letter settled to the last."
        )
        return [
            counted,
            f"Meanwhile {_URGENT} requests for approval arrive one by one; each is counted from its row to its end.",
            f"CPU in microseconds per letter, last run: {self._spent}. Sink and address book are one process.",
        ]

    async def run(self) -> None:
        """Everything once."""
        address = await self._servers.databases.create("notifications")
        async with self._mail() as (sink, smtp_port):
            run = {"bare": await self._bare(smtp_port)}
            await _fill(address, self._letters)
            environment: dict[str, Any] = {
                "BILET_SMTP_PORT": str(smtp_port),
                "BILET_SMTP_FROM": SENDER,
                "BILET_SERVICE_SIGNING_KEY": SigningKey.new().pem(),
                "BILET_IDENTITY_INTERNAL_URL": f"http://127.0.0.1:{sink.port}",
            }
            await quiet()
            with Noise() as noise:
                async with self._servers.program(
                    "notifications-worker", "bilet_notifications.worker_app:create", address, **environment
                ) as worker:
                    figures = await self._sent(address, worker, sink)
            run |= {key: Measured(value, noise.foreign) for key, value in figures.items()}
        for line in LINES:
            PROGRESS.step(f"  {line.what}: {run[line.key].value:,.0f} {line.unit}")
        self.runs.append(run)

    async def _sent(self, address: str, worker: Program, sink: Program) -> dict[str, float]:
        connection = await asyncpg.connect(address)
        programs = (worker, sink, self._servers.postgres.component)
        before = costs(*programs)
        try:
            for number in range(_URGENT):
                await _add(connection, Template.APPROVAL_REQUESTED, "urgent", 1)
                await wait_until(lambda: _settled(connection, "urgent", number + 1), _WITHIN, every=0.05)  # noqa: B023 - awaited at once
            await wait_until(lambda: _settled(connection, "ordinary", self._letters), _WITHIN, every=0.1)
            self._spent = costs(*programs).since(before, self._letters)
            waits = [float(row["ms"]) for row in await connection.fetch(_WAITS)]
            return {
                "letters": float(await connection.fetchval(_RATE)),
                "urgent": median(waits),
                "urgent-worst": max(waits),
            }
        finally:
            await connection.close()

    async def _bare(self, smtp_port: int) -> Measured:
        letters = _composed(self._letters)
        await quiet()
        with Noise() as noise:
            rate = await bare_rate(smtp_port, letters, CONNECTIONS)
        return Measured(rate, noise.foreign)

    @asynccontextmanager
    async def _mail(self) -> AsyncIterator[tuple[Program, int]]:
        smtp_port = ports.port_or_free(0)
        async with self._servers.program(
            "mail", "tests.benchmarks.floors.mail:create", "postgresql://none", BENCH_SMTP_PORT=str(smtp_port)
        ) as sink:
            yield sink, smtp_port


def _composed(count: int) -> list[bytes]:
    wording = Wording(
        template=Template.BOOKING_APPROVED,
        version=TEMPLATE_VERSIONS[Template.BOOKING_APPROVED],
        variables={"starts_at": "2026-08-15T06:00:00+00:00", "timezone": "Europe/Samara", "format": "online"},
        reader="guardian",
        scene=Scene(profession="Сварочные технологии", grade=8),
    )
    renderer = Renderer("https://bilet.test")
    letter = renderer.letter(renderer.text(wording), "guardian", first_name="Ева", patronymic="Михайловна")
    return [compose(uuid4(), "parent@example.test", letter, sender=SENDER) for _ in range(count)]


async def _fill(address: str, letters: int) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(_CATALOGUE)
        await _add(connection, Template.BOOKING_APPROVED, "ordinary", letters)
    finally:
        await connection.close()


async def _add(connection: asyncpg.Connection, template: Template, urgency: str, count: int) -> None:
    await connection.execute(_WAITING, str(template), TEMPLATE_VERSIONS[template], _VARIABLES, urgency, count)


async def _settled(connection: asyncpg.Connection, urgency: str, count: int) -> bool:
    return bool(await connection.fetchval(_SETTLED, urgency) >= count)
