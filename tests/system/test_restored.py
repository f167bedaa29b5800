"""A database that was lost and restored from a backup: nothing said afterwards is dropped, nothing it heard is missing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from bilet_kit.consuming.batches import BatchProcessor
from bilet_kit.consuming.inbox import Inbox
from bilet_kit.consuming.records import ParkedRecord
from bilet_kit.storage.database import Database
from bilet_local.errors import StackError
from tests.support.brokers import LocalBroker
from tests.support.databases import Databases
from tests.support.echo_processes import Echo
from tests.support.echo_service.consumers import listen
from tests.support.echo_service.contracts import ANSWERS, CALLS
from tests.support.echo_service.domain import Called, EchoError, Forgotten, Moved
from tests.support.echo_service.publications import PUBLICATIONS
from tests.support.echo_service.settings import settings_for
from tests.support.migrations import migrate
from tests.support.plugin import DatabaseUrl
from tests.support.postgres import LocalPostgres
from tests.support.tokens import TokenMaker
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.system, pytest.mark.apache_kafka]


@dataclass(frozen=True, slots=True)
class Drill:
    """A service that will lose its database, a receiver with a database of its own, and the backup."""

    echo: Echo
    postgres: LocalPostgres
    receiver: Database
    backup: Path

    async def say(self, *events: object) -> None:
        """Commit events on the service's database, and let its worker carry them."""
        await self.write(*events)
        await self.echo.settled(60)

    async def write(self, *events: object) -> None:
        database = Database(settings_for(self.echo.database_url), PUBLICATIONS)
        await database.start()
        try:
            async with database.transaction() as tx:
                tx.record(*events)
        finally:
            await database.stop()

    async def heard_of(self, caller: UUID) -> str | None:
        """Let the receiver read everything that is there; where it believes the caller to be."""
        processor = BatchProcessor(self.receiver, listen("receiver"), Inbox(EchoError))
        for record in await self.echo.kafka.records(CALLS):
            headers = [(name, value.encode()) for name, value in record.headers.items()]
            key = (record.key or "").encode()
            await processor.process(
                [ParkedRecord(record.topic, record.partition, record.offset, key, record.value, headers)]
            )
        place: str | None = await self.receiver.pool.fetchval("SELECT place FROM places WHERE caller_id = $1", caller)
        return place

    async def effects_of(self, caller: UUID) -> list[int]:
        async with self.echo.connection() as connection:
            rows = await connection.fetch("SELECT number FROM effects WHERE caller_id = $1 ORDER BY number", caller)
        return [row["number"] for row in rows]

    async def lose_and_restore(self) -> None:
        """Stop the service, lose its database, and put the backup in its place."""
        await self.echo.stop()
        self.echo.started.clear()
        await self.postgres.restore(self.backup)


@pytest.fixture
async def drill(
    mortal_postgres: LocalPostgres,
    mortal_apache_kafka: LocalBroker,
    database_url: DatabaseUrl,
    tmp_path: Path,
    tokens: TokenMaker,
) -> AsyncIterator[Drill]:
    kafka = mortal_apache_kafka.kafka
    await kafka.create_topics(CALLS, ANSWERS)
    address = await Databases(mortal_postgres, migrate).create("echo")
    echo = Echo(kafka, address, tmp_path, tokens, CALLS, ANSWERS, "echo")
    receiver = Database(settings_for(await database_url("echo")), PUBLICATIONS)
    await receiver.start()
    yield Drill(echo, mortal_postgres, receiver, tmp_path / "backup")
    await receiver.stop()
    await echo.stop()


