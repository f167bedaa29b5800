"""Waiting for what is under way: as long as it gets less, within a limit. What remains then is late, which is not lost."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, in seconds.

    Attributes:
        pause: between two looks.
        stuck: how long nothing may get less.
        limit: how long to wait at most, even for what gets less.
        worth_telling: a wait as long as this is told of when it is over.
    """

    pause: float = 0.5
    stuck: float = 60.0
    limit: float = 1200.0
    worth_telling: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """What has been said and has not arrived.

    Attributes:
        events: not yet in Kafka, or not yet with a listener.
        letters: messages before their first attempt.
        notices: facts whose pupil notifications does not know yet.
    """

    events: int = 0
    letters: int = 0
    notices: int = 0

    @property
    def total(self) -> int:
        """All of it, as a measure of progress."""
        return self.events + self.letters + self.notices

    def __str__(self) -> str:
        """Say it in Russian."""
        named = {"событий": self.events, "сообщений": self.letters, "ждут своего участника": self.notices}
        return ", ".join(f"{name} {number}" for name, number in named.items() if number) or "ничего"


async def while_it_gets_less(
    look: Callable[[], Awaitable[T]],
    amount: Callable[[T], int],
    patience: Patience,
    show: Callable[[T], None] = lambda _: None,
) -> T:
    """Look until the amount is 0, has not got less for `stuck` seconds, or `limit` is reached; return the last look."""
    began = progressed = time.monotonic()
    seen = await look()
    fewest = amount(seen)
    while amount(seen):
        show(seen)
        await asyncio.sleep(patience.pause)
        seen = await look()
        now = time.monotonic()
        if amount(seen) < fewest:
            fewest, progressed = amount(seen), now
        if now - progressed > patience.stuck or now - began > patience.limit:
            break
    return seen


async def settled(
    console: Console, title: str, look: Callable[[], Awaitable[UnderWay]], patience: Patience
) -> UnderWay:
    """Wait for what is under way with a bar, and return what is still under way when patience ends."""
    began = time.monotonic()
    columns = (
        TextColumn("  {task.description}"),
        BarColumn(24),
        TextColumn("{task.fields[left]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=None, left="")

        def show(left: UnderWay) -> None:
            most = max(left.total, progress.tasks[task].total or 0)
            progress.update(task, total=most, completed=most - left.total, left=str(left))

        remaining = await while_it_gets_less(look, lambda seen: seen.total, patience, show)
    seconds = time.monotonic() - began
    if seconds >= patience.worth_telling:
        console.print(f"  [dim]{title}: {seconds:.0f} с, осталось: {remaining}[/]")
    return remaining
