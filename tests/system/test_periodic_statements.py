"""What the workers do by themselves finds its rows by index: on large tables nothing reads a whole table."""

from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path

import asyncpg
import pytest

from bilet_kit.process.housekeeping import HOUSEKEEPING
from bilet_kit.process.service import Service
from bilet_local import environments, keys
from bilet_local.installation import DATABASES, Broker, Installation
from bilet_local.ports import DEFAULT_BASE
from tests.support.plugin import DatabaseUrl

pytestmark = pytest.mark.system
MANY = 200_000
"""Rows of each table: from some ten thousand on the planner decides as it does for a million."""

KIT = ("inbox", "outbox", "idempotency_keys", "parked_messages", "inbox_attempts", "key_sequence")
LARGE = {
    "identity": (
        "sessions",
        "failed_sign_ins",
        "esia_sign_ins",
        "sign_in_codes",
        "roster_entries",
        "disclosure_grants",
        "students",
    ),
    "diagnostics": ("recommendations", "students", "attempts"),
    "booking": ("bookings", *KIT),
    "notifications": ("deliveries", "waiting_notices"),
}
EXPRESSIONS = {
    "uuid": "gen_random_uuid()",
    "text": "'x' || i",
    "bytea": "convert_to('x' || i, 'UTF8')",
    "bigint": "i",
    "integer": "i % 5 + 6",
    "smallint": "1",
    "boolean": "false",
    "date": "current_date + 30",
    "timestamp with time zone": "now() + interval '30 days' + i * interval '1 second'",
    "jsonb": "'{}'",
    "double precision": "0.5",
}
"""A value of each type for row `i`; nothing is due, for what is due is worked on and not only looked for."""

VALUES = {
    "bookings.status": "'approved'",
    "bookings.slot_id": "('00000000-0000-4000-8000-' || lpad((i % 1000)::text, 12, '0'))::uuid",
    "students.region_code": "(i % 80 + 1)::text",
    "students.status": "'active'",
    "students.grade": "8",
    "attempts.status": "'submitted'",
    "attempts.stage": "1",
    "attempts.submitted_at": "now()",
    "roster_entries.grade": "8",
    "deliveries.status": "'sent'",
    "deliveries.channel": "'email'",
    "deliveries.urgency": "'ordinary'",
    "esia_sign_ins.code_challenge": "repeat('x', 43)",
}
COLUMNS = """
SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type FROM pg_attribute a
WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull AND a.attgenerated = ''
    AND a.attidentity = '' AND NOT a.atthasdef
"""
READ = "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname = ANY ($1::text[])"


async def fill(connection: asyncpg.Connection, table: str) -> None:
    """Write many rows with a value in every column that needs one."""
    columns = {row["name"]: row["type"] for row in await connection.fetch(COLUMNS, table)}
    columns |= {name.split(".")[1]: "" for name in VALUES if name.split(".")[0] == table}
    values = [
        VALUES.get(f"{table}.{name}") or ("'{}'" if kind.endswith("[]") else EXPRESSIONS[kind])
        for name, kind in columns.items()
    ]
    rows = f"SELECT {', '.join(values)} FROM generate_series(1, {MANY}) AS i"
    into = f"({', '.join(columns)}) " if columns else ""
    await connection.execute(f"INSERT INTO {table} {into}{rows}", timeout=300)


@pytest.fixture(params=DATABASES)
async def service(
    request: pytest.FixtureRequest, database_url: DatabaseUrl, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Service]:
    installation = Installation.from_environment(state_dir=tmp_path, port_base=DEFAULT_BASE, broker=Broker.TANSU)
    environment = environments.of_service(request.param, installation, keys.generate())
    address = await database_url(request.param)
    for name, value in (environment | {"BILET_DATABASE_URL": address}).items():
        monkeypatch.setenv(name, value)
    service: Service = import_module(f"bilet_{request.param}.bootstrap").build()
    await service.database.start()
    yield service
    await service.database.stop()


async def test_no_job_reads_a_whole_table(service: Service) -> None:
    large = LARGE[service.name]
    connection = await asyncpg.connect(str(service.settings.database_url))
    await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    for table in large:
        await fill(connection, table)
    await connection.execute("VACUUM (ANALYZE)", timeout=300)

    async def scans() -> dict[str, int]:
        await connection.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
        return {row["relname"]: row["seq_scan"] for row in await connection.fetch(READ, list(large))}

    before = await scans()
    for job in (*HOUSEKEEPING, *service.jobs):
        await job.run(service.database)
    await service.database.stop()
    after = await scans()
    await connection.close()

    assert {table: after[table] - before[table] for table in large if after[table] > before[table]} == {}
