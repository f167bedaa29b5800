"""Seasons as the rules ask for them; `catalogue` lists them and `pack` writes them."""

from sqlalchemy import bindparam, select

from bilet_booking.domain.catalogue import Season
from bilet_booking.storage.tables import seasons
from bilet_kit.storage.database import Transaction
from bilet_kit.storage.statements import Statement

_CURRENT = Statement(
    select(seasons).where(seasons.c.region_code == bindparam("region_code")).order_by(seasons.c.year.desc()).limit(1)
)


async def current(tx: Transaction, region_code: str) -> Season | None:
    """Find the region's newest season."""
    row = await tx.row(_CURRENT, region_code=region_code)
    return Season(**row) if row else None
