"""Seasons as booking published them."""

from sqlalchemy import select

from bilet_identity.domain.season import Season
from bilet_identity.storage.tables import seasons
from bilet_kit.storage.database import Transaction


async def seasons_of(tx: Transaction, region_code: str) -> list[Season]:
    """List all known seasons of a region, past ones included."""
    statement = select(seasons.c.registration_from, seasons.c.closes).where(seasons.c.region_code == region_code)
    return [Season(row.registration_from, row.closes) for row in await tx.rows(statement)]
