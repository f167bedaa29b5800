"""The kit over a real database of the echo service."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from bilet_kit.consuming.batches import BatchProcessor
from bilet_kit.consuming.inbox import Inbox
from bilet_kit.storage.database import Database
from tests.support.echo_service.consumers import listen
from tests.support.echo_service.domain import EchoError
from tests.support.echo_service.publications import PUBLICATIONS
from tests.support.echo_service.settings import settings_for
from tests.support.plugin import DatabaseUrl


@pytest.fixture
async def address(database_url: DatabaseUrl) -> str:
    """Create a database of the echo service."""
    return await database_url("echo")


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    """Open the kit's own view of that database."""
    database = Database(settings_for(address), PUBLICATIONS)
    await database.start()
    yield database
    await database.stop()


@pytest.fixture
async def look(address: str) -> AsyncIterator[asyncpg.Connection]:
    """Open a connection of the test's own, to see what was committed."""
    connection = await asyncpg.connect(address)
    yield connection
    await connection.close()


@pytest.fixture
def processor(database: Database) -> BatchProcessor:
    """Build what the echo service's worker does with a batch of records."""
    return BatchProcessor(database, listen("echo"), Inbox(EchoError))
