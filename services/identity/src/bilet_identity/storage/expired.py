"""Rows past their term are deleted by index and in pages, so that no deletion holds many rows or reads a whole table."""

from datetime import date, datetime

from sqlalchemy import Column

from bilet_kit.storage.database import Transaction

PAGE = 1_000


async def forget(
    tx: Transaction, term: Column[datetime] | Column[date], before: datetime | date, *, only: str = "true"
) -> bool:
    """Delete a page of the rows whose term ended before a moment, those for which `only` is true; whether it was full.

    Rows that another worker is deleting are left to it.
    """
    table = term.table.name
    deleted = await tx.fetch(
        f"DELETE FROM {table} WHERE ctid = ANY (ARRAY("  # noqa: S608 - names and conditions of our own
        f"SELECT ctid FROM {table} WHERE {term.name} < $1 AND {only} LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1",
        before,
        PAGE,
    )
    return len(deleted) == PAGE
