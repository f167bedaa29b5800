"""The embedded stack as its commands make it: time to be up, memory while idle, the region's rosters, the demo."""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from bilet_local import ports
from bilet_local.importing.calls import Gateway
from bilet_local.importing.importer import import_pack, sign_in
from bilet_local.importing.outcome import differences
from bilet_local.importing.pack import open_pack
from bilet_local.layout import PROJECT_ROOT
from bilet_local.operators import ensure_operator
from bilet_local.state import StateDirectory
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Line, Measured, Run, Section, Target
from tests.benchmarks.noise import Noise, quiet
from tests.benchmarks.progress import PROGRESS

STUDENTS = 200
_IDLE_SECONDS = 10.0
_MEBIBYTE = 2**20
_PACK = PROJECT_ROOT / "data/samara"
_PORT_BASES = range(21_100, 30_000, 200)
LINES = (
    Line(
        key="up-first", what="up, the first time (databases are made)", unit="s", targets=(Target(sense="≤", bound=20),)
    ),
    Line(key="up", what="up again", unit="s", targets=(Target(sense="≤", bound=20),)),
    Line(
        key="resident",
        what="resident while idle, shared pages counted once",
        unit="MiB",
        targets=(Target(sense="≤", bound=1536),),
    ),
    Line(key="resident-sum", what="the same, shared pages counted in every process", unit="MiB"),
    Line(
        key="rosters", what="121 rosters imported through the gateway", unit="s", targets=(Target(sense="≤", bound=15),)
    ),
    Line(
        key="demo",
        what=f"`make demo`, {STUDENTS} students, start and stop included",
        unit="s",
        targets=(Target(sense="≤", bound=180),),
    ),
)


class CommandFailedError(AssertionError):
    """A command ended with an error, or the pack was not taken as expected."""


async def measure(effort: Effort) -> Section:
    """All runs of this benchmark."""
    runs = []
    for number in range(effort.runs):
        PROGRESS.step(f"stack, run {number + 1} of {effort.runs}")
        runs.append(await _run())
    notes = [
        "Tansu as the broker, PostgreSQL, Envoy, four services with api and worker each, the ESIA stand-in, the mail catcher, the supervisor.",
        "The demo verifies its promises from the outside and fails this benchmark when one does not hold.",
    ]
    return Section(name="stack", title="The embedded stack", lines=LINES, runs=runs, notes=notes)


async def _run() -> Run:
    run: dict[str, Measured] = {}
    async with _installation() as (state_dir, base):
        where = ("--state-dir", str(state_dir), "--port-base", str(base))
        await _timed(run, "up-first", "up", *where)
        await _bilet("down", "--state-dir", str(state_dir))
        await _timed(run, "up", "up", *where)
        await asyncio.sleep(_IDLE_SECONDS)
        _weigh(run, StateDirectory(state_dir))
        await _import(run, StateDirectory(state_dir))
    async with _installation() as (state_dir, base):
        where = ("--state-dir", str(state_dir), "--port-base", str(base))
        await _timed(run, "demo", "demo", "--students", str(STUDENTS), "--exit", *where)
    return run


@asynccontextmanager
async def _installation() -> AsyncIterator[tuple[Path, int]]:
    """Make a state directory and unused ports; whatever runs there is stopped afterwards."""
    base = next(base for base in _PORT_BASES if not any(ports.is_taken(port) for port in range(base - 30, base + 30)))
    with tempfile.TemporaryDirectory(prefix="bilet-bench-", ignore_cleanup_errors=True) as name:
        state_dir = Path(name) / "state"
        try:
            yield state_dir, base
        finally:
            await _bilet("down", "--state-dir", str(state_dir))


async def _timed(run: dict[str, Measured], key: str, *command: str) -> None:
    await quiet()
    with Noise() as noise:
        began = time.monotonic()
        await _bilet(*command)
        seconds = time.monotonic() - began
    _keep(run, key, seconds, noise)


async def _bilet(*command: str) -> None:
    """Run a command of `bilet`; what it prints is seen.

    Raises:
        CommandFailedError: its exit code is not 0.
    """
    process = await asyncio.create_subprocess_exec(str(Path(sys.executable).parent / "bilet"), *command)
    if await process.wait():
        raise CommandFailedError(f"bilet {' '.join(command)}: exit code {process.returncode}")


def _weigh(run: dict[str, Measured], directory: StateDirectory) -> None:
    state = directory.read()
    if state is None:
        raise CommandFailedError("the installation does not run")
    roots = {state.supervisor_pid, *(node.pid for node in state.nodes if node.pid)}
    family = {one for pid in roots for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))}
    memory = [process.memory_full_info() for process in family]
    with Noise() as noise:
        _keep(run, "resident", sum(one.pss for one in memory) / _MEBIBYTE, noise)
        _keep(run, "resident-sum", sum(one.rss for one in memory) / _MEBIBYTE, noise)


async def _import(run: dict[str, Measured], directory: StateDirectory) -> None:
    """Import the pack as `bilet import` does; only the rosters are timed, the tables before them are not."""
    pack = open_pack(_PACK)
    account = ensure_operator(directory, pack.region_code)
    await quiet()
    with Noise() as noise:
        async with Gateway(directory.installation().gateway_url, connections=8) as gateway:
            operator = await sign_in(gateway, account.login, account.password, "regional-operator")
            outcome = await import_pack(operator, pack, lambda _: None)
    if pack.expected is None or (unexpected := differences(pack.expected, outcome)):
        raise CommandFailedError(f"the pack was not taken as expected: {unexpected}")
    _keep(run, "rosters", outcome.seconds, noise)


def _keep(run: dict[str, Measured], key: str, value: float, noise: Noise) -> None:
    run[key] = Measured(value, noise.foreign)
    line = next(line for line in LINES if line.key == key)
    PROGRESS.step(f"  {line.what}: {value:,.1f} {line.unit}")
