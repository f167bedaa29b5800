"""The queue in front of a hot path, where calls of one process wait for each other and share a statement.

Fewer, larger statements are faster than many that queue for rows, planning and commits inside PostgreSQL. One statement
runs at a time; calls that arrive meanwhile go into the next one, so a call on its own never waits.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

import asyncpg

from bilet_kit.storage.transience import is_transient

LARGEST = 64

A = TypeVar("A")
R = TypeVar("R")


class BatchingQueue(Generic[A, R]):
    """Collects calls into batches that one statement answers.

    Args:
        ask: answers a batch in its order, by its own statement and commit.
        exclusion_key: of two calls with an equal key the later one waits for the next statement.
    """

    def __init__(
        self, ask: Callable[[Sequence[A]], Awaitable[Sequence[R]]], exclusion_key: Callable[[A], Hashable]
    ) -> None:
        self._ask = ask
        self._exclusion_key = exclusion_key
        self._queue: deque[tuple[A, asyncio.Future[R]]] = deque()
        self._serving: asyncio.Task[None] | None = None

    async def __call__(self, asked: A) -> R:
        """Wait for the statement that serves this call.

        Raises:
            Exception: what the statement raised. Unless the failure is transient or took its full time, every call of
                the batch is asked once more alone, so that only the culprit suffers.
        """
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._queue.append((asked, answer))
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve())
        return await answer

    async def _serve(self) -> None:
        try:
            while self._queue:
                await self._answer(self._take())
        finally:
            self._serving = None

    async def _answer(self, batch: Sequence[tuple[A, asyncio.Future[R]]]) -> None:
        try:
            answers = await self._ask([asked for asked, _ in batch])
            answered = list(zip(batch, answers, strict=True))
        except Exception as error:  # noqa: BLE001 — whoever waits must hear of it, and the queue goes on
            if len(batch) > 1 and not is_transient(error) and not isinstance(error, asyncpg.QueryCanceledError):
                for one in batch:
                    await self._answer([one])
            for _, waiting in batch:
                if not waiting.done():
                    waiting.set_exception(error)
            return
        for (_, waiting), answer in answered:
            if not waiting.done():
                waiting.set_result(answer)

    def _take(self) -> Sequence[tuple[A, asyncio.Future[R]]]:
        """Take the next calls, no two of one exclusion key; the others stay at the head of the queue."""
        batch: dict[Hashable, tuple[A, asyncio.Future[R]]] = {}
        put_back = []
        while self._queue and len(batch) < LARGEST:
            waiting = self._queue.popleft()
            if batch.setdefault(self._exclusion_key(waiting[0]), waiting) is not waiting:
                put_back.append(waiting)
        self._queue.extendleft(reversed(put_back))
        return list(batch.values())
