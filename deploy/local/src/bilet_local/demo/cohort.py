"""Lets every family live one act of the season, so many at a time, and keeps count."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bilet_local.demo.life import Life, Milestone
from bilet_local.demo.waiting import Surprise
from bilet_local.importing.calls import Refused

Act = Callable[[Life], Awaitable[None]]
_WRONG = (Surprise, Refused, httpx.HTTPError, LookupError)


@dataclass(slots=True)
class Tally:
    """What has happened so far; the present act's bars show it."""

    reached: Counter[Milestone] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)

    def count(self, milestone: Milestone) -> None:
        """One more."""
        self.reached[milestone] += 1


@dataclass(frozen=True, slots=True)
class Cohort:
    """The families and how many of them are served at a time."""

    lives: Sequence[Life]
    tally: Tally
    console: Console
    concurrency: int

    async def live(self, title: str, act: Act, shown: Iterable[Milestone]) -> None:
        """Let every family that is still in it live one act; a bar for the families, the counters after it."""
        going_on = [life for life in self.lives if not life.over]
        await self.each(title, [partial(perform, self.tally, life, act) for life in going_on], tuple(shown))

    async def each(
        self, title: str, errands: Sequence[Callable[[], Awaitable[None]]], shown: Sequence[Milestone]
    ) -> None:
        """Run the errands, so many at a time."""
        places = asyncio.Semaphore(self.concurrency)
        columns = (
            TextColumn("  {task.description:<28}"),
            BarColumn(24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console) as progress:
            task = progress.add_task(title, total=len(errands))

            async def run(errand: Callable[[], Awaitable[None]]) -> None:
                async with places:
                    await errand()
                progress.advance(task)

            await asyncio.gather(*(run(errand) for errand in errands))
        if shown:
            counters = ", ".join(f"{one} {self.tally.reached[one]}" for one in shown)
            self.console.print(f"  [dim]до сих пор: {counters}[/]")


async def perform(tally: Tally, life: Life, act: Act) -> None:
    """Live one act; what no rule allows is noted, and the family is out of the demo."""
    try:
        await act(life)
    except _WRONG as error:
        life.over = True
        tally.surprises.append(f"участник {life.login}: {error or type(error).__name__}")
