"""A restored database, piece by piece: who may start on it, what is named, which numbers are given, where reading goes on."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from bilet_kit.consuming.subscriber import build_broker
from bilet_kit.process.cli import service_cli
from bilet_kit.process.restoring import OlderDatabaseError, find_forgotten, lift_numbers, refuse_older_database, rewind
from bilet_kit.process.service import Republish, Service
from bilet_kit.storage.database import Transaction
from bilet_kit.storage.outbox import STORE_EVENTS, Published, store_arguments
from bilet_kit.web.auth import KeySet
from tests.support.echo_service.bootstrap import build
from tests.support.echo_service.calls import called, forgotten, moved
from tests.support.echo_service.consumers import listen
from tests.support.echo_service.contracts import ANSWERS, CALLS
from tests.support.echo_service.domain import Moved
from tests.support.echo_service.publications import to_caller_moved
from tests.support.echo_service.settings import settings_for
from tests.support.going_on import go_on_where_kafka_is
from tests.support.kafka import Kafka
from tests.support.waiting import wait_until

WAITERS = """
SELECT count(*) FROM pg_locks WHERE NOT granted
    AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())
"""


def nothing_to_tell(_words: str) -> None:
    """Take the place of the operator's screen."""


@dataclass
class Restored:
    """A service whose database the test makes older than its topics; everything else there it knows already."""

    kafka: Kafka
    service: Service
    look: asyncpg.Connection

    async def has_said(self, *records: object) -> None:
        """Put on Kafka what the database has forgotten."""
        await self.kafka.produce([record.for_kafka() for record in records])  # type: ignore[attr-defined]

    async def writes(self, *events: object) -> None:
        """Commit events, as the api does whoever else runs."""
        async with self.service.database.transaction() as tx:
            tx.record(*events)

    async def waiting(self, caller: UUID) -> list[int]:
        rows = await self.look.fetch("SELECT sequence FROM outbox WHERE key = $1 ORDER BY id", str(caller))
        return [row["sequence"] for row in rows]

    async def command(self, *words: str, republish: Republish | None = None) -> Result:
        """Give `bilet-echo restored` as an operator does, in a thread of its own."""
        service = dataclasses.replace(self.service, republish={"callers": republish} if republish else {})
        fresh = build(service.settings, KeySet(service.settings))
        parts = dataclasses.replace(service, database=fresh.database)
        return await asyncio.to_thread(CliRunner().invoke, service_cli("echo", lambda: parts), ["restored", *words])

    async def is_refused(self) -> bool:
        """Whether a worker would refuse to start."""
        try:
            await refuse_older_database(self.service)
        except OlderDatabaseError:
            return True
        return False


@pytest.fixture
async def restored(
    address: str, look: asyncpg.Connection, tansu: Kafka, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Restored]:
    monkeypatch.setattr("bilet_kit.process.cli.configure_logs", lambda *_: None)
    await tansu.create_topics(CALLS, ANSWERS)
    settings = settings_for(address, kafka_bootstrap=tansu.bootstrap, kafka_idempotence=False)
    service = dataclasses.replace(
        build(settings, KeySet(settings)), consumers=listen(tansu.unique("restored")), name="echo"
    )
    await go_on_where_kafka_is(service)
    await service.database.start()
    yield Restored(tansu, service, look)
    await service.database.stop()


async def test_a_database_that_gave_every_number_on_kafka_is_accepted(restored: Restored) -> None:
    caller = uuid4()
    await restored.writes(Moved(caller, "Самара"), Moved(caller, "Томск"))
    assert not await restored.is_refused()


async def test_numbers_that_the_api_gave_again_do_not_hide_an_older_database(restored: Restored) -> None:
    caller = uuid4()
    await restored.has_said(moved(caller, "Томск", 1), moved(caller, "Омск", 2))
    await restored.writes(Moved(caller, "Самара"), Moved(caller, "Пермь"))
    assert await restored.is_refused()


