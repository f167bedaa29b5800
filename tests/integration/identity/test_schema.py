"""The migrated database is the one the code is written for."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, pool

from bilet_identity.settings import Settings
from bilet_identity.storage.access_tables import accounts
from bilet_kit.storage.database import engine_of


async def test_the_migrations_build_the_tables_the_code_names(settings: Settings) -> None:
    engine = engine_of(settings, poolclass=pool.NullPool)

    def differences(connection: Connection) -> list[object]:
        metadata = accounts.metadata
        own = {table.name for table in metadata.sorted_tables}
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in own}
        )
        return list(compare_metadata(context, metadata))

    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()

    assert found == []
