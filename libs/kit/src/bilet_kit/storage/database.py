"""A service's database and its two transaction edges.

`Database.transaction()` is the habit: statements composed with SQLAlchemy, recorded domain events, and their outbox rows
as the last statement. `Database.pool` is the other edge, for the few hot paths that are one statement with its own
commit. Its statements are planned once per connection, because planning each anew took as long as running it.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.sql.base import Executable

from bilet_kit.observability import metrics
from bilet_kit.settings import ServiceSettings
from bilet_kit.storage.outbox import STORE_EVENTS, Publications, Published, store_arguments
from bilet_kit.storage.statements import Call, Statement, call_of

OUTBOX_CHANNEL = "bilet_outbox"
_WAKE_INTERVAL = 0.002
_LIMITS = {"statement_timeout": "15000", "lock_timeout": "5000", "idle_in_transaction_session_timeout": "30000"}
_CONNECT: dict[str, Any] = {"server_settings": _LIMITS | {"jit": "off"}, "timeout": 5}
_HOT: dict[str, Any] = {"server_settings": _CONNECT["server_settings"] | {"plan_cache_mode": "force_generic_plan"}}
_WAIT_FOR_CONNECTION = 5.0
_STATEMENTS = 512
"""Prepared statements that a connection remembers; more than a service has."""


_NOW = "SELECT business_now()"


class Row(asyncpg.Record):
    """A row, its columns by name as items and as attributes."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - columns have many types
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


if TYPE_CHECKING:
    Driver = asyncpg.Connection[Row] | asyncpg.pool.PoolConnectionProxy[Row]


def engine_of(settings: ServiceSettings, **options: Any) -> AsyncEngine:  # noqa: ANN401 — SQLAlchemy's own
    """Make an engine whose connections asyncpg opens by the URL itself, with every option that a URL may carry."""
    return create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(settings.asyncpg_url, **_CONNECT), **options
    )


class NotCommittedError(Exception):
    """PostgreSQL rolled back what it was asked to commit, because a statement had failed and nobody said so."""


