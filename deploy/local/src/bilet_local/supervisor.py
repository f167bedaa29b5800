"""Starts every part in order, starts again what dies, stops all of them; the one parent of every process.

`python -m bilet_local.supervisor STATE_DIR` is what `bilet up` leaves in the background.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bilet_local import ports
from bilet_local.errors import StackError
from bilet_local.state import NodeState, Phase, Progress, StackState, StateDirectory
from bilet_local.topology import Job, Part, topology

_WATCH_EVERY = 0.25
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_CALM = 60.0
_ORPHANS_GONE_WITHIN = 15.0


class Supervisor:
    """Runs one topology and keeps its state written down."""

    def __init__(self, directory: StateDirectory, nodes: Sequence[Part | Job]) -> None:
        self._directory = directory
        self._nodes = {node.name: node for node in nodes}
        self._ready = {name: asyncio.Event() for name in self._nodes}
        self._restarts: dict[str, asyncio.Task[None]] = {}
        self._calm_since: dict[str, float] = {}
        self._pauses: dict[str, float] = {}
        self.state = StackState(
            supervisor_pid=os.getpid(),
            started_at=datetime.now(UTC),
            nodes=[_first_state(node) for node in nodes],
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Start, watch until `stop` is set or the start fails, then stop everything."""
        stopping = asyncio.create_task(stop.wait())
        work = asyncio.create_task(self._start_and_watch())
        await asyncio.wait((stopping, work), return_when=asyncio.FIRST_COMPLETED)
        failure = _first_failure(work.exception()) if work.done() else ""
        for task in (work, stopping, *self._restarts.values()):
            task.cancel()
        await asyncio.gather(work, stopping, *self._restarts.values(), return_exceptions=True)
        self._enter(Phase.STOPPING, failure)
        await self._stop_all()
        self._enter(Phase.FAILED if failure else Phase.STOPPED, failure)

    async def _start_and_watch(self) -> None:
        began = time.monotonic()
        await self._refuse_port_clashes()
        async with asyncio.TaskGroup() as group:
            for node in self._nodes.values():
                group.create_task(self._start(node))
        self.state.seconds = round(time.monotonic() - began, 1)
        self._enter(Phase.RUNNING)
        while True:
            await asyncio.sleep(_WATCH_EVERY)
            self._restart_the_dead()

    async def _refuse_port_clashes(self) -> None:
        """Complain of every port at once; after a crash our own processes get a moment to go."""
        previous = self._directory.read()
        crashed = previous is not None and previous.phase in (Phase.STARTING, Phase.RUNNING, Phase.STOPPING)
        self._enter(Phase.STARTING)
        deadline = time.monotonic() + (_ORPHANS_GONE_WITHIN if crashed else 0)
        while clashes := self._clashes():
            if time.monotonic() >= deadline:
                advice = "Остановите их или выберите другие порты: bilet up --port-base 9100"
                raise StackError("\n".join(["Нужные порты заняты:", *clashes, advice]))
            await asyncio.sleep(_WATCH_EVERY)

    def _clashes(self) -> list[str]:
        wanted = [
            (port, node.name)
            for node in self._nodes.values()
            if isinstance(node, Part)
            for port in node.component.ports
        ]
        return [f"  {port} ({name}) — {ports.holder(port)}" for port, name in wanted if ports.is_taken(port)]

    async def _start(self, node: Part | Job) -> None:
        for name in node.after:
            await self._ready[name].wait()
        began = time.monotonic()
        self._note(node, Progress.STARTING)
        if isinstance(node, Job):
            await node.run()
        else:
            await node.component.start()
            self._note(node, Progress.STARTING)
            await node.component.ready()
        self._calm_since[node.name] = time.monotonic()
        self.state.node(node.name).seconds = round(time.monotonic() - began, 1)
        self._note(node, Progress.DONE if isinstance(node, Job) else Progress.READY)
        self._ready[node.name].set()

    def _restart_the_dead(self) -> None:
        for name, node in self._nodes.items():
            died = isinstance(node, Part) and node.component.returncode is not None
            if died and (name not in self._restarts or self._restarts[name].done()):
                self._restarts[name] = asyncio.create_task(self._restart(node))

    async def _restart(self, node: Part | Job) -> None:
        """Start again after a pause that doubles while it keeps dying; jobs whose work was lost with it are redone."""
        name = node.name
        state = self.state.node(name)
        calm = time.monotonic() - self._calm_since.get(name, 0) > _CALM
        pause = _FIRST_PAUSE if calm or name not in self._pauses else min(self._pauses[name] * 2, _LONGEST_PAUSE)
        self._pauses[name] = pause
        if isinstance(node, Part):
            state.message = f"завершился с кодом {node.component.returncode}"
        state.restarts += 1
        self._note(node, Progress.RESTARTING)
        await asyncio.sleep(pause)
        state.message = ""
        try:
            await self._start(node)
            for job in self._lost_with(node):
                await self._start(job)
        except StackError as error:
            state.message = str(error).splitlines()[0]
            self._note(node, Progress.RESTARTING)
            if isinstance(node, Part):
                await node.component.stop()

    def _lost_with(self, node: Part | Job) -> list[Job]:
        if isinstance(node, Job) or node.component.keeps_data:
            return []
        return [job for job in self._nodes.values() if isinstance(job, Job) and node.name in job.after]

    async def _stop_all(self) -> None:
        """Stop what nobody depends on any more, wave by wave."""
        left = [node for node in self._nodes.values() if isinstance(node, Part)]
        while left:
            needed = {name for node in left for name in self._needs(node)}
            wave = [node for node in left if node.name not in needed]
            await asyncio.gather(*(self._stop(node) for node in wave))
            left = [node for node in left if node not in wave]

    def _needs(self, node: Part | Job) -> set[str]:
        direct = set(node.after)
        return direct.union(*(self._needs(self._nodes[name]) for name in direct))

    async def _stop(self, node: Part) -> None:
        if self.state.node(node.name).progress is not Progress.WAITING:
            await node.component.stop()
            self._note(node, Progress.STOPPED)

    def _note(self, node: Part | Job, progress: Progress) -> None:
        state = self.state.node(node.name)
        state.progress = progress
        state.pid = node.component.pid if isinstance(node, Part) else None
        self._directory.write(self.state)

    def _enter(self, phase: Phase, message: str = "") -> None:
        self.state.phase = phase
        self.state.message = message or self.state.message
        self._directory.write(self.state)


def _first_state(node: Part | Job) -> NodeState:
    if isinstance(node, Job):
        return NodeState(name=node.name, log_file=node.log_file)
    return NodeState(name=node.name, address=node.component.address, log_file=node.component.log_file)


def _first_failure(error: BaseException | None) -> str:
    if isinstance(error, BaseExceptionGroup):
        return _first_failure(error.exceptions[0])
    return str(error) if isinstance(error, StackError) else f"{type(error).__name__}: {error}"


async def supervise(directory: StateDirectory) -> Phase:
    """Run the installation that the directory describes until SIGTERM or SIGINT; return how it ended."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    supervisor = Supervisor(directory, topology(directory.installation(), directory.keys()))
    await supervisor.run(stop)
    return supervisor.state.phase


def main() -> int:
    """Supervise; 0 after an orderly stop."""
    directory = StateDirectory(Path(sys.argv[1]))
    with directory.held():
        try:
            return int(asyncio.run(supervise(directory)) is not Phase.STOPPED)
        except StackError as error:
            failed = StackState(
                supervisor_pid=os.getpid(), started_at=datetime.now(UTC), phase=Phase.FAILED, message=str(error)
            )
            directory.write(failed)
            return 1


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
