"""A service's database and its two transaction edges.

`Database.transaction()` is the habit: SQLAlchemy, recorded domain events, and their outbox rows as the last statement.
`Database.pool` is the other edge, for the few hot paths that are one asyncpg statement with its own commit. Its
statements are planned once per connection, because planning each anew took as long as running it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any, cast

import asyncpg
from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from bilet_kit.observability import metrics
from bilet_kit.settings import ServiceSettings
from bilet_kit.storage.outbox import STORE_EVENTS, Publications, Published, store_arguments

OUTBOX_CHANNEL = "bilet_outbox"
_WAKE_INTERVAL = 0.002
_LIMITS = {"statement_timeout": "15000", "lock_timeout": "5000", "idle_in_transaction_session_timeout": "30000"}
_CONNECT: dict[str, Any] = {"server_settings": _LIMITS | {"jit": "off"}, "timeout": 5}
_HOT = _CONNECT | {"server_settings": _CONNECT["server_settings"] | {"plan_cache_mode": "force_generic_plan"}}


def engine_of(settings: ServiceSettings, **options: Any) -> AsyncEngine:  # noqa: ANN401 — SQLAlchemy's own
    """Make an engine whose connections asyncpg opens by the URL itself, with every option that a URL may carry."""
    return create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(settings.asyncpg_url, **_CONNECT), **options
    )


class Transaction:
    """One unit of work.

    Attributes:
        session: SQLAlchemy session inside the transaction; never commit it.
        now: business time at the beginning of the transaction, aware UTC.
    """

    def __init__(
        self, session: AsyncSession, driver: asyncpg.Connection, now: datetime, publications: Publications
    ) -> None:
        self.session = session
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
        row = (await self.fetch("SELECT business_now() AS now"))[0]
        moment: datetime = row["now"]
        return moment

    async def fetch(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        """Fetch the rows of a statement with PostgreSQL's own parameters (`$1`), inside the transaction."""
        await self.session.flush()
        return await self._driver.fetch(sql, *arguments)

    async def execute(self, sql: str, *arguments: object) -> None:
        """Execute a statement with PostgreSQL's own parameters, inside the transaction."""
        await self.session.flush()
        await self._driver.execute(sql, *arguments)


class Database:
    """The pools of one service's database, and the transaction edges over them."""

    pool: asyncpg.Pool

    def __init__(self, settings: ServiceSettings, publications: Publications) -> None:
        self._settings = settings
        self._publications = publications
        self._engine = engine_of(settings, pool_size=settings.database_pool, max_overflow=0, pool_timeout=5)
        self._wake = asyncio.Event()
        self._waker: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the pool of the hot paths and begin to wake the relay after commits."""
        options: dict[str, Any] = {"min_size": 1, "max_size": self._settings.database_pool, "reset": _keep_session}
        self.pool = await asyncpg.create_pool(self._settings.asyncpg_url, **options, **_HOT)
        self._waker = asyncio.create_task(self._notify_when_woken())
        most, hot, pool = self._settings.database_pool, self.pool, cast("QueuePool", self._engine.pool)
        metrics.FREE_CONNECTIONS.labels("hot").set_function(lambda: most - hot.get_size() + hot.get_idle_size())
        metrics.FREE_CONNECTIONS.labels("sqlalchemy").set_function(lambda: most - pool.checkedout())

    async def stop(self) -> None:
        """Stop waking the relay and close both pools; the relay polls as well."""
        if self._waker is not None:
            self._waker.cancel()
            with suppress(asyncio.CancelledError):
                await self._waker
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await asyncio.wait_for(self.pool.close(), 5)
        await self._engine.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction that stores its events and commits when left, and then wakes the relay."""
        async with AsyncSession(self._engine, expire_on_commit=False) as session:
            connection = await session.connection()
            now = (await connection.exec_driver_sql("SELECT business_now()")).scalar_one()
            driver: Any = (await connection.get_raw_connection()).driver_connection
            work = Transaction(session, driver, now, self._publications)
            yield work
            if work.published:
                await work.execute(STORE_EVENTS, *store_arguments((item, work.now) for item in work.published))
            await session.commit()
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


async def _keep_session(_: asyncpg.Connection) -> None:
    """Skip asyncpg's reset query, because hot paths leave nothing behind in a session."""