async def test_what_is_said_after_a_restore_arrives_and_what_was_heard_is_heard_again(drill: Drill) -> None:
    caller = uuid4()
    await drill.echo.worker()
    await drill.say(Moved(caller, "Самара"), Called(caller, 1))
    await drill.postgres.back_up(drill.backup)
    await drill.say(Moved(caller, "Томск"), Called(caller, 2), Moved(caller, "Омск"))
    assert await drill.heard_of(caller) == "Омск"

    await drill.lose_and_restore()
    with pytest.raises(StackError, match="bilet-echo restored"):
        await drill.echo.worker()
    code, said = await drill.echo.command("restored")
    assert code == 0, said
    await drill.echo.worker()

    await drill.say(Moved(caller, "Курск"))
    assert await drill.heard_of(caller) == "Курск"
    assert await drill.effects_of(caller) == [1, 2]


async def test_what_waited_in_the_backup_and_was_said_since_is_not_said_again(drill: Drill) -> None:
    caller, other = uuid4(), uuid4()
    await drill.write(Moved(caller, "Самара"), Moved(other, "Пермь"))
    await drill.postgres.back_up(drill.backup)
    await drill.echo.worker()
    await drill.say(Moved(caller, "Томск"))
    await drill.lose_and_restore()

    assert (await drill.echo.command("restored"))[0] == 0
    await drill.echo.worker()
    await drill.say(Moved(caller, "Омск"))

    numbers = [record.sequence for record in await drill.echo.kafka.records(CALLS) if record.key == str(caller)]
    assert numbers == [1, 2, 3]
    assert await drill.heard_of(caller) == "Омск"


async def test_withdrawals_that_the_database_forgot_are_named_until_the_operator_goes_on(drill: Drill) -> None:
    caller = uuid4()
    await drill.echo.worker()
    await drill.say(Moved(caller, "Самара"))
    await drill.postgres.back_up(drill.backup)
    await drill.say(Forgotten(caller))
    await drill.lose_and_restore()

    await drill.write(Forgotten(caller))
    code, said = await drill.echo.command("restored")
    assert code == 3
    assert f"echo.caller-forgotten.v1\t{caller}" in said
    with pytest.raises(StackError, match="restored"):
        await drill.echo.worker()

    code, said = await drill.echo.command("restored", "--go-on")
    assert code == 0, said
    await drill.echo.worker()
    await wait_until(lambda: nothing_waits(drill.echo), 60)
    assert [record.sequence for record in await drill.echo.kafka.records(CALLS)] == [1, 2, 3]


async def test_a_worker_under_which_the_database_is_put_back_ends_and_gives_no_number_twice(drill: Drill) -> None:
    caller = uuid4()
    worker = await drill.echo.worker()
    await drill.say(Moved(caller, "Самара"))
    await drill.postgres.back_up(drill.backup)
    await drill.say(Moved(caller, "Томск"))
    await drill.postgres.restore(drill.backup)

    await drill.write(Moved(caller, "Омск"))
    await wait_until(lambda: worker.pid is None, 60, what="the worker has ended")

    assert [record.sequence for record in await drill.echo.kafka.records(CALLS)] == [1, 2]
    assert (await drill.echo.command("restored"))[0] == 0


async def test_nothing_is_restored_under_a_worker(drill: Drill) -> None:
    await drill.echo.worker()

    code, said = await drill.echo.command("restored")

    assert code == 1
    assert "worker" in said


async def test_restored_again_changes_nothing(drill: Drill) -> None:
    caller = uuid4()
    await drill.echo.worker()
    await drill.say(Moved(caller, "Самара"))
    await drill.echo.stop()
    drill.echo.started.clear()
    for _ in range(2):
        assert (await drill.echo.command("restored"))[0] == 0
    await drill.echo.worker()
    await drill.say(Moved(caller, "Томск"))

    assert [record.sequence for record in await drill.echo.kafka.records(CALLS)] == [1, 2]


async def test_a_database_in_front_of_kafka_is_no_older_one(drill: Drill) -> None:
    await drill.write(Moved(uuid4(), "Самара"))
    await drill.echo.worker()
    await wait_until(lambda: nothing_waits(drill.echo), 60)


async def nothing_waits(echo: Echo) -> bool:
    async with echo.connection() as connection:
        rows: asyncpg.Record | None = await connection.fetchrow("SELECT 1 FROM outbox LIMIT 1")
    return rows is None
