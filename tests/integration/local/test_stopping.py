"""An installation has stopped when its supervisor's process is gone."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from bilet_local.state import StackState, StateDirectory
from bilet_local.stopping import stop
from tests.integration.local.blocks import gone
from tests.support.waiting import wait_until

LINGERING = """
import os, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path
from bilet_local.state import StackState, StateDirectory

directory = StateDirectory(Path(sys.argv[1]))
signal.signal(signal.SIGTERM, lambda *_: None)
with directory.held():
    directory.write(StackState(supervisor_pid=os.getpid(), started_at=datetime.now(UTC)))
    signal.pause()
time.sleep(0.7)  # an interpreter that takes its time to end
"""


@pytest.fixture
def directory(tmp_path: Path) -> StateDirectory:
    return StateDirectory(tmp_path)


@pytest.fixture
async def lingering(directory: StateDirectory) -> AsyncIterator[psutil.Process]:
    """Start a supervisor that gives its lock back well before it ends."""
    process = _run(LINGERING, str(directory.root))
    await wait_until(lambda: (state := directory.read()) and state.supervisor_pid == process.pid)
    yield psutil.Process(process.pid)
    process.kill()
    process.wait()


async def test_stopping_waits_for_the_process_not_for_its_lock(
    directory: StateDirectory, lingering: psutil.Process
) -> None:
    assert stop(directory)
    assert gone([lingering])


async def test_stopping_waits_for_one_that_has_given_its_lock_back_already(
    directory: StateDirectory, lingering: psutil.Process
) -> None:
    lingering.terminate()
    await wait_until(lambda: not directory.is_supervised())

    assert stop(directory)
    assert gone([lingering])


def test_a_stranger_with_the_number_of_a_supervisor_of_before_is_left_alone(directory: StateDirectory) -> None:
    directory.write(StackState(supervisor_pid=os.getpid(), started_at=datetime.now(UTC)))

    assert not stop(directory)


def _run(program: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", program, *arguments])
