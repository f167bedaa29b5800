"""Sees from the outside when rows are committed: a statement trigger tells a listener, which disturbs little.

A notification is sent at the commit and arrives a little after it, so what is measured is an upper bound.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import asyncpg

_TRIGGER = """
CREATE OR REPLACE FUNCTION tell_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('measured_{table}', {what}) FROM changed; RETURN NULL; END $$;
CREATE OR REPLACE TRIGGER measured AFTER {event} ON {table}
REFERENCING {transition} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_{table}();
"""


@dataclass(slots=True)
class Watch:
    """What was told, and when (CLOCK_MONOTONIC seconds)."""

    times: dict[str, float] = field(default_factory=dict)
    counts: list[tuple[float, int]] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)

    def hear(self, payload: str) -> None:
        now = time.monotonic()
        kind, _, rest = payload.partition(" ")
        if kind == "count":
            self.counts.append((now, int(rest.partition(" ")[0])))
        else:
            self.times[rest] = now
        self._changed.set()

    async def counted(self, total: int, within: float) -> None:
        """Wait until so many rows were counted.

        Raises:
            TimeoutError: they were not within the seconds given.
        """
        async with asyncio.timeout(within):
            while self.total < total:
                self._changed.clear()
                await self._changed.wait()

    async def told(self, name: str, within: float) -> float:
        """Wait for one row and say when it was committed.

        Raises:
            TimeoutError: it was not within the seconds given.
        """
        async with asyncio.timeout(within):
            while name not in self.times:
                self._changed.clear()
                await self._changed.wait()
        return self.times[name]


@asynccontextmanager
async def watching(
    address: str, table: str, *, column: str = "", event: Literal["INSERT", "DELETE"] = "INSERT"
) -> AsyncIterator[Watch]:
    """Watch a table: how many rows each statement touched, or, with `column`, which."""
    what = f"'row ' || {column}::text" if column else "'count ' || count(*)::text || ' ' || pg_current_xact_id()::text"
    transition = "NEW" if event == "INSERT" else "OLD"
    watch = Watch()
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(_TRIGGER.format(table=table, what=what, event=event, transition=transition))
        await connection.add_listener(f"measured_{table}", lambda *told: watch.hear(str(told[-1])))
        yield watch
    finally:
        await connection.execute(f"DROP TRIGGER IF EXISTS measured ON {table}")
        await connection.close()
