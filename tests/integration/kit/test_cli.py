"""The operator's commands for parked messages: they show places and kinds of errors, and never a record."""

import asyncio
from collections.abc import Callable
from uuid import UUID, uuid4

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from bilet_kit.consuming.batches import BatchProcessor
from bilet_kit.consuming.consumers import Consumers, Received
from bilet_kit.process.cli import service_cli
from bilet_kit.process.service import Service
from bilet_kit.storage.database import Transaction
from bilet_kit.web.auth import KeySet
from tests.support.echo_service.bootstrap import build
from tests.support.echo_service.calls import called
from tests.support.echo_service.contracts import CALLS, CalledV1
from tests.support.echo_service.settings import settings_for

Command = Callable[..., "asyncio.Future[Result]"]


@pytest.fixture
def echo_command(address: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`await echo_command("parked", "list")`: the command as an operator gives it, in a thread of its own."""
    monkeypatch.setattr(
        "bilet_kit.process.cli.configure_logs", lambda *_: None
    )  # they would outlive the command in here

    def parts() -> Service:
        settings = settings_for(address)
        return build(settings, KeySet(settings))

    def run(*arguments: str, answer: str = "") -> Result:
        return CliRunner().invoke(service_cli("echo", parts), list(arguments), input=answer)

    def later(*arguments: str, answer: str = "") -> "asyncio.Future[Result]":
        return asyncio.ensure_future(asyncio.to_thread(run, *arguments, answer=answer))

    return later


@pytest.fixture
async def caller(processor: BatchProcessor) -> UUID:
    """Somebody with a call that cannot be answered, and one behind it."""
    caller = uuid4()
    await processor.process([called(caller, 1, "unbearable"), called(caller, 2, "secretive")])
    return caller


async def parked(look: asyncpg.Connection) -> int:
    return int(await look.fetchval("SELECT count(*) FROM parked_messages"))


async def test_the_list_names_the_key_and_the_first_error_and_shows_no_record(
    echo_command: Command, caller: UUID
) -> None:
    shown = await echo_command("parked", "list")
    assert shown.exit_code == 0
    assert str(caller) in shown.output
    assert "UnbearableError" in shown.output
    assert "secretive" not in shown.output


async def test_a_replay_that_cannot_succeed_says_so_and_leaves_everything(
    echo_command: Command, caller: UUID, look: asyncpg.Connection
) -> None:
    shown = await echo_command("parked", "replay", CALLS, str(caller))
    assert shown.exit_code == 1
    assert await parked(look) == 2


async def test_a_replay_applies_in_order_once_the_service_can(
    echo_command: Command, caller: UUID, look: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered: list[int] = []

    async def bear(received: Received[CalledV1], _tx: Transaction) -> None:
        answered.append(received.event.number)

    def listen(service: str) -> Consumers:
        consumers = Consumers(service=service)
        consumers.handle(CalledV1)(bear)
        return consumers

    monkeypatch.setattr("tests.support.echo_service.bootstrap.listen", listen)
    shown = await echo_command("parked", "replay", CALLS, str(caller))
    assert shown.exit_code == 0
    assert answered == [1, 2]
    assert await parked(look) == 0


async def test_what_is_dropped_is_asked_about_first(
    echo_command: Command, caller: UUID, look: asyncpg.Connection
) -> None:
    assert (await echo_command("parked", "drop", CALLS, str(caller), answer="n\n")).exit_code == 1
    assert await parked(look) == 2
    assert (await echo_command("parked", "drop", CALLS, str(caller), answer="y\n")).exit_code == 0
    assert await parked(look) == 0


async def test_migrating_twice_changes_nothing(echo_command: Command, look: asyncpg.Connection) -> None:
    for _ in range(2):
        assert (await echo_command("migrate")).exit_code == 0
    assert await look.fetchval("SELECT version_num FROM alembic_version") == "0001"
