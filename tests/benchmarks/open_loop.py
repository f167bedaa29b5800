"""An open loop: requests leave when they are due, however slow the answers are, and a latency counts from the due moment."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing.queues import Queue

from tests.benchmarks.children import child
from tests.benchmarks.load import Connection, Load

_GRACE_SECONDS = 60.0
_CONNECTIONS = 64


async def at_rate(port: int, requests: Sequence[bytes], rate: float, seed: int) -> Load:
    """Send the requests as a Poisson process of `rate` per second, from another process."""
    async with child(_send, port, requests, rate, seed) as sender:
        load: Load = await sender.answer(len(requests) / rate + _GRACE_SECONDS)
    return load


async def _send(answers: "Queue[Load]", port: int, requests: Sequence[bytes], rate: float, seed: int) -> None:
    free = [await Connection.open("127.0.0.1", port) for _ in range(_CONNECTIONS)]
    statuses, latencies, gaps = Counter[int](), list[float](), random.Random(seed)

    async def send(request: bytes, due: float) -> None:
        connection = free.pop() if free else await Connection.open("127.0.0.1", port)
        answer = await connection.ask(request)
        latencies.append(time.perf_counter() - due)
        statuses[answer.status] += 1
        free.append(connection)

    began = due = time.perf_counter() + 0.5
    async with asyncio.TaskGroup() as sending:
        for request in requests:
            due += gaps.expovariate(rate)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sending.create_task(send(request, due))
    answers.put(Load(time.perf_counter() - began, statuses, latencies))
    for connection in free:
        connection.close()
