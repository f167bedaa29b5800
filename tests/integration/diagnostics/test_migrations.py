"""The migrations make exactly the tables that the code is written for."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

import bilet_diagnostics
from bilet_diagnostics.settings import Settings
from bilet_diagnostics.storage.tables import metadata
from bilet_kit.storage.database import engine_of
from bilet_kit.storage.migrations import migrate, migrations_beside
from tests.support.databases import Databases


async def test_migrated_tables_equal_the_metadata(databases: Databases) -> None:
    async def leave_empty(_: str, __: str) -> None:
        """Override the rows that other tests expect: here the migrations are tested."""

    empty = Databases(databases.server, leave_empty)
    address = await empty.create("diagnostics")
    try:
        settings = Settings.model_validate({"environment": "test", "database_url": address})
        await migrate(settings, migrations_beside(bilet_diagnostics.__file__))
        engine = engine_of(settings)
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []
        await engine.dispose()
    finally:
        await empty.drop_all()


def differences(connection: Connection) -> list[object]:
    own = set(metadata.tables)

    def is_own(_: object, name: str | None, kind: str, __: bool, ___: object) -> bool:  # noqa: FBT001 - alembic's shape
        return kind != "table" or name in own

    context = MigrationContext.configure(connection, opts={"include_object": is_own, "compare_server_default": True})
    found: list[object] = list(compare_metadata(context, metadata))
    return found
