"""Migrations run as a command of their own; a process with a stale schema refuses to start."""

from importlib import resources
from pathlib import Path

import structlog
from alembic import command, context
from alembic.config import Config
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, pool, text

from bilet_kit.settings import ServiceSettings
from bilet_kit.storage.database import Database, engine_of

_log = structlog.get_logger()
_ONE_AT_A_TIME = 0x42494C4554  # "BILET": advisory lock of whoever migrates a database


class StaleSchemaError(RuntimeError):
    """The database is behind the revision that this code was written for."""


def migrations_beside(module: str) -> Path:
    """Find a service's migrations by a module of its package: inside when installed, beside the sources in a checkout."""
    package = Path(module).resolve().parent
    installed = package / "migrations"
    return installed if installed.is_dir() else package.parents[1] / "migrations"


def create_kit_tables(op: Operations) -> None:
    """Create the kit's first tables, the first step of every service's first migration."""
    execute_script(op, _of_the_kit("schema.sql"))
    op.execute(_of_the_kit("store_events.sql"))


def change_kit_tables(op: Operations, step: int) -> None:
    """Take the kit's tables to a later step; each service does so in a migration of its own."""
    execute_script(op, _of_the_kit(f"schema_{step}.sql"))
    op.execute(_of_the_kit("store_events.sql"))


def _of_the_kit(script: str) -> str:
    return resources.files("bilet_kit.storage").joinpath(script).read_text(encoding="utf-8")


def execute_script(op: Operations, sql: str) -> None:
    """Execute a script statement by statement, as asyncpg wants them; a statement ends in `;` at the end of its line."""
    for statement in filter(str.strip, sql.split(";\n")):
        op.execute(statement)


def run_in_env(metadata: MetaData) -> None:
    """Run a service's migrations on the connection that `migrate` opened; the whole of its `migrations/env.py`."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


async def migrate(settings: ServiceSettings, folder: Path, revision: str = "head") -> None:
    """Bring the database to `revision`, waiting at most 2 s for a table so that a live service never stands still."""
    engine = engine_of(settings, poolclass=pool.NullPool)
    config = _config(folder)

    def upgrade(connection: Connection) -> None:
        waits = ("SET lock_timeout = 0", f"SELECT pg_advisory_lock({_ONE_AT_A_TIME})", "SET lock_timeout = '2s'")
        for statement in (*waits, "SET statement_timeout = 0"):
            connection.execute(text(statement))
        connection.commit()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()

    async with engine.connect() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()


async def refuse_stale_schema(database: Database, folder: Path) -> None:
    """Compare the database's revision with the code's; one that is ahead is no obstacle (expand, then contract).

    Raises:
        StaleSchemaError: the database is behind.
    """
    scripts = ScriptDirectory.from_config(_config(folder))
    known = await database.pool.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
    found = await database.pool.fetchval("SELECT version_num FROM alembic_version") if known else None
    wanted = str(scripts.get_current_head())  # revisions are numbered, "0001" before "0002"
    if found is None or found < wanted:
        _log.error("schema-stale-run-migrate", version=found)
        raise StaleSchemaError(f"the database is at revision {found}, the code needs {wanted}: run the migrate command")


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    return config
