"""Processes of a floor: each role of a measured chain has its own, as in production."""

import asyncio
import multiprocessing
import queue
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import uvloop

CONTEXT = multiprocessing.get_context("spawn")
_ENDS_WITHIN = 10.0
_LOOK_SECONDS = 0.05


class ChildDiedError(RuntimeError):
    """A process of the benchmark ended before it had an answer."""


class Child:
    """One async function in a process of its own; it puts its answers into `answers`."""

    def __init__(self, function: Callable[..., Coroutine[Any, Any, None]], *arguments: object) -> None:
        self.answers: multiprocessing.queues.Queue[Any] = CONTEXT.Queue()
        self.process = CONTEXT.Process(target=_run, args=(function, self.answers, *arguments), daemon=True)
        self.process.start()

    async def answer(self, within: float) -> Any:  # noqa: ANN401 - whatever the function puts there
        """Return the child's next answer.

        Raises:
            ChildDiedError: the process ended without one.
            TimeoutError: it took longer than `within` seconds.
        """
        async with asyncio.timeout(within):
            while True:
                try:
                    return self.answers.get_nowait()
                except queue.Empty:
                    if not self.process.is_alive() and self.answers.empty():
                        raise ChildDiedError(f"exit code {self.process.exitcode}") from None
                await asyncio.sleep(_LOOK_SECONDS)

    async def end(self) -> None:
        """Wait a little for its end, then end it."""
        self.process.terminate()
        await asyncio.to_thread(self.process.join, _ENDS_WITHIN)
        if self.process.is_alive():
            self.process.kill()


def _run(function: Callable[..., Coroutine[Any, Any, None]], *arguments: object) -> None:
    uvloop.run(function(*arguments))


@asynccontextmanager
async def child(function: Callable[..., Coroutine[Any, Any, None]], *arguments: object) -> AsyncIterator[Child]:
    """Run a child process for the length of a block."""
    started = Child(function, *arguments)
    try:
        yield started
    finally:
        await started.end()
