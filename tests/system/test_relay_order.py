"""Why the relay reads what is there instead of remembering how far it came."""

from uuid import UUID, uuid4

import asyncpg
import pytest

from bilet_kit.storage.outbox import STORE_EVENTS, store_arguments
from tests.support.echo_processes import Echo
from tests.support.echo_service.domain import Called
from tests.support.echo_service.publications import PUBLICATIONS
from tests.support.records import OCCURRED
from tests.support.waiting import wait_until

pytestmark = pytest.mark.system


async def store(connection: asyncpg.Connection, echo: Echo, caller: UUID) -> None:
    """Outbox row of one call, as the kit's last statement before a commit writes it."""
    arguments = list(store_arguments((said, OCCURRED) for said in PUBLICATIONS.translate(Called(caller, 1))))
    arguments[4] = [echo.calls]
    await connection.execute(STORE_EVENTS, *arguments)


async def late_commit(echo: Echo) -> UUID:
    """Two transactions draw their ids in one order and commit in the other, with time for the relay between.

    Returns the caller whose row came late.
    """
    late = uuid4()
    async with echo.connection() as slow, echo.connection() as fast:
        transaction = slow.transaction()
        await transaction.start()
        await store(slow, echo, late)
        await store(fast, echo, uuid4())
        await wait_until(lambda: nothing_waits(fast), 30, what="the relay to carry the row that committed first")
        await transaction.commit()
    return late


async def nothing_waits(connection: asyncpg.Connection) -> bool:
    return bool(await connection.fetchval("SELECT count(*) = 0 FROM outbox"))


async def test_a_row_that_commits_late_with_an_early_id_is_carried(echo: Echo) -> None:
    await echo.worker()
    await late_commit(echo)
    await echo.wait_for_effects(2)
    await echo.settled()
    assert await echo.broken_promises() == []


async def test_a_relay_that_remembers_the_last_id_loses_it_and_the_checker_sees_it(echo: Echo) -> None:
    await echo.worker(sabotage="relay-after-last-seen")
    late, later = await late_commit(echo), uuid4()
    async with echo.connection() as connection:
        await store(connection, echo, later)
    await wait_until(lambda: carried(echo, later), 30, what="the row behind the lost one")
    assert f"{echo.calls} {late}: 1 committed, 0 carried" in await echo.broken_promises()


async def carried(echo: Echo, caller: UUID) -> bool:
    return str(caller) in {record.key for record in await echo.records()}
