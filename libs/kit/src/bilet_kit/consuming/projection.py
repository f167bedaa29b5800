"""Projections: what a service keeps of another's state, the newest whatever the order of arrival.

State-carrying events hold the whole state, so the row with the highest sequence of its (topic, key) wins.
"""

from collections.abc import Callable, Mapping
from functools import cached_property

import orjson
from pydantic import BaseModel
from sqlalchemy import Table

from bilet_contracts.base import Event
from bilet_kit.storage.database import Transaction

Row = Mapping[str, object]


class Projection:
    """A table fed by the events of one producer; it has a column `sequence`, the producer's number.

    Rows of a batch are collected, the newest per key kept, and written by one statement, sorted by key so that two
    consumers cannot lock each other out.
    """

    def __init__(self, table: Table, key: tuple[str, ...]) -> None:
        self.table = table
        self.key = key

    @cached_property
    def statement(self) -> str:
        """The upsert of whole rows, given as a JSON array in `$1`; PostgreSQL knows their types from the table."""
        name = self.table.name
        columns = [column.name for column in self.table.columns]
        changed = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in self.key)
        listed, key = ", ".join(columns), ", ".join(self.key)
        return (
            f"INSERT INTO {name} ({listed}) "  # noqa: S608 — names come from our own table definition
            f"SELECT {listed} FROM jsonb_populate_recordset(NULL::{name}, $1::jsonb) ORDER BY {key} "
            f"ON CONFLICT ({key}) DO UPDATE SET {changed} WHERE {name}.sequence < excluded.sequence"
        )

    def row_by_name(self, event: type[Event]) -> Callable[[Event], Row]:
        """Make the function that copies an event's fields into the columns of the same names.

        Raises:
            TypeError: a column has no such field, found when the service is imported; it needs a function of its own.
        """
        columns = [str(column.name) for column in self.table.columns if column.name != "sequence"]
        missing = [name for name in columns if name not in event.model_fields]
        if missing:
            raise TypeError(f"{event.type} has no field for {', '.join(missing)} of {self.table.name}")

        def row_of(event: Event) -> Row:
            return {name: getattr(event, name) for name in columns}

        return row_of


class PendingRows:
    """Rows of one batch that wait to be written."""

    def __init__(self) -> None:
        self._rows: dict[Projection, dict[tuple[object, ...], Row]] = {}

    def add(self, projection: Projection, row: Row, sequence: int) -> None:
        """Add a row, unless a newer one of its key waits already."""
        rows = self._rows.setdefault(projection, {})
        key = tuple(row[column] for column in projection.key)
        present = rows.get(key)
        if present is None or int(str(present["sequence"])) < sequence:
            rows[key] = {**row, "sequence": sequence}

    async def flush(self, tx: Transaction) -> None:
        """Write the rows that wait."""
        for projection, rows in self._rows.items():
            await tx.execute(projection.statement, orjson.dumps(list(rows.values()), default=_plain).decode())
        self._rows.clear()


def _plain(value: object) -> object:
    """Write a part of an event as the JSON column keeps it: without its nulls."""
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_none=True)
    raise TypeError(f"a projection cannot keep a {type(value).__name__}")
