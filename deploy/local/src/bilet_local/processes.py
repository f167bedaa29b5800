"""One child process: started on a leash in a group of its own, logged into a file, stopped gently and then by force."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bilet_local import leash

_POLL = 0.02
_TAIL_BYTES = 2000


class ChildProcess:
    """A command run once.

    It is bound to no event loop, so it may be started in one and stopped in another. Start it from the main thread: on
    Linux a child dies with the thread that started it.

    Args:
        command: the program and its arguments.
        environment: added to our own, less our own BILET_* variables.
        log_file: gets standard output and error, appended.
        user: run as this account (only root may).
        death_signal: what the child receives when we die.
        stop_signal: what asks it to finish.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        log_file: Path,
        user: str = "",
        death_signal: signal.Signals = signal.SIGKILL,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self._stop_signal = stop_signal
        self.log_file = log_file
        leashed = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), str(int(death_signal)), user]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("BILET_")}
        with log_file.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - commands come from our own topology
                [*leashed, *map(str, command)],
                env=inherited | dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id, which is also its group's."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code, or None while it runs; negative is the signal that ended it."""
        return self._process.poll()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process alone; one that is gone is no error."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - the caller needs "not yet" as an answer, not as an exception
        """Wait at most `timeout` seconds for the end and tell whether it came."""
        deadline = asyncio.get_running_loop().time() + timeout
        while self.returncode is None:
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(_POLL)
        return True

    async def stop(self, grace: float) -> None:
        """Ask it to finish, wait `grace` seconds, then kill whatever is left of its group."""
        self.signal(signal.SIGCONT)
        self.signal(self._stop_signal)
        await self.wait(grace)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        await self.wait(grace)

    def log_tail(self) -> str:
        """Read the last lines that it wrote."""
        text = self.log_file.read_bytes()[-_TAIL_BYTES:].decode(errors="replace")
        return "\n".join(text.splitlines()[-12:])
