import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bilet_local import supervisor
from bilet_local.errors import StackError
from bilet_local.state import Phase, Progress, StateDirectory
from bilet_local.supervisor import Supervisor
from bilet_local.topology import Job, Part
from tests.support.waiting import wait_until


@dataclass
class FakeComponent:
    """A component that notes what is done to it and dies when told."""

    name: str
    diary: list[str]
    keeps_data: bool = True
    failures: list[str] = field(default_factory=list)
    ports: tuple[int, ...] = ()
    address: str = ""
    log_file: Path = Path("/dev/null")
    pid: int | None = None
    returncode: int | None = None

    async def start(self) -> None:
        self.returncode, self.pid = None, 1
        self.diary.append(f"start {self.name}")

    async def ready(self) -> None:
        if self.failures:
            self.die()
            raise StackError(self.failures.pop())
        self.diary.append(f"ready {self.name}")

    async def stop(self) -> None:
        if self.returncode is None:
            self.diary.append(f"stop {self.name}")
            self.die(0)

    def die(self, code: int = -9) -> None:
        self.returncode, self.pid = code, None


@pytest.fixture
def diary() -> list[str]:
    return []


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_WATCH_EVERY", 0.001)
    monkeypatch.setattr(supervisor, "_FIRST_PAUSE", 0.001)


def job(name: str, diary: list[str], *, after: tuple[str, ...]) -> Job:
    async def run() -> None:
        diary.append(name)

    return Job(name=name, run=run, after=after)


async def running(
    directory: Path, nodes: tuple[Part | Job, ...], until: Callable[[Supervisor], Awaitable[None]]
) -> Supervisor:
    """Run the nodes until `until` returns, or the start fails, then stop them."""
    supervising = Supervisor(StateDirectory(directory), nodes)
    stop = asyncio.Event()
    work = asyncio.create_task(supervising.run(stop))
    await wait_until(lambda: supervising.state.phase is not Phase.STARTING)
    if supervising.state.phase is Phase.RUNNING:
        await until(supervising)
    stop.set()
    await work
    return supervising


async def at_once(_supervising: Supervisor) -> None:
    """Nothing more to see."""


async def test_everything_starts_after_what_it_waits_for_and_stops_before_it(tmp_path: Path, diary: list[str]) -> None:
    nodes = (
        Part(component=FakeComponent("database", diary)),
        job("schema", diary, after=("database",)),
        Part(component=FakeComponent("service", diary), after=("schema",)),
    )

    ended = await running(tmp_path, nodes, at_once)

    assert ended.state.phase is Phase.STOPPED
    assert diary == [
        "start database", "ready database", "schema", "start service", "ready service", "stop service", "stop database",
    ]  # fmt: skip


async def test_a_part_that_cannot_start_stops_the_others_and_says_why(tmp_path: Path, diary: list[str]) -> None:
    nodes = (
        Part(component=FakeComponent("database", diary)),
        Part(component=FakeComponent("service", diary, failures=["нет ключа"]), after=("database",)),
    )

    ended = await running(tmp_path, nodes, at_once)

    assert (ended.state.phase, ended.state.message) == (Phase.FAILED, "нет ключа")
    assert diary[-1] == "stop database"


async def test_a_failed_job_keeps_what_waits_for_it_from_starting(tmp_path: Path, diary: list[str]) -> None:
    async def fail() -> None:
        raise StackError("миграция не прошла")

    nodes = (
        Part(component=FakeComponent("database", diary)),
        Job(name="schema", run=fail, after=("database",)),
        Part(component=FakeComponent("service", diary), after=("schema",)),
    )

    ended = await running(tmp_path, nodes, at_once)

    assert ended.state.message == "миграция не прошла"
    assert "start service" not in diary
    assert ended.state.node("service").progress is Progress.WAITING


async def test_an_unexpected_error_is_no_reason_to_leave_processes(tmp_path: Path, diary: list[str]) -> None:
    async def break_down() -> None:
        raise ZeroDivisionError("division by zero")

    nodes = (
        Part(component=FakeComponent("database", diary)),
        Job(name="schema", run=break_down, after=("database",)),
    )

    ended = await running(tmp_path, nodes, at_once)

    assert ended.state.phase is Phase.FAILED
    assert "ZeroDivisionError" in ended.state.message
    assert diary[-1] == "stop database"


async def test_a_part_that_dies_is_started_again_alone(tmp_path: Path, diary: list[str]) -> None:
    service = FakeComponent("service", diary)
    nodes = (
        Part(component=FakeComponent("database", diary)),
        job("schema", diary, after=("database",)),
        Part(component=service, after=("schema",)),
    )

    async def crash(supervising: Supervisor) -> None:
        service.die()
        state = supervising.state.node("service")
        await wait_until(lambda: state.restarts == 1 and state.progress is Progress.READY)

    await running(tmp_path, nodes, crash)

    assert diary.count("start service") == 2
    assert diary.count("start database") == diary.count("schema") == 1


@pytest.mark.parametrize("broker", [FakeComponent("broker", []), FakeComponent("broker", [], keeps_data=False)])
async def test_a_job_is_redone_only_when_its_work_was_lost(
    tmp_path: Path, diary: list[str], broker: FakeComponent
) -> None:
    async def crash(supervising: Supervisor) -> None:
        broker.die()
        await wait_until(lambda: supervising.state.node("broker").restarts == 1)
        await wait_until(supervising._restarts["broker"].done)

    await running(tmp_path, (Part(component=broker), job("topics", diary, after=("broker",))), crash)

    assert diary == (["topics"] if broker.keeps_data else ["topics", "topics"])


async def test_a_part_that_keeps_dying_is_tried_again_after_longer_and_longer_pauses(
    tmp_path: Path, diary: list[str]
) -> None:
    service = FakeComponent("service", diary)

    async def keep_crashing(supervising: Supervisor) -> None:
        service.failures = ["третий раз", "второй раз", "первый раз"]
        service.die()
        state = supervising.state.node("service")
        await wait_until(lambda: state.restarts == 4 and state.progress is Progress.READY)

    ended = await running(tmp_path, (Part(component=service),), keep_crashing)

    assert ended.state.node("service").restarts == 4
    assert ended._pauses["service"] == pytest.approx(0.008)
