"""A fresh database for every test, copied from a template that is migrated once in a run."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from tests.support.postgres import PostgresServer

Migrate = Callable[[str, str], Awaitable[None]]
"""Brings the database of a service (first argument) at an address (second) to its newest schema."""


@dataclass(slots=True, eq=False)
class Databases:
    """Makes databases on one server; `migrate` is called once per service and run."""

    server: PostgresServer
    migrate: Migrate
    run: str = field(default_factory=lambda: uuid4().hex[:8])
    _templates: dict[str, str] = field(default_factory=dict)
    _made: list[str] = field(default_factory=list)

    async def create(self, service: str) -> str:
        """Create a database with the newest schema of `service` and no rows of a test, and return its address."""
        template = await self._template(service)
        name = f"{service}_{self.run}_{len(self._made)}"
        await self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self._made.append(name)
        return self.server.url(name)

    async def drop_all(self) -> None:
        """Drop what this run made, whoever is still connected."""
        for name in [*self._made, *self._templates.values()]:
            await self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._made.clear()
        self._templates.clear()

    async def drop(self, address: str) -> None:
        name = urlsplit(address).path.lstrip("/")
        await self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._made.remove(name)

    async def _template(self, service: str) -> str:
        if service not in self._templates:
            name = f"template_{service}_{self.run}"
            await self._administer(f'CREATE DATABASE "{name}"')
            await self.migrate(service, self.server.url(name))
            self._templates[service] = name
        return self._templates[service]

    async def _administer(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server.url())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()
