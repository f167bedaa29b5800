"""A server that answers every request with the same bytes: against it the load generator shows its own limit."""

import asyncio
from multiprocessing.queues import Queue
from typing import cast

_ANSWER = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\ncontent-type: application/json\r\n\r\n{}"


class _Echo(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class is not a subclass

    def data_received(self, data: bytes) -> None:
        if data:
            self._transport.write(_ANSWER)


async def serve(answers: "Queue[int]") -> None:
    """Serve on a free port, which is the first answer."""
    server = await asyncio.get_running_loop().create_server(_Echo, "127.0.0.1", 0)
    answers.put(server.sockets[0].getsockname()[1])
    await server.serve_forever()
