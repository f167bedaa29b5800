"""A relay that remembers the last id it has seen: a row with a smaller id that commits later is never carried."""

import asyncpg
from aiokafka import AIOKafkaProducer

from bilet_kit.events import relay
from bilet_kit.process import worker


class SkippingRelay(relay.Relay):
    """Reads `id > last_seen`, the mistake of most home-made outboxes."""

    _last_seen = 0

    async def _carry(self, connection: asyncpg.Connection, producer: AIOKafkaProducer) -> bool:
        self.read = relay.READ.replace("FROM outbox", f"FROM outbox WHERE id > {self._last_seen}")
        seen = await connection.fetchval(f"SELECT max(id) FROM ({self.read}) AS next", relay.BATCH)
        more = await super()._carry(connection, producer)
        self._last_seen = max(self._last_seen, seen or 0)
        return more


def apply() -> None:
    setattr(worker, "Relay", SkippingRelay)  # noqa: B010 - it is not ours to name
