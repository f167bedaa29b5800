"""Seasons as the rules ask for them; `catalogue` lists them and `pack` writes them."""

from sqlalchemy import select

from bilet_booking.domain.catalogue import Season
from bilet_booking.storage.tables import seasons
from bilet_kit.storage.database import Transaction


async def current(tx: Transaction, region_code: str) -> Season | None:
    """Find the region's newest season."""
    query = select(seasons).where(seasons.c.region_code == region_code).order_by(seasons.c.year.desc()).limit(1)
    row = (await tx.session.execute(query)).mappings().one_or_none()
    return Season(**row) if row else None
