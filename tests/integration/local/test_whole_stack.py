"""The whole installation as `bilet up` starts it: every process, the gateway in front, the clock, and nothing left afterwards."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import psutil
import pytest

from bilet_local import display
from bilet_local.installation import DATABASES, Installation
from bilet_local.operators import ensure_operator
from bilet_local.state import Progress, StackState, StateDirectory
from tests.integration.local.blocks import free_block, gone
from tests.support.waiting import wait_until

pytestmark = pytest.mark.system
BILET = str(Path(sys.executable).with_name("bilet"))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StateDirectory]:
    made = StateDirectory(tmp_path_factory.mktemp("stack"))
    started = bilet(made, "up", "--port-base", str(free_block()))
    assert started.returncode == 0, started.stdout + started.stderr
    yield made
    bilet(made, "down")


def bilet(directory: StateDirectory, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [BILET, *arguments, "--state-dir", str(directory.root)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)


@pytest.fixture
def state(directory: StateDirectory) -> StackState:
    read = directory.read()
    assert read is not None
    return read


@pytest.fixture
def installation(directory: StateDirectory) -> Installation:
    return directory.installation()


def test_every_part_works_and_every_job_is_done(state: StackState) -> None:
    assert {node.progress for node in state.nodes} <= {Progress.READY, Progress.DONE}
    assert [node.name for node in state.nodes if node.restarts] == []


def test_the_idle_stack_fits_into_one_and_a_half_gibibytes(state: StackState) -> None:
    assert 0 < sum(map(display.resident, state.nodes)) <= 1.5 * 1024**3


async def test_the_operator_signs_in_through_the_gateway_and_is_known_to_every_service(
    directory: StateDirectory, installation: Installation
) -> None:
    operator = ensure_operator(directory, "47")
    async with httpx.AsyncClient(base_url=f"{installation.gateway_url}/api/v1") as client:
        session = await client.post(
            "/identity/sessions",
            json={"login": operator.login, "password": operator.password},
            headers={"Idempotency-Key": uuid4().hex},
        )
        assert session.status_code == 201, session.text
        signed_in = {"Authorization": f"Bearer {session.json()['access_token']}"}

        assert (await client.get("/identity/me", headers=signed_in)).status_code == 200
        assert (await client.get("/notifications/inbox", headers=signed_in)).status_code == 200
        assert (await client.get("/identity/me")).json()["code"] == "token-missing"
        assert (await client.get("/identity/schools")).status_code == 200


def test_the_clock_is_turned_in_every_database(directory: StateDirectory, installation: Installation) -> None:
    assert bilet(directory, "clock", "set", "2026-07-07", "--zone", "Asia/Omsk").returncode == 0
    shown = bilet(directory, "clock", "advance", "2d", "--zone", "Asia/Omsk")

    assert "09.07.2026 00:00" in shown.stdout
    moments = asyncio.run(_business_times(installation))
    assert {f"{moment:%Y-%m-%d %H}" for moment in moments} == {"2026-07-08 18"}


async def _business_times(installation: Installation) -> list[datetime]:
    moments = []
    for database in DATABASES:
        connection = await asyncpg.connect(installation.database_url(database))
        moments.append(await connection.fetchval("SELECT business_now()"))
        await connection.close()
    return moments


async def test_a_service_that_crashes_comes_back(
    directory: StateDirectory, state: StackState, installation: Installation
) -> None:
    before = state.node("booking-api").pid
    assert before is not None
    psutil.Process(before).kill()

    def back() -> bool:
        now = directory.read()
        node = now.node("booking-api") if now else None
        return node is not None and node.restarts == 1 and node.progress is Progress.READY

    await wait_until(back, within=60)
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{installation.gateway_url}/api/v1/booking/health/ready")
    assert answer.status_code == 200


async def test_down_leaves_nothing_behind(directory: StateDirectory) -> None:
    now = directory.read()
    assert now is not None
    processes = [psutil.Process(pid) for pid in (now.supervisor_pid, *(node.pid for node in now.nodes)) if pid]

    assert bilet(directory, "down").returncode == 0

    await wait_until(lambda: gone(processes))
