"""A process that is asked to end leaves in order: not ready, serving on, gone."""

import signal

import httpx
import pytest

from bilet_local.components.program import Program
from tests.support.echo_processes import Echo
from tests.support.waiting import wait_until

pytestmark = pytest.mark.system


@pytest.mark.parametrize("processes", [1, 2])
async def test_an_api_serves_on_while_it_says_that_it_is_not_ready_and_then_ends(echo: Echo, processes: int) -> None:
    api = await echo.api(processes=processes)

    api.signal(signal.SIGTERM)
    await wait_until(lambda: _says_that_it_leaves(api), within=3, every=0.05)

    assert await _status(api, "/health/live") == 200
    assert await _status(api, "/openapi.json") == 200
    assert api.returncode is None
    await wait_until(lambda: api.returncode is not None, within=15)


async def test_an_interrupt_from_the_keyboard_ends_it_at_once(echo: Echo) -> None:
    api = await echo.api()

    api.signal(signal.SIGINT)

    await wait_until(lambda: _refuses(api), within=2)


async def test_a_worker_has_nobody_to_serve_and_leaves_at_once(echo: Echo) -> None:
    worker = await echo.worker()

    worker.signal(signal.SIGTERM)

    await wait_until(lambda: _refuses(worker), within=2)


async def _says_that_it_leaves(api: Program) -> bool:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://{api.address}/health/ready")
    return (answer.status_code, answer.json()) == (503, {"status": "leaving"})


async def _status(api: Program, path: str) -> int:
    async with httpx.AsyncClient() as client:
        return (await client.get(f"http://{api.address}{path}")).status_code


async def _refuses(program: Program) -> bool:
    try:
        await _status(program, "/health/live")
    except httpx.TransportError:
        return True
    return False
