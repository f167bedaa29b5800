"""A service as its composition root builds it: everything that its processes need."""

import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from fastapi import APIRouter

from bilet_kit.consuming.batches import BatchProcessor
from bilet_kit.consuming.consumers import Consumers
from bilet_kit.consuming.inbox import Inbox
from bilet_kit.settings import ServiceSettings
from bilet_kit.storage.database import Database, Transaction
from bilet_kit.storage.outbox import Publications
from bilet_kit.web.auth import KeySet

Republish = Callable[[Transaction, UUID | None], Awaitable[UUID | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Background work of the worker. It runs in every replica, so it claims the rows it works on (SKIP LOCKED).

    Attributes:
        every: seconds of real time between the end of a run and the next one.
        run: does one round, and returns true when there is more to do at once.
    """

    name: str
    every: float
    run: Callable[[Database], Awaitable[bool | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The parts of one service.

    Attributes:
        problems: HTTP status of each class of domain error; the nearest class in its ancestry counts.
        republish: by name, a use case that publishes a page of whole entities after a given id and returns the last
            id, or None when there are no more.
        parts: what the routes need besides the transaction; each service has a class of its own for it, `api/parts.py`.
    """

    name: str
    title: str
    settings: ServiceSettings
    database: Database
    verifier: KeySet
    publications: Publications
    consumers: Consumers
    domain_error: type[Exception]
    migrations: Path
    router: APIRouter
    problems: Mapping[type[Exception], int] = field(default_factory=dict)
    jobs: tuple[Job, ...] = ()
    republish: Mapping[str, Republish] = field(default_factory=dict)
    parts: object = None

    @property
    def processor(self) -> BatchProcessor:
        """The processor that settles batches of records for this service."""
        return BatchProcessor(self.database, self.consumers, Inbox(self.domain_error))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open the database and fetch the keys, for as long as the process runs.

        Objects loaded by then live to the end, so the garbage collector leaves them alone and visits the others less
        often: its visits cost the hot paths a tenth to a fifth of their throughput (measured).
        """
        await self.database.start()
        try:
            async with self.verifier.refreshed(self.database):
                gc.set_threshold(10_000)
                gc.freeze()
                yield
        finally:
            await self.database.stop()
