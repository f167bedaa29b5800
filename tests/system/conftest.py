"""Whole processes over a real broker and a real database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.echo_processes import Echo
from tests.support.kafka import Kafka
from tests.support.plugin import DatabaseUrl
from tests.support.tokens import TokenMaker


@pytest.fixture
async def echo(each_kafka: Kafka, database_url: DatabaseUrl, tmp_path: Path, tokens: TokenMaker) -> AsyncIterator[Echo]:
    """Prepare the echo service on each of the brokers; nothing of it runs yet."""
    echo = await Echo.create(each_kafka, await database_url("echo"), tmp_path, tokens)
    yield echo
    await echo.stop()
