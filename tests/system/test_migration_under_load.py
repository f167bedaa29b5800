"""Old code on new tables: every table gets a column while a region's season is played on them."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from bilet_local.installation import DATABASES
from bilet_local.state import StateDirectory
from tests.integration.local.blocks import free_block
from tests.support.migrations import ROOT
from tests.support.waiting import wait_until

pytestmark = pytest.mark.system
BILET = str(Path(sys.executable).with_name("bilet"))
OF_A_SERVICE = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"
)


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[StateDirectory]:
    directory = StateDirectory(tmp_path / "state")
    yield directory
    subprocess.run([BILET, "down", "--state-dir", str(directory.root)], capture_output=True, timeout=120, check=False)


async def begun(directory: StateDirectory) -> bool:
    """Tell whether the first pupil is there; before that, nothing has planned a statement."""
    with suppress(Exception):
        connection = await asyncpg.connect(directory.installation().database_url("identity"))
        try:
            return bool(await connection.fetchval("SELECT count(*) FROM students"))
        finally:
            await connection.close()
    return False


async def widen(address: str) -> int:
    """Add a column to every table, as a migration does: waiting 2 s for each lock and trying again."""
    connection = await asyncpg.connect(address)
    try:
        await connection.execute("SET lock_timeout = '2s'")
        tables = [row["tablename"] for row in await connection.fetch(OF_A_SERVICE)]
        for table in tables:

            async def added(table: str = table) -> bool:
                try:
                    await connection.execute(f"ALTER TABLE {table} ADD COLUMN added_later integer")
                except asyncpg.LockNotAvailableError:
                    return False
                return True

            await wait_until(added, 60, what=f"the lock of {table}")
        return len(tables)
    finally:
        await connection.close()


async def test_no_request_of_a_season_fails_while_every_table_gets_a_column(directory: StateDirectory) -> None:
    where = ("--state-dir", str(directory.root), "--port-base", str(free_block()))
    season = await asyncio.create_subprocess_exec(
        BILET, "demo", "--students", "20", "--pack", str(ROOT / "data/sakhalin"), *where,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = asyncio.create_task(season.communicate())
    try:
        await wait_until(lambda: begun(directory), 200, every=0.2, what="the season")
        widened = [await widen(directory.installation().database_url(service)) for service in DATABASES]
        assert not said.done(), "the season was over before the last table got its column"
        output, _ = await said
    finally:
        if season.returncode is None:
            season.terminate()
    assert season.returncode == 0, output.decode()[-6000:]
    assert all(number > 10 for number in widened)
