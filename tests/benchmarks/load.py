"""An HTTP/1.1 client made to be cheap: keep-alive connections, requests ready as bytes, in a process of its own."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue
from typing import Self, cast

from tests.benchmarks.children import child

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"
_CHUNKED = b"transfer-encoding: chunked"
_LAST_CHUNK = b"0\r\n\r\n"
_LOAD_WITHIN = 300.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; a body sent in chunks is as it was sent."""

    status: int
    body: bytes


class Connection(asyncio.Protocol):
    """One keep-alive connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._waiting: asyncio.Future[Answer] | None = None

    @classmethod
    async def open(cls, host: str, port: int) -> Self:
        """Connect."""
        _, protocol = await asyncio.get_running_loop().create_connection(cls, host, port)
        return protocol

    @property
    def is_open(self) -> bool:
        """Whether the server has not closed it."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes) -> Answer:
        """Send a whole request and wait for its answer.

        Raises:
            ConnectionError: the server closed the connection.
        """
        if self._transport is None or not self.is_open:
            raise ConnectionError("the connection is closed")
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class is not a subclass

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError(f"the server closed the connection: {exc!r}"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(_END_OF_HEAD)
        if end < 0:
            return
        head = self._buffer[:end].lower()
        body = self._buffer[end + len(_END_OF_HEAD) :]
        if not body.endswith(_LAST_CHUNK) if _CHUNKED in head else len(body) < _length(head):
            return
        answer = Answer(int(head[9:12]), body)
        self._buffer = b""
        if self._waiting is not None:
            self._waiting.set_result(answer)


def _length(head: bytes) -> int:
    at = head.find(_LENGTH)
    return int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def request(method: str, path: str, body: bytes = b"", /, **headers: str) -> bytes:
    """Write the bytes of a request; underscores in header names become hyphens."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
    if body:
        lines.append("Content-Type: application/json")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + _END_OF_HEAD + body


@dataclass(frozen=True, slots=True)
class Load:
    """What a load did; latencies in seconds."""

    seconds: float
    statuses: Counter[int]
    latencies: list[float]

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds


async def under_load(port: int, requests: Sequence[bytes], clients: int) -> Load:
    """Send all requests over so many connections as fast as they are answered, from another process."""
    async with child(_load, port, requests, clients) as loader:
        load: Load = await loader.answer(_LOAD_WITHIN)
    return load


async def _load(answers: "Queue[Load]", port: int, requests: Sequence[bytes], clients: int) -> None:
    connections = [await Connection.open("127.0.0.1", port) for _ in range(clients)]
    left, statuses, latencies = iter(requests), Counter[int](), list[float]()
    began = time.perf_counter()
    await asyncio.gather(*(_ask_all(connection, left, statuses, latencies) for connection in connections))
    answers.put(Load(time.perf_counter() - began, statuses, latencies))
    for connection in connections:
        connection.close()


async def _ask_all(
    connection: Connection, left: Iterator[bytes], statuses: Counter[int], latencies: list[float]
) -> None:
    for one in left:
        asked = time.perf_counter()
        answer = await connection.ask(one)
        latencies.append(time.perf_counter() - asked)
        statuses[answer.status] += 1
