"""What every component of an installation can do."""

import asyncio
import signal
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Protocol

from bilet_local import ports
from bilet_local.errors import StackError
from bilet_local.processes import ChildProcess

_POLL = 0.1
_LONG_LOG = 20 * 1024 * 1024


class Component(Protocol):
    """Something that is started, becomes ready, is used through its address and is stopped."""

    name: str
    log_file: Path
    keeps_data: bool

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports of this machine that it needs."""

    @property
    def address(self) -> str:
        """Where clients find it, `host:port`; known before the start."""

    @property
    def pid(self) -> int | None:
        """The process, or None while there is none."""

    @property
    def returncode(self) -> int | None:
        """How the process ended; None before the start and while it runs."""

    async def start(self) -> None:
        """Start the process; prepares its data directory first where one is needed."""

    async def ready(self) -> None:
        """Wait until it serves.

        Raises:
            StackError: it ended, or did not serve in time.
        """

    async def stop(self) -> None:
        """Stop it; a component that does not run is left alone."""


class ProcessComponent(ABC):
    """A component that is one child process listening on one port.

    Args:
        name: unique in an installation; names the log file.
        directory: the component's own directory, made if missing.
        port: on the loopback; 0 takes a free one.
    """

    keeps_data = True
    start_within = 60.0
    stop_within = 10.0

    def __init__(self, name: str, *, directory: Path, port: int) -> None:
        self.name = name
        self.directory = directory
        self.port = ports.port_or_free(port)
        self.log_file = directory / f"{name}.log"
        self._process: ChildProcess | None = None

    @property
    def address(self) -> str:
        """`127.0.0.1:port`."""
        return f"{ports.LOOPBACK}:{self.port}"

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports it needs."""
        return (self.port,)

    @property
    def pid(self) -> int | None:
        """The running process, or None."""
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def returncode(self) -> int | None:
        """How the last process ended, None while it runs."""
        return self._process.returncode if self._process else None

    async def start(self) -> None:
        """Start it; `kill` and `start` again is a crash and a restart.

        Raises:
            StackError: it runs already, or its port is somebody else's.
        """
        if self.pid is not None:
            raise StackError(f"{self.name} уже запущен (pid {self.pid})")
        self.directory.mkdir(parents=True, exist_ok=True)
        await self.prepare()
        if ports.is_taken(self.port):
            raise StackError(f"Порт {self.port} ({self.name}) занят {ports.holder(self.port)}.")
        self._keep_log_short()
        self._process = self.spawn()

    def _keep_log_short(self) -> None:
        """Put a log that has grown long aside, in place of the one before it."""
        if self.log_file.exists() and self.log_file.stat().st_size > _LONG_LOG:
            self.log_file.replace(self.log_file.with_suffix(".old.log"))

    async def ready(self) -> None:
        """Wait until it serves.

        Raises:
            StackError: it ended, or did not serve within `start_within` seconds.
        """
        deadline = asyncio.get_running_loop().time() + self.start_within
        while not await self.serves():
            if self._process is None or self._process.returncode is not None:
                raise StackError(
                    f"{self.name} завершился при запуске ({self.returncode}). Журнал: {self._last_words()}"
                )
            if asyncio.get_running_loop().time() > deadline:
                raise StackError(f"{self.name} не ответил за {self.start_within:.0f} с. Журнал: {self._last_words()}")
            await asyncio.sleep(_POLL)

    async def stop(self) -> None:
        """Stop it within `stop_within` seconds, then by force."""
        if self._process is not None:
            await self._process.stop(self.stop_within)

    def kill(self) -> None:
        """End it as a crash would (SIGKILL)."""
        self.signal(signal.SIGKILL)

    def pause(self) -> None:
        """Freeze it (SIGSTOP)."""
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen one go on (SIGCONT)."""
        self.signal(signal.SIGCONT)

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        if self._process is not None:
            self._process.signal(number)

    async def prepare(self) -> None:  # noqa: B027 - most components need no preparation
        """Make whatever must exist before the process starts."""

    @abstractmethod
    def spawn(self) -> ChildProcess:
        """Start the process."""

    @abstractmethod
    async def serves(self) -> bool:
        """Tell whether it answers as its clients expect."""

    def _last_words(self) -> str:
        return f"{self.log_file}\n{self._process.log_tail() if self._process else ''}"
