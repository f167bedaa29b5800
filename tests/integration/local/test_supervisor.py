"""The stack as its user sees it: one supervisor, no process left behind however it ends."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from bilet_local import layout
from bilet_local.state import Phase, Progress, StackState, StateDirectory
from tests.integration.local.blocks import free_block, gone
from tests.support.waiting import wait_until

COMMAND = [sys.executable, "-m", "tests.integration.local.small_stack"]


@dataclass
class Stack:
    """One small installation and the ways to poke it."""

    directory: StateDirectory
    port_base: int
    started: str = ""

    def bilet(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(*arguments), capture_output=True, text=True, timeout=60, check=False, env=_environment()
        )

    def bilet_in_background(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=_environment()
        )

    def _command(self, *arguments: str) -> list[str]:
        where = ["--state-dir", str(self.directory.root)]
        ports = ["--port-base", str(self.port_base)] if arguments[0] == "up" else []
        return [*COMMAND, *arguments, *where, *ports]

    @property
    def state(self) -> StackState:
        state = self.directory.read()
        assert state is not None
        return state

    def processes(self) -> list[psutil.Process]:
        pids = [self.state.supervisor_pid, *(node.pid for node in self.state.nodes if node.pid)]
        return [psutil.Process(pid) for pid in pids]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(layout.PROJECT_ROOT), "COLUMNS": "200"}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    made = Stack(directory=StateDirectory(tmp_path / "state"), port_base=free_block())
    yield made
    made.bilet("down")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One running stack for the tests that leave it running; `started` is what its `up` printed."""
    made = Stack(directory=StateDirectory(tmp_path_factory.mktemp("shared")), port_base=free_block())
    made.started = made.bilet("up").stdout
    yield made
    made.bilet("down")


@pytest.fixture
def running(stack: Stack) -> Stack:
    started = stack.bilet("up")
    assert started.returncode == 0, started.stdout + started.stderr
    return stack


def test_up_shows_each_part_then_the_addresses(shared: Stack) -> None:
    assert re.search(r"kafka: работает \(\d", shared.started)
    assert re.search(r"topics: готово \(\d", shared.started)
    assert f"http://127.0.0.1:{shared.port_base - 20}/api/v1/" in shared.started
    assert shared.state.phase is Phase.RUNNING


def test_up_says_that_its_broker_is_open_and_for_a_first_look_only(shared: Stack) -> None:
    assert "Tansu открыт каждому на этой машине" in shared.started
    assert "только для первого знакомства" in shared.started


def test_a_second_up_says_what_is_running_and_starts_nothing(shared: Stack) -> None:
    before = shared.state

    again = shared.bilet("up")

    assert again.returncode == 0
    assert "Уже запущено" in again.stdout
    assert shared.state == before


async def test_down_stops_everything(running: Stack) -> None:
    processes = running.processes()

    stopped = running.bilet("down")

    assert "Остановлено" in stopped.stdout
    await wait_until(lambda: gone(processes))
    assert running.bilet("status").returncode == 3


async def test_a_killed_supervisor_leaves_no_process(running: Stack) -> None:
    supervisor, *children = running.processes()

    supervisor.kill()

    await wait_until(lambda: gone(children), within=10)


async def test_after_a_crash_status_says_so_and_up_starts_afresh(running: Stack) -> None:
    supervisor, *_ = running.processes()
    supervisor.kill()
    await wait_until(lambda: not running.directory.is_supervised())

    interrupted = running.bilet("status")
    again = running.bilet("up")

    assert "прервался" in interrupted.stdout
    assert again.returncode == 0, again.stderr
    assert running.state.supervisor_pid != supervisor.pid


async def test_a_part_that_dies_is_started_again_and_what_it_forgot_is_made_again(shared: Stack) -> None:
    broker = shared.state.node("kafka")
    assert broker.pid is not None

    os.kill(broker.pid, signal.SIGKILL)
    await wait_until(
        lambda: shared.state.node("kafka").restarts == 1 and shared.state.node("kafka").progress is Progress.READY
    )

    assert shared.state.node("kafka").pid != broker.pid
    await wait_until(lambda: shared.state.node("topics").progress is Progress.DONE)
    assert "1" in next(line for line in shared.bilet("status").stdout.splitlines() if line.startswith("kafka"))


def test_a_taken_port_is_named_with_its_holder(stack: Stack) -> None:
    with socket.create_server(("127.0.0.1", stack.port_base - 8)):
        refused = stack.bilet("up")

    assert refused.returncode == 1
    assert f"{stack.port_base - 8} (kafka)" in refused.stderr
    assert f"pid {os.getpid()}" in refused.stderr
    assert not stack.directory.is_supervised()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_an_attached_up_takes_everything_with_it(stack: Stack, stop: signal.Signals) -> None:
    command = stack.bilet_in_background("up", "--attach")
    await wait_until(lambda: (state := stack.directory.read()) is not None and state.phase is Phase.RUNNING, within=20)
    processes = stack.processes()

    command.send_signal(stop)

    await wait_until(lambda: gone(processes), within=20)
    command.communicate(timeout=10)


async def test_ctrl_c_during_the_start_stops_what_was_started(stack: Stack) -> None:
    command = stack.bilet_in_background("up")
    await wait_until(lambda: (state := stack.directory.read()) is not None and state.node("kafka").pid)
    processes = stack.processes()

    command.send_signal(signal.SIGINT)
    command.communicate(timeout=20)

    assert command.returncode == 130
    await wait_until(lambda: gone(processes))


def test_logs_are_shown_by_name_and_an_unknown_name_is_answered_with_the_known(shared: Stack) -> None:
    assert shared.bilet("logs", "kafka").returncode == 0
    unknown = shared.bilet("logs", "kafak")

    assert unknown.returncode == 1
    assert "kafka" in unknown.stderr


async def test_logs_are_followed(shared: Stack) -> None:
    file = shared.state.node("mail").log_file
    assert file is not None
    follower = shared.bilet_in_background("logs", "mail", "-f")
    assert follower.stdout is not None
    deadline = time.monotonic() + 10
    with file.open("a") as log:
        while not (seen := _has_data(follower)) and time.monotonic() < deadline:
            log.write("новая строка\n")
            log.flush()
    follower.send_signal(signal.SIGINT)

    assert seen
    assert "новая строка" in follower.communicate(timeout=10)[0]


def _has_data(process: subprocess.Popen[str]) -> bool:
    assert process.stdout is not None
    return bool(select.select([process.stdout], [], [], 0.2)[0])
