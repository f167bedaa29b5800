"""The floors' own database."""

from pathlib import Path

import asyncpg

from tests.benchmarks.servers import Servers

_SCHEMA = Path(__file__).with_name("schema.sql")


async def bare_database(servers: Servers) -> str:
    """Create a database with the floors' tables and return its address."""
    administrator = await asyncpg.connect(servers.postgres.url())
    try:
        await administrator.execute("DROP DATABASE IF EXISTS bare WITH (FORCE)")
        await administrator.execute("CREATE DATABASE bare")
    finally:
        await administrator.close()
    address = servers.postgres.url("bare")
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(_SCHEMA.read_text(encoding="utf-8"))
    finally:
        await connection.close()
    return address