async def test_a_withdrawal_is_named_though_the_api_gave_its_number_again(restored: Restored) -> None:
    caller = uuid4()
    await restored.has_said(forgotten(caller, 1))
    await restored.writes(Moved(caller, "Самара"))

    shown = await restored.command()

    assert shown.exit_code == 3, shown.output
    assert f"echo.caller-forgotten.v1\t{caller}" in shown.output


async def test_the_list_comes_again_until_the_operator_goes_on(restored: Restored) -> None:
    caller = uuid4()
    await restored.has_said(forgotten(caller, 1))
    for _ in range(2):
        shown = await restored.command()
        assert (shown.exit_code, str(caller) in shown.output) == (3, True)
        assert await restored.is_refused()

    assert (await restored.command("--go-on")).exit_code == 0
    assert not await restored.is_refused()
    assert (await restored.command()).exit_code == 0


async def test_a_worker_refuses_until_the_command_has_finished(restored: Restored) -> None:
    async def dies(_tx: Transaction, _after: UUID | None) -> UUID | None:
        raise ZeroDivisionError

    async def ends(_tx: Transaction, _after: UUID | None) -> UUID | None:
        return None

    await restored.has_said(moved(uuid4(), "Томск", 1))
    assert (await restored.command(republish=dies)).exit_code == 1
    assert await restored.is_refused()

    assert (await restored.command(republish=ends)).exit_code == 0
    assert not await restored.is_refused()


async def test_what_waits_is_renumbered_in_its_order_above_what_was_said(restored: Restored) -> None:
    caller = uuid4()
    await restored.has_said(moved(caller, "Томск", 1), moved(caller, "Омск", 7))
    await restored.writes(Moved(caller, "Самара"), Moved(caller, "Пермь"))
    assert await restored.waiting(caller) == [1, 2]

    for _ in range(2):
        assert (await restored.command()).exit_code == 0
        assert await restored.waiting(caller) == [8, 9]


async def test_what_is_committed_while_numbers_are_lifted_is_lifted_too(restored: Restored) -> None:
    caller = uuid4()
    await restored.has_said(moved(caller, "Томск", 5))
    seen = await find_forgotten(restored.service, nothing_to_tell)
    published: Published = to_caller_moved(Moved(caller, "Самара"))
    late = await asyncpg.connect(restored.service.settings.asyncpg_url)
    try:
        async with late.transaction():
            now = await late.fetchval("SELECT now()")
            await late.execute(STORE_EVENTS, *store_arguments([(published, now)]))
            lifting = asyncio.create_task(lift_numbers(restored.service, seen))
            await wait_until(lambda: restored.look.fetchval(WAITERS), what="lifting waits for the number being given")
    finally:
        await late.close()
    await lifting
    assert await restored.waiting(caller) == [6]


async def test_how_far_a_partition_was_read_is_kept_with_the_effects(restored: Restored) -> None:
    caller = uuid4()
    first, second = called(caller, 1), called(caller, 2)
    await restored.service.processor.process([first, second])
    reached = "SELECT next_offset FROM consumed_offsets WHERE topic = $1 AND partition = 0"
    assert await restored.look.fetchval(reached, CALLS) == second.offset + 1


async def test_reading_goes_on_where_the_database_was(restored: Restored, look: asyncpg.Connection) -> None:
    await look.execute("INSERT INTO consumed_offsets VALUES ($1, 3, 5)", CALLS)
    group = f"bilet-{restored.service.consumers.service}"
    assert await rewind(restored.service) == 12
    assert await restored.kafka.committed(group, CALLS) == 5


async def test_nothing_changes_while_the_group_has_a_member(restored: Restored) -> None:
    service, caller = restored.service, uuid4()
    await restored.has_said(moved(caller, "Томск", 1))
    broker = build_broker(service.settings, service.consumers, service.processor)
    subscriber: Any = broker.subscribers[0]
    await broker.start()
    try:
        await wait_until(subscriber.consumer.assignment, 30, what="a member of the group")
        shown = await restored.command()
    finally:
        await broker.stop()

    assert (shown.exit_code, "worker" in shown.output) == (1, True)
    assert not await restored.look.fetchval("SELECT n FROM key_sequence WHERE key = $1", str(caller))
    assert await restored.is_refused()
