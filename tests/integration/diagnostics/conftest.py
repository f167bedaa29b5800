"""The diagnostics service over a real database, its HTTP edge in process, and events as Kafka would bring them."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from bilet_diagnostics.bootstrap import build
from bilet_diagnostics.settings import Settings
from bilet_kit.process.api import create_api
from bilet_kit.process.service import Service
from bilet_kit.web.auth import KeySet
from tests.integration.diagnostics.world import FIRST_DAY, World
from tests.support.plugin import DatabaseUrl, SetClock
from tests.support.tokens import TokenMaker


@pytest.fixture
async def address(database_url: DatabaseUrl, set_clock: SetClock) -> str:
    """Create a database of diagnostics, in the first days of the season."""
    address = await database_url("diagnostics")
    await set_clock(address, FIRST_DAY)
    return address


@pytest.fixture
async def service(address: str, tokens: TokenMaker) -> AsyncIterator[Service]:
    """Run the service."""
    settings = Settings.model_validate(
        {"environment": "test", "database_url": address, "token_issuer": tokens.issuer, "log_level": "WARNING"}
    )
    service = build(settings, KeySet(settings, {tokens.key.kid: tokens.key.private.public_key()}))
    async with service.running():
        yield service


@pytest.fixture
async def look(address: str) -> AsyncIterator[asyncpg.Connection]:
    """Open a connection of the test's own, to see what was committed."""
    connection = await asyncpg.connect(address)
    yield connection
    await connection.close()


@pytest.fixture
async def world(service: Service, tokens: TokenMaker, look: asyncpg.Connection) -> AsyncIterator[World]:
    """Make a region in season, with an active pupil of grade 8 and a guardian."""
    transport = httpx.ASGITransport(app=create_api(service))
    async with httpx.AsyncClient(transport=transport, base_url="http://diagnostics") as client:
        world = World(service=service, client=client, tokens=tokens, look=look)
        await world.open_season()
        await world.tell_student()
        yield world