class Transaction:
    """One unit of work.

    Attributes:
        now: business time at the beginning of the transaction, aware UTC.
    """

    def __init__(self, driver: "Driver", now: datetime, publications: Publications) -> None:
        self.now = now
        self._driver = driver
        self._publications = publications
        self.published: list[Published] = []

    def record(self, *domain_events: object) -> None:
        """Publish these domain events when the transaction commits, in this order."""
        for event in domain_events:
            self.published += self._publications.translate(event)

    async def now_after_lock(self) -> datetime:
        """Read the business clock again.

        A transaction that waited for a lock decides by the time at which it got it: `now` is older than the wait.
        """
        moment: datetime = await self._driver.fetchval(_NOW)
        return moment

    async def rows(self, statement: Statement | Executable, **values: object) -> list[Row]:
        """Run a statement and return its rows."""
        sql, arguments = _call(statement, values)
        return await self._driver.fetch(sql, *arguments)

    async def row(self, statement: Statement | Executable, **values: object) -> Row | None:
        """Run a statement and return its first row, if there is one."""
        sql, arguments = _call(statement, values)
        return await self._driver.fetchrow(sql, *arguments)

    async def value(self, statement: Statement | Executable, **values: object) -> Any:  # noqa: ANN401 - of any type
        """Run a statement and return the first column of its first row; None without a row."""
        sql, arguments = _call(statement, values)
        return await self._driver.fetchval(sql, *arguments)

    async def column(self, statement: Statement | Executable, **values: object) -> list[Any]:
        """Run a statement and return the first column of its rows."""
        return [row[0] for row in await self.rows(statement, **values)]

    async def run(self, statement: Statement | Executable, **values: object) -> None:
        """Run a statement for its effect."""
        await self.rows(statement, **values)

    async def insert(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert rows, which all have the same columns, in one round trip; none is no insert."""
        if rows:
            statement = Statement(insert(table), tuple(rows[0]))
            calls = [statement.call(row) for row in rows]
            await self._driver.executemany(calls[0][0], [arguments for _, arguments in calls])

    async def fetch(self, sql: str, *arguments: object) -> list[Row]:
        """Fetch the rows of a statement that is written in SQL, with PostgreSQL's own parameters (`$1`)."""
        return await self._driver.fetch(sql, *arguments)

    async def execute(self, sql: str, *arguments: object) -> None:
        """Execute a statement that is written in SQL, with PostgreSQL's own parameters."""
        await self._driver.execute(sql, *arguments)


def _call(statement: Statement | Executable, values: Mapping[str, object]) -> Call:
    return statement.call(values) if isinstance(statement, Statement) else call_of(statement, values)


class Database:
    """The pools of one service's database, and the transaction edges over them."""

    pool: asyncpg.Pool
    _transactions: "asyncpg.Pool[Row]"

    def __init__(self, settings: ServiceSettings, publications: Publications) -> None:
        self._settings = settings
        self._publications = publications
        self._wake = asyncio.Event()
        self._waker: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open both pools and begin to wake the relay after commits."""
        self.pool = await self._open(**_HOT)
        self._transactions = await self._open(init=_read_json, record_class=Row)
        self._waker = asyncio.create_task(self._notify_when_woken())
        metrics.FREE_CONNECTIONS.labels("hot").set_function(partial(_free, self.pool))
        metrics.FREE_CONNECTIONS.labels("transactions").set_function(partial(_free, self._transactions))

    async def stop(self) -> None:
        """Stop waking the relay and close both pools; the relay polls as well."""
        if self._waker is None:
            return
        self._waker.cancel()
        with suppress(asyncio.CancelledError):
            await self._waker
        for pool in (self.pool, self._transactions):
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await asyncio.wait_for(pool.close(), 5)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction that stores its events and commits when left, and then wakes the relay.

        Left by an exception it is rolled back, when its connection goes back to the pool.

        Raises:
            NotCommittedError: a statement had failed before, whoever passed over it.
        """
        async with self._transactions.acquire(timeout=_WAIT_FOR_CONNECTION) as driver:
            await driver.execute("BEGIN")
            try:
                work = Transaction(driver, await driver.fetchval(_NOW), self._publications)
                yield work
                if work.published:
                    await work.execute(STORE_EVENTS, *store_arguments((item, work.now) for item in work.published))
            except BaseException:
                await _roll_back(driver)
                raise
            if await driver.execute("COMMIT") != "COMMIT":
                raise NotCommittedError
        if work.published:
            self.wake_relay()

    async def is_reachable(self) -> bool:
        """Whether the database answers within a second."""
        with suppress(Exception):
            async with asyncio.timeout(1):
                return bool(await self.pool.fetchval("SELECT true"))
        return False

    def wake_relay(self) -> None:
        """Have the relay told of committed outbox rows, at most once per 2 ms and process."""
        self._wake.set()

    async def _notify_when_woken(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            with suppress(Exception):  # the relay polls as well
                await self.pool.execute(f"NOTIFY {OUTBOX_CHANNEL}")
            await asyncio.sleep(_WAKE_INTERVAL)

    async def _open(self, **options: Any) -> Any:  # noqa: ANN401 - asyncpg's own
        return await asyncpg.create_pool(
            self._settings.asyncpg_url,
            min_size=1,
            max_size=self._settings.database_pool,
            reset=_leave_nothing_open,
            statement_cache_size=_STATEMENTS,
            **_CONNECT | options,
        )


def _free(pool: "asyncpg.Pool[Any]") -> int:
    return pool.get_max_size() - pool.get_size() + pool.get_idle_size()


async def _read_json(connection: asyncpg.Connection) -> None:
    """Have documents arrive as what they say; they are written as text."""
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=orjson.loads)


async def _roll_back(driver: "Driver") -> None:
    """End an unfinished transaction; where that fails, too, the pool does it or drops the connection."""
    with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        await driver.execute("ROLLBACK")


async def _leave_nothing_open(connection: asyncpg.Connection) -> None:
    """Take the place of asyncpg's reset query: transactions are all that anybody here leaves in a session."""
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")
