"""A method that an address does not have is answered with all those it has (RFC 9110, 15.5.6)."""

import re
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bilet_kit.process.api import create_api
from bilet_local import environments, keys
from bilet_local.installation import DATABASES, Broker, Installation
from bilet_local.ports import DEFAULT_BASE


@pytest.fixture(scope="module")
def secrets() -> keys.InstallationKeys:
    return keys.generate()


@pytest.fixture(params=DATABASES)
def app(
    request: pytest.FixtureRequest, secrets: keys.InstallationKeys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> FastAPI:
    installation = Installation.from_environment(state_dir=tmp_path, port_base=DEFAULT_BASE, broker=Broker.TANSU)
    for name, value in environments.of_service(request.param, installation, secrets).items():
        monkeypatch.setenv(name, value)
    return create_api(import_module(f"bilet_{request.param}.bootstrap").build())


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bilet.test") as client:
        yield client


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "QUERY"])
async def test_a_method_that_is_not_there_names_all_that_are(
    client: httpx.AsyncClient, app: FastAPI, method: str
) -> None:
    paths = app.openapi()["paths"]
    for path, operations in paths.items():
        answer = await client.request(method, re.sub(r"\{[^}]+\}", "00000000-0000-7000-8000-000000000000", path))

        assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed"), path
        assert set(answer.headers["allow"].split(", ")) == {one.upper() for one in operations}, path
