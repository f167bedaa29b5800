"""The mail floor: a sink that takes every letter, an address book in which everybody is, and a bare client.

`uvicorn --factory tests.benchmarks.floors.mail:create`, with the sink's port in BENCH_SMTP_PORT.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

import aiosmtplib
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SENDER = "bilet@bilet.test"
_END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """Answers SMTP without looking at anything but commands and ends of letters."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class is not a subclass
        self._buffer = b""
        self._in_letter = False
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            end = _END if self._in_letter else b"\r\n"
            before, found, after = self._buffer.partition(end)
            if not found:
                return
            self._buffer = after
            self._transport.write(self._taken() if self._in_letter else self._answer(before[:4].upper()))

    def _taken(self) -> bytes:
        self._in_letter = False
        return b"250 taken\r\n"

    def _answer(self, command: bytes) -> bytes:
        match command:
            case b"DATA":
                self._in_letter = True
                return b"354 go on\r\n"
            case b"EHLO":
                return b"250-sink\r\n250 8BITMIME\r\n"
            case b"QUIT":
                return b"221 bye\r\n"
            case _:
                return b"250 ok\r\n"


async def contacts(request: Request) -> Response:
    """Give everybody a name and an address."""
    ids = orjson.loads(await request.body())["ids"]
    named = {"first_name": "Ева", "patronymic": "Михайловна"}
    return JSONResponse({"items": [{"id": one, "email": f"{one}@example.test", **named} for one in ids]})


async def ready(_: Request) -> Response:
    """Answer that it is ready."""
    return Response()


def create() -> Starlette:
    """Make the app; the sink listens while it runs."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        port = int(os.environ["BENCH_SMTP_PORT"])
        async with await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port):
            yield

    routes = [Route("/internal/v1/contacts", contacts, methods=["POST"]), Route("/health/ready", ready)]
    return Starlette(routes=routes, lifespan=lifespan)


async def bare_rate(port: int, letters: Sequence[bytes], connections: int) -> float:
    """Send letters that are composed already by a bare client; letters per second over all connections."""
    left = iter(letters)
    began = time.perf_counter()
    await asyncio.gather(*(_send(port, left) for _ in range(connections)))
    return len(letters) / (time.perf_counter() - began)


async def _send(port: int, left: Iterator[bytes]) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
        for number, letter in enumerate(left):
            await client.sendmail(SENDER, [f"pupil{number}@example.test"], letter)
