"""Bringing a new database to the schema of a service."""

import importlib

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine

from bilet_kit.clock import BUSINESS_NOW
from bilet_kit.schema import kit_metadata

MODULES = {"echo": "tests.support.echo_service.tables"}


async def migrate(service: str, address: str) -> None:
    """Make the kit's tables and the service's own in the database at `address`."""
    tables = importlib.import_module(MODULES.get(service, f"bilet_{service}.storage.tables"))
    engine = create_async_engine(address.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.run_sync(kit_metadata.create_all)
        await connection.run_sync(tables.metadata.create_all)
    await engine.dispose()
    plain = await asyncpg.connect(address)
    await plain.execute(BUSINESS_NOW)
    await plain.close()
