"""The relay carries outbox rows to Kafka: every committed event, the first record of each in the order of its key.

One relay per service is active, by a lease. It reads the rows that are there in id order and remembers no id,
because a smaller one may commit later. It removes only the confirmed prefix. When a send fails or is late, the producer
is abandoned with everything still in it, so that no later record overtakes an earlier one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from bilet_contracts.cloudevents import Envelope, Headers
from bilet_kit.bus import connection_of
from bilet_kit.events.lease import Lease
from bilet_kit.observability import metrics
from bilet_kit.settings import ServiceSettings
from bilet_kit.storage.database import OUTBOX_CHANNEL

BATCH = 500
ACKNOWLEDGE_SECONDS = 10.0
POLL_SECONDS = 1.0
STANDBY_SECONDS = 0.5
"""How often a relay that waits for the lease asks for it; that reads and writes nothing."""
LARGEST_REQUEST_BYTES = 131_072

READ = """
SELECT id, event_id, type, aggregate_id, topic, key, sequence, payload::text AS payload, headers::text AS headers,
    occurred_at
FROM outbox ORDER BY id LIMIT $1
"""
REMOVE = "DELETE FROM outbox WHERE id = ANY($1::bigint[])"

_log = structlog.get_logger()
ProducerFactory = Callable[[], Awaitable[AIOKafkaProducer]]


class DeliveryError(Exception):
    """Kafka did not confirm all of a batch."""


def producer_of(settings: ServiceSettings) -> ProducerFactory:
    """Make the factory of producers, which wait for all in-sync replicas and give up later than the relay does."""

    async def start() -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **connection_of(settings),
            acks="all",
            enable_idempotence=settings.kafka_idempotence,
            linger_ms=0,
            max_batch_size=LARGEST_REQUEST_BYTES,
            request_timeout_ms=int(ACKNOWLEDGE_SECONDS * 3_000),
        )
        await producer.start()
        return producer

    return start


def record_headers(row: asyncpg.Record) -> Headers:
    """Write the CloudEvents headers of an outbox row."""
    more: dict[str, str] = orjson.loads(row["headers"])
    envelope = Envelope(
        id=row["event_id"],
        type=row["type"],
        time=row["occurred_at"],
        sequence=row["sequence"],
        region=more["ce_region"],
        subject=row["aggregate_id"],
        traceparent=more.get("traceparent"),
        fact_id=UUID(more["ce_factid"]) if "ce_factid" in more else None,
    )
    return envelope.to_headers()


class Relay:
    """The relay of one service's database.

    Attributes:
        read: the statement that reads the next rows; `$1` is how many.
    """

    read = READ

    def __init__(self, database_url: str, producer: ProducerFactory, lease: Lease) -> None:
        self._url = database_url
        self._start_producer = producer
        self._lease = lease
        self._woken = asyncio.Event()
        self._failures = 0

    async def run(self) -> None:
        """Work until cancelled, and begin again after every failure."""
        while True:
            try:
                await self._connected()
            except Exception as error:  # noqa: BLE001 — whatever it is, committed events must still be carried
                delay = 0.1 * 2 ** min(self._failures, 5)
                self._failures += 1
                _log.warning("relay-interrupted", error_type=type(error).__name__, retry_in=delay)
                metrics.RELAY_INTERRUPTIONS.inc()
                await asyncio.sleep(delay)

    async def _connected(self) -> None:
        connection = await asyncpg.connect(self._url, timeout=5, command_timeout=10)
        try:
            await connection.add_listener(OUTBOX_CHANNEL, lambda *_: self._woken.set())
            await self._take_turns(connection)
        finally:
            metrics.RELAY_ACTIVE.set(0)
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
                await self._lease.release(connection)
            connection.terminate()

    async def _take_turns(self, connection: asyncpg.Connection) -> None:
        while True:
            if await self._lease.held(connection):
                await self._lead(connection)
            await asyncio.sleep(STANDBY_SECONDS)

    async def _lead(self, connection: asyncpg.Connection) -> None:
        producer = await self._start_producer()
        metrics.RELAY_ACTIVE.set(1)
        try:
            while await self._lease.held(connection):
                if not await self._carry(connection, producer):
                    await self._wait()
            await producer.stop()
        except BaseException:
            await _abandon(producer)
            raise
        finally:
            metrics.RELAY_ACTIVE.set(0)

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), POLL_SECONDS)
        self._woken.clear()

    async def _carry(self, connection: asyncpg.Connection, producer: AIOKafkaProducer) -> bool:
        """Carry one batch to Kafka; whether the outbox may hold more."""
        rows = await connection.fetch(self.read, BATCH)
        if not rows:
            return False
        confirmed = await self._deliver(producer, rows)
        await connection.execute(REMOVE, [row["id"] for row in rows[:confirmed]])
        metrics.RELAYED.inc(confirmed)
        if confirmed < len(rows):
            raise DeliveryError
        self._failures = 0
        return len(rows) == BATCH

    async def _deliver(self, producer: AIOKafkaProducer, rows: Sequence[asyncpg.Record]) -> int:
        """Send rows in their order; how many Kafka confirmed, counted from the first one without a gap."""

        def halt_after_failure(future: asyncio.Future[object]) -> None:
            if not future.cancelled() and future.exception() is not None:
                _sender_of(producer).sender_task.cancel()  # before it can send what comes after

        confirmations: list[asyncio.Future[object]] = []
        with suppress(KafkaError, TimeoutError):  # what was sent before a failure counts
            async with asyncio.timeout(ACKNOWLEDGE_SECONDS):
                for row in rows:
                    confirmation = await producer.send(
                        row["topic"], row["payload"].encode(), key=row["key"].encode(), headers=record_headers(row)
                    )
                    confirmation.add_done_callback(halt_after_failure)
                    confirmations.append(confirmation)
        if confirmations:
            await asyncio.wait(confirmations, timeout=ACKNOWLEDGE_SECONDS, return_when=asyncio.FIRST_EXCEPTION)
        for place, confirmation in enumerate(confirmations):
            if not confirmation.done() or confirmation.cancelled() or confirmation.exception() is not None:
                return place
        return len(confirmations)


async def _abandon(producer: AIOKafkaProducer) -> None:
    """Close a producer without letting it flush: its later batches must not overtake a lost one."""
    for close in (_sender_of(producer).close, producer.client.close, producer.stop):
        with suppress(Exception):
            await asyncio.wait_for(close(), 2)


def _sender_of(producer: AIOKafkaProducer) -> Any:  # noqa: ANN401 — aiokafka has no public way to drop what is queued
    return producer._sender  # noqa: SLF001 — the same
