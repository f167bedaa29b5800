"""The raw Kafka round trip: aiokafka sends with acks=all, a consumer of the same process holds the record."""

import asyncio
import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from tests.benchmarks.progress import PROGRESS
from tests.benchmarks.samples import arrivals
from tests.support.kafka import Kafka

_PAYLOAD = b"x" * 300
_GRACE_SECONDS = 30.0


async def round_trips(kafka: Kafka, *, rate: float, count: int, fetch_wait_ms: int, seed: int) -> list[float]:
    """Seconds from the call of send to the record in the consumer's hands, at Poisson moments."""
    topic = await kafka.topic("round-trip", partitions=1)
    producer = AIOKafkaProducer(**kafka.connection, acks="all", linger_ms=0)
    consumer = AIOKafkaConsumer(**kafka.connection, auto_offset_reset="earliest", fetch_max_wait_ms=fetch_wait_ms)
    await producer.start()
    await consumer.start()
    consumer.assign([TopicPartition(topic, 0)])
    try:
        await producer.send_and_wait(topic, b"warm")
        held = asyncio.create_task(_hold(consumer, count))
        sends: set[asyncio.Task[object]] = set()
        async for number in arrivals(rate, count, seed):
            PROGRESS.count("raw Kafka round trip", number + 1, count)
            task = asyncio.create_task(producer.send_and_wait(topic, _PAYLOAD, key=repr(time.perf_counter()).encode()))
            sends.add(task)
            task.add_done_callback(sends.discard)
        return await asyncio.wait_for(held, _GRACE_SECONDS)
    finally:
        await producer.stop()
        await consumer.stop()


async def _hold(consumer: AIOKafkaConsumer, count: int) -> list[float]:
    latencies: list[float] = []
    while len(latencies) < count:
        for messages in (await consumer.getmany(timeout_ms=1000)).values():
            now = time.perf_counter()
            latencies += [now - float(message.key) for message in messages if message.key]
    return latencies
