"""A stand-in for one replica of a service, which a test can make fail in every way a replica fails."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto

import orjson

from bilet_local import ports

_HEALTH = "/health/ready"
_KEYS = "/.well-known/jwks.json"


class Mood(Enum):
    """How it answers."""

    SERVES = auto()
    NOT_READY = auto()
    FROZEN = auto()  # as SIGSTOP leaves it: connections are accepted, and nothing is answered
    BREAKS_OFF = auto()  # reads a request and closes the connection
    FAILS = auto()  # answers 500
    SLOW = auto()  # answers after `slowness` seconds
    IN_FLIGHT = auto()  # says that the same request is being answered


@dataclass(slots=True)
class Replica:
    """One listening replica; `received` has the request lines it read, checks of its readiness left out."""

    jwks: bytes
    name: str
    port: int = field(default_factory=lambda: ports.port_or_free(0))
    mood: Mood = Mood.SERVES
    slowness: float = 0.0
    received: list[str] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _thawed: asyncio.Event = field(default_factory=asyncio.Event)
    _serving: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, ports.LOOPBACK, self.port)

    async def stop(self) -> None:
        """Stop listening and drop every connection, as a crash does."""
        if self._server is not None:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while await self._serve(reader, writer):
                await writer.drain()
        writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        await reader.readexactly(_length(head))
        method, path, _ = head.split(" ", 2)
        if self.mood is Mood.FROZEN:
            await self._thawed.wait()
        if path == _KEYS:
            return _answer(writer, 200, self.jwks)
        if path == _HEALTH:
            return _answer(writer, 503 if self.mood is Mood.NOT_READY else 200, b"{}")
        self.received.append(f"{method} {path}")
        if self.mood is Mood.BREAKS_OFF:
            return False
        if self.mood is Mood.IN_FLIGHT:
            return _answer(writer, 409, b"{}", "idempotency-in-flight: true")
        if self.mood is Mood.SLOW:
            await asyncio.sleep(self.slowness)
        status = {Mood.FAILS: 500, Mood.NOT_READY: 503}.get(self.mood, 200)
        return _answer(writer, status, orjson.dumps({"replica": self.name}))


def _length(head: str) -> int:
    lines = (line.partition(":") for line in head.lower().split("\r\n"))
    return next((int(value) for name, _, value in lines if name == "content-length"), 0)


def _answer(writer: asyncio.StreamWriter, status: int, body: bytes, *headers: str) -> bool:
    head = (f"HTTP/1.1 {status} .", "content-type: application/json", f"content-length: {len(body)}", *headers, "", "")
    writer.write("\r\n".join(head).encode() + body)
    return True
