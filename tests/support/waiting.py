"""Waiting for a condition instead of for a time."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")


class NeverHappenedError(AssertionError):
    """The condition did not come true in time."""


@overload
async def wait_until(
    condition: Callable[[], Awaitable[T]], within: float = ..., *, every: float = ..., what: str = ...
) -> T: ...
@overload
async def wait_until(condition: Callable[[], T], within: float = ..., *, every: float = ..., what: str = ...) -> T: ...
async def wait_until(
    condition: Callable[[], Awaitable[T]] | Callable[[], T],
    within: float = 10.0,
    *,
    every: float = 0.02,
    what: str = "",
) -> T:
    """Ask `condition` (plain or async) again and again until its answer is true, and return that answer.

    Raises:
        NeverHappenedError: after `within` seconds; it names `what` or the condition, and the last answer.
    """
    deadline = time.monotonic() + within
    while True:
        answer = condition()
        result: T = await answer if inspect.isawaitable(answer) else answer
        if result:
            return result
        if time.monotonic() > deadline:
            name = what or getattr(condition, "__name__", repr(condition))
            raise NeverHappenedError(f"{name} was not so within {within:g} s; the last answer was {result!r}")
        await asyncio.sleep(every)
