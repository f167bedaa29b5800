"""The migrated database is the one the code is written for."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, pool, text

from bilet_booking.storage.tables import metadata
from bilet_kit.process.service import Service
from bilet_kit.storage.database import engine_of

_SHAPE = """
SELECT c.conrelid::regclass::text || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid) AS shape
FROM pg_constraint c WHERE c.conrelid::regclass::text = ANY (:tables) AND c.contype <> 'n'
UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename = ANY (:tables)
UNION ALL SELECT relname || coalesce(array_to_string(reloptions, ','), '') FROM pg_class
    WHERE relkind = 'r' AND relname = ANY (:tables)
"""


async def test_the_migrations_build_the_tables_the_code_names(service: Service) -> None:
    def differences(connection: Connection) -> list[object]:
        own = {table.name for table in metadata.sorted_tables}
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in own}
        )
        return list(compare_metadata(context, metadata))

    engine = engine_of(service.settings, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()

    assert found == []


async def test_constraints_and_indexes_are_the_same_too(service: Service) -> None:
    """Alembic does not compare CHECKs and exclusions, and they carry the promises."""
    engine = engine_of(service.settings, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        migrated = await connection.run_sync(_shape)
        await connection.run_sync(_rebuild)
        built = await connection.run_sync(_shape)
        await connection.rollback()
    await engine.dispose()

    assert any("EXCLUDE USING gist" in line for line in migrated)
    assert migrated == built


def _shape(connection: Connection) -> list[str]:
    tables = [table.name for table in metadata.sorted_tables]
    return sorted(connection.scalars(text(_SHAPE), {"tables": tables}))


def _rebuild(connection: Connection) -> None:
    whole: MetaData = metadata
    whole.drop_all(connection)
    whole.create_all(connection)
