"""Identity's public keys as this service fetched them last."""

from bilet_kit.storage.database import Database


async def find_keys(database: Database) -> str | None:
    """Find the key set (JWKS, JSON) that was fetched last; None before the first."""
    kept: str | None = await database.pool.fetchval("SELECT key_set FROM published_keys")
    return kept


async def keep_keys(database: Database, key_set: str) -> None:
    """Keep a fetched key set in place of the one before."""
    await database.pool.execute(
        "INSERT INTO published_keys AS k (key_set) VALUES ($1) "
        "ON CONFLICT (id) DO UPDATE SET key_set = excluded.key_set, fetched_at = clock_timestamp()",
        key_set,
    )
