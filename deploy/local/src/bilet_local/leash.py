"""Run a command so that it cannot outlive the process that asked for it, even one killed with SIGKILL.

Called as a script: `python leash.py PARENT_PID SIGNAL USER COMMAND…` (USER may be empty). On Linux the kernel sends SIGNAL when the parent dies,
and this process becomes the command. Elsewhere it stays between the two and watches. Standard library only: it is started many times.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from types import FrameType

_PR_SET_PDEATHSIG = 1
_WATCH_EVERY = 0.5
_ON_LINUX = sys.platform == "linux"


def main() -> int:
    """Become the command (Linux) or guard it (elsewhere)."""
    parent, death_signal, user, *command = sys.argv[1:]
    if _ON_LINUX:
        libc = ctypes.CDLL(None)
        _become(user)
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))  # a change of account would have cleared it
        if os.getppid() != int(parent):
            sys.exit("the parent died before the command could start")
        os.execvp(command[0], command)  # noqa: S606 - the command comes from our own topology, no shell is wanted
    _become(user)
    return _guard(int(parent), int(death_signal), command)


def _become(user: str) -> None:
    if not user:
        return
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def _guard(parent: int, death_signal: int, command: list[str]) -> int:
    child = subprocess.Popen(command)  # noqa: S603 - see above

    def forward(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    signal.signal(signal.SIGTERM, forward)
    signal.signal(signal.SIGINT, forward)
    while child.poll() is None:
        if os.getppid() != parent:
            child.send_signal(death_signal)
            return child.wait()
        time.sleep(_WATCH_EVERY)
    return child.returncode


if __name__ == "__main__":
    sys.exit(main())
