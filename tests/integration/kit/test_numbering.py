"""Outbox rows are numbered per key: id order, commit order and numbers agree, without gaps."""

import asyncio
from collections import Counter
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bilet_kit.storage.database import Database
from tests.support.echo_service.domain import Called, Echoed

KEYS = [UUID(int=number) for number in range(1, 5)]
# What parallel transactions say: each is a list of keys, and whether it is rolled back in the end.
WORKLOADS = st.lists(
    st.tuples(st.lists(st.sampled_from(KEYS), min_size=1, max_size=6), st.booleans()), min_size=2, max_size=12
)


class GaveUpError(Exception):
    """The use case failed after it had recorded its events."""


async def say(database: Database, keys: list[UUID], *, fails: bool) -> None:
    async with database.transaction() as tx:
        for number, key in enumerate(keys):
            tx.record(Called(key, number))
        if fails:
            raise GaveUpError


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(workload=WORKLOADS)
async def test_numbers_have_no_gaps_whoever_commits_first_and_whoever_fails(
    database: Database, workload: list[tuple[list[UUID], bool]]
) -> None:
    await database.pool.execute("TRUNCATE outbox, key_sequence")

    outcomes = await asyncio.gather(
        *(say(database, keys, fails=fails) for keys, fails in workload), return_exceptions=True
    )

    assert [isinstance(outcome, GaveUpError) for outcome in outcomes] == [fails for _, fails in workload]
    said = Counter(key for keys, fails in workload if not fails for key in keys)
    rows = await database.pool.fetch("SELECT key, array_agg(sequence ORDER BY id) AS numbers FROM outbox GROUP BY key")
    assert {UUID(row["key"]): row["numbers"] for row in rows} == {
        key: list(range(1, count + 1)) for key, count in said.items()
    }


async def test_events_of_one_transaction_keep_the_order_in_which_they_were_recorded(database: Database) -> None:
    first, second = uuid4(), uuid4()
    async with database.transaction() as tx:
        tx.record(Called(first, 1), Called(second, 1), Called(first, 2))
        tx.record(Called(first, 3))
    rows = await database.pool.fetch(
        "SELECT key, sequence, (payload->>'number')::int AS number FROM outbox ORDER BY id"
    )
    assert [(UUID(row["key"]), row["sequence"], row["number"]) for row in rows] == [
        (first, 1, 1),
        (second, 1, 1),
        (first, 2, 2),
        (first, 3, 3),
    ]


async def test_each_topic_counts_a_key_for_itself(database: Database) -> None:
    key = uuid4()
    async with database.transaction() as tx:
        tx.record(Called(key, 1), Echoed(key, 1), Called(key, 2))
    rows = await database.pool.fetch("SELECT type, sequence FROM outbox ORDER BY id")
    assert [(row["type"], row["sequence"]) for row in rows] == [
        ("echo.called.v1", 1),
        ("echo.echoed.v1", 1),
        ("echo.called.v1", 2),
    ]


async def test_transactions_over_the_same_keys_in_opposite_order_do_not_lock_each_other_out(
    database: Database,
) -> None:
    first, second = uuid4(), uuid4()
    await asyncio.gather(
        *(say(database, [first, second] if turn % 2 else [second, first], fails=False) for turn in range(40))
    )
    assert await database.pool.fetchval("SELECT count(*) FROM outbox") == 80
    assert await database.pool.fetchval("SELECT array_agg(n) FROM key_sequence") == [40, 40]


async def test_nothing_is_said_when_the_transaction_fails(database: Database, look: asyncpg.Connection) -> None:
    with pytest.raises(GaveUpError):
        await say(database, [uuid4()], fails=True)
    assert await look.fetchval("SELECT count(*) FROM outbox") == 0
    assert await look.fetchval("SELECT count(*) FROM key_sequence") == 0


async def say_the_unsayable(database: Database) -> None:
    async with database.transaction() as tx:
        tx.record(Called(uuid4(), 1))
        tx.record(object())


async def test_an_event_that_nobody_translates_stops_the_transaction(
    database: Database, look: asyncpg.Connection
) -> None:
    with pytest.raises(KeyError):
        await say_the_unsayable(database)
    assert await look.fetchval("SELECT count(*) FROM outbox") == 0


async def test_the_relay_is_told_after_the_commit_and_only_then(database: Database, look: asyncpg.Connection) -> None:
    told = asyncio.Event()
    await look.add_listener("bilet_outbox", lambda *_: told.set())
    async with database.transaction() as tx:
        tx.record(Called(uuid4(), 1))
        await look.execute("SELECT 1")
        assert not told.is_set()
    await asyncio.wait_for(told.wait(), 5)
    assert await look.fetchval("SELECT count(*) FROM outbox") == 1
