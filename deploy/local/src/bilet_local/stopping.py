"""Ending an installation: ask its supervisor, and wait for the process itself, whose lock goes before it does."""

import signal
import time
from contextlib import suppress

import psutil

from bilet_local.errors import StackError
from bilet_local.state import StateDirectory

_STOPS_WITHIN = 60.0
_POLL = 0.1


def stop(directory: StateDirectory) -> bool:
    """Ask the supervisor to stop everything and wait until its process is gone; whether there was one.

    Raises:
        StackError: it did not stop within a minute.
    """
    deadline = time.monotonic() + _STOPS_WITHIN
    ran = False
    while (process := supervisor_of(directory)) or directory.is_supervised():
        ran = True
        if process:
            _end(process, deadline - time.monotonic())
        elif time.monotonic() > deadline:
            raise StackError(f"Супервизор в {directory.root} не остановился за {_STOPS_WITHIN:.0f} с.")
        else:  # it has the lock and has not yet written who it is
            time.sleep(_POLL)
    return ran


def supervisor_of(directory: StateDirectory) -> psutil.Process | None:
    """Find the supervisor's process, also one that has given its lock back; never another that has its number now."""
    state = directory.read()
    with suppress(psutil.Error):
        process = psutil.Process(state.supervisor_pid) if state else None
        if process and process.cmdline()[-1:] == [str(directory.root)]:
            return process
    return None


def _end(process: psutil.Process, within: float) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(max(within, 0))  # by pidfd or kqueue where there are
    except psutil.TimeoutExpired:
        raise StackError(f"Супервизор (pid {process.pid}) не остановился за {_STOPS_WITHIN:.0f} с.") from None
