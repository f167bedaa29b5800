"""A TCP proxy in front of a Kafka broker that knows what each frame is, so that a test can stop one kind exactly.

It reads only the frame header: a request is `size, api_key, api_version, correlation_id, …`, an answer
`size, correlation_id, …` (https://kafka.apache.org/protocol). Answers that name the broker's address are made to name
the proxy's, so that clients stay on it.
"""

import asyncio
import contextlib
import enum
import struct
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self


class Api(enum.IntEnum):
    """The Kafka requests that tests care about."""

    PRODUCE = 0
    FETCH = 1
    LIST_OFFSETS = 2
    METADATA = 3
    OFFSET_COMMIT = 8
    FIND_COORDINATOR = 10


NAMES_THE_BROKER = frozenset({Api.METADATA, Api.FIND_COORDINATOR})


@dataclass(slots=True, eq=False)
class Hold:
    """Frames of one kind that stop at the proxy, each with everything behind it on its connection.

    `seen` is set when the first one has arrived. `let_go` passes on what is held; `drop` cuts the connections, so
    that what is held is never delivered.
    """

    api: Api
    answers: bool
    seen: asyncio.Event = field(default_factory=asyncio.Event)
    count: int = 0
    _over: asyncio.Event = field(default_factory=asyncio.Event)
    _dropped: bool = False

    async def stop_here(self) -> None:
        """Wait for the test's decision; raises ConnectionResetError when it is to drop the frame."""
        self.count += 1
        self.seen.set()
        await self._over.wait()
        if self._dropped:
            raise ConnectionResetError

    def let_go(self) -> None:
        self._over.set()

    def drop(self) -> None:
        self._dropped = True
        self._over.set()


@dataclass(slots=True, eq=False)
class _Connection:
    """One client's connection and the requests on it that are not answered yet."""

    client: asyncio.StreamWriter
    broker: asyncio.StreamWriter
    waiting: dict[int, int] = field(default_factory=dict)

    def close(self) -> None:
        self.client.close()
        self.broker.close()


@dataclass(slots=True, eq=False)
class KafkaProxy:
    """Listens on a free port of 127.0.0.1 while it is entered and passes everything on to `target` (host:port)."""

    target: str
    seen: Counter[int] = field(default_factory=Counter)
    _server: asyncio.Server | None = None
    _connections: set[_Connection] = field(default_factory=set)
    _holds: list[Hold] = field(default_factory=list)
    _serving: set[asyncio.Task[Any]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
        for hold in self._holds:
            hold.drop()
        self.cut()
        while self._serving:
            await asyncio.wait(self._serving)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    @property
    def _port(self) -> int:
        if self._server is None:
            raise RuntimeError("enter the proxy first")
        return int(self._server.sockets[0].getsockname()[1])

    def hold_answers(self, api: Api) -> Hold:
        """Let the broker do what it is asked, and hold back its answers."""
        return self._hold(Hold(api=api, answers=True))

    def hold_requests(self, api: Api) -> Hold:
        """Hold back requests, so that the broker is not even asked."""
        return self._hold(Hold(api=api, answers=False))

    def lift(self, hold: Hold) -> None:
        """Stop holding new frames, and drop the held ones with their connections."""
        self._holds.remove(hold)
        hold.drop()

    def cut(self) -> None:
        """Cut every connection there is now."""
        for connection in list(self._connections):
            connection.close()

    def _hold(self, hold: Hold) -> Hold:
        self._holds.append(hold)
        return hold

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.current_task()
        if serving is not None:
            self._serving.add(serving)
            serving.add_done_callback(self._serving.discard)
        host, port = self.target.rsplit(":", 1)
        try:
            from_broker, to_broker = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.close()
            return
        connection = _Connection(client=writer, broker=to_broker)
        self._connections.add(connection)
        pumps = [
            asyncio.ensure_future(self._requests(connection, reader)),
            asyncio.ensure_future(self._answers(connection, from_broker)),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        connection.close()
        self._connections.discard(connection)
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)

    async def _requests(self, connection: _Connection, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                frame = await _read_frame(reader)
                api, _version, correlation_id = struct.unpack_from(">hhi", frame)
                self.seen[api] += 1
                connection.waiting[correlation_id] = api
                await self._stop_if_held(api, answers=False)
                await _write_frame(connection.broker, frame)

    async def _answers(self, connection: _Connection, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                frame = await _read_frame(reader)
                (correlation_id,) = struct.unpack_from(">i", frame)
                api = connection.waiting.pop(correlation_id, -1)
                await self._stop_if_held(api, answers=True)
                await _write_frame(connection.client, self._named_after_us(frame) if api in NAMES_THE_BROKER else frame)

    async def _stop_if_held(self, api: int, *, answers: bool) -> None:
        for hold in self._holds:
            if hold.api == api and hold.answers is answers:
                await hold.stop_here()

    def _named_after_us(self, frame: bytes) -> bytes:
        """Write the proxy's port into an answer: host strings of 127.0.0.1 or localhost keep their length."""
        port = int(self.target.rsplit(":", 1)[1])
        for host in (b"127.0.0.1", b"localhost"):
            frame = frame.replace(host + struct.pack(">i", port), host + struct.pack(">i", self._port))
        return frame


async def _read_frame(reader: asyncio.StreamReader) -> bytes:
    (size,) = struct.unpack(">i", await reader.readexactly(4))
    return await reader.readexactly(size)


async def _write_frame(writer: asyncio.StreamWriter, frame: bytes) -> None:
    writer.write(struct.pack(">i", len(frame)) + frame)
    await writer.drain()
