"""The bare chain: result + outbox row + NOTIFY → relay → Kafka → inbox + unlock, on asyncpg and aiokafka alone.

Writer, relay and consumer are processes of their own. Latency runs from the beginning of the writer's transaction to the
return of the consumer's commit; CLOCK_MONOTONIC is the same for all processes. Draining 500 per transaction.
"""

import asyncio
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from multiprocessing.queues import Queue

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from tests.benchmarks.children import child
from tests.benchmarks.floors.database import bare_database
from tests.benchmarks.samples import arrivals
from tests.benchmarks.servers import Servers

_BATCH = 500
_PARTITIONS = 3
_READY_WITHIN = 60.0
_POLL_SECONDS = 0.5
_TAKE = f"SELECT id, key, payload FROM outbox ORDER BY id LIMIT {_BATCH} FOR UPDATE SKIP LOCKED"
_GONE = "DELETE FROM outbox WHERE id = ANY($1::bigint[])"
_ADMIT = "INSERT INTO inbox (event_id) SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING RETURNING event_id"
_UNLOCK = "INSERT INTO unlocked (student_id) SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING"
_FILL = """
INSERT INTO outbox (topic, key, payload)
SELECT 'x', g::text, jsonb_build_object('t0', 0, 'student', g) FROM generate_series(1, $1::int) g
"""


@dataclass(frozen=True, slots=True)
class _Place:
    address: str
    bootstrap: str
    topic: str
    fetch_wait_ms: int


async def chain_latencies(servers: Servers, *, rate: float, count: int, seed: int) -> list[float]:
    """Seconds from the beginning of the writer's transaction to the consumer's commit, at Poisson moments."""
    place = await _place(servers)
    async with AsyncExitStack() as stack:
        consumer = await stack.enter_async_context(child(_consume, place, count))
        await consumer.answer(_READY_WITHIN)
        relay = await stack.enter_async_context(child(_relay, place))
        await relay.answer(_READY_WITHIN)
        await stack.enter_async_context(child(_write, place.address, rate, count, seed))
        latencies: list[float] = (await consumer.answer(count / rate * 2 + _READY_WITHIN))[0]
    return latencies


async def chain_drain(servers: Servers, count: int) -> float:
    """Events per second when so many wait in the outbox."""
    place = await _place(servers)
    connection = await asyncpg.connect(place.address)
    await connection.execute(_FILL, count)
    await connection.close()
    async with child(_consume, place, count) as consumer:
        await consumer.answer(_READY_WITHIN)
        async with child(_relay, place) as relay:
            began: float = await relay.answer(_READY_WITHIN)
            _, ended = await consumer.answer(_READY_WITHIN)
    return count / float(ended - began)


async def _place(servers: Servers) -> _Place:
    topic = await servers.kafka.topic("chain", partitions=_PARTITIONS)
    return _Place(await bare_database(servers), servers.kafka.bootstrap, topic, servers.fetch_wait_ms)


async def _write(_: "Queue[object]", address: str, rate: float, count: int, seed: int) -> None:
    connection = await asyncpg.connect(address)
    async for number in arrivals(rate, count, seed):
        began = time.monotonic()
        async with connection.transaction():
            await connection.execute("INSERT INTO result VALUES ($1, 3, '{\"a\": [1, 2, 3]}')", number)
            payload = orjson.dumps({"t0": began, "student": number}).decode()
            await connection.execute(
                "INSERT INTO outbox (topic, key, payload) VALUES ('x', $1, $2::jsonb)", str(number), payload
            )
            await connection.execute("SELECT pg_notify('outbox', '')")


async def _relay(answers: "Queue[float]", place: _Place) -> None:
    connection, listener = await asyncpg.connect(place.address), await asyncpg.connect(place.address)
    producer = AIOKafkaProducer(bootstrap_servers=place.bootstrap, acks="all", linger_ms=0, max_batch_size=131_072)
    await producer.start()
    await producer.send_and_wait(place.topic, b"warm")
    woken = asyncio.Event()
    await listener.add_listener("outbox", lambda *_: woken.set())
    answers.put(time.monotonic())
    while True:
        while await _carry(connection, producer, place.topic) == _BATCH:
            pass
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), _POLL_SECONDS)
        woken.clear()


async def _carry(connection: asyncpg.Connection, producer: AIOKafkaProducer, topic: str) -> int:
    async with connection.transaction():
        rows = await connection.fetch(_TAKE)
        if rows:
            sent = [
                await producer.send(
                    topic, b'{"id":%d,"p":%s}' % (row["id"], row["payload"].encode()), row["key"].encode()
                )
                for row in rows
            ]
            await asyncio.gather(*sent)
            await connection.execute(_GONE, [row["id"] for row in rows])
    return len(rows)


async def _consume(answers: "Queue[object]", place: _Place, count: int) -> None:
    connection = await asyncpg.connect(place.address)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=place.bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        group_id=f"group-{place.topic}",
        fetch_max_wait_ms=place.fetch_wait_ms,
    )
    consumer.subscribe([place.topic])
    await consumer.start()
    while not consumer.assignment():
        await consumer.getmany(timeout_ms=50)
    answers.put("ready")
    latencies: list[float] = []
    while len(latencies) < count:
        for messages in (await consumer.getmany(timeout_ms=1000, max_records=_BATCH)).values():
            latencies += await _unlock(connection, messages)
        await consumer.commit()
    answers.put((latencies, time.monotonic()))
    await consumer.stop()


async def _unlock(connection: asyncpg.Connection, messages: list[ConsumerRecord[bytes, bytes]]) -> list[float]:
    events = [orjson.loads(message.value or b"") for message in messages if message.key]
    if not events:
        return []
    async with connection.transaction():
        await connection.fetch(_ADMIT, [event["id"] for event in events])
        await connection.execute(_UNLOCK, [event["p"]["student"] for event in events])
    now = time.monotonic()
    return [now - event["p"]["t0"] for event in events]
