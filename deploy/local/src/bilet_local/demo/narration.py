"""Who tells what happens: the storyteller prints one pupil's season with real times, the others stay quiet."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from rich.console import Console
from rich.markup import escape

from bilet_local.demo.integrator import Integrator
from bilet_local.demo.waiting import Effect, Latencies, Probe, until

T = TypeVar("T")
_QUIET_PAUSE = 0.03
_STORY_PAUSE = 0.004
_RECORD_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Record:
    """An event by which others hear of the same: its type and its key."""

    type: str
    key: str


class Narrator(Protocol):
    """Hears what one pupil's family does and waits for."""

    def tell(self, text: str) -> None:
        """Somebody did something."""

    async def wait(self, effect: Effect, probe: Probe[T], record: Record) -> T:
        """Wait until an effect is visible; raises Surprise when it does not come."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Says nothing and notes how long things took."""

    latencies: Latencies

    def tell(self, text: str) -> None:
        """Say nothing."""

    async def wait(self, effect: Effect, probe: Probe[T], record: Record) -> T:  # noqa: ARG002 - the storyteller needs it
        """Wait without words."""
        answer, seconds = await until(probe, pause=_QUIET_PAUSE, what=effect)
        self.latencies.note(effect, seconds)
        return answer


@dataclass(frozen=True, slots=True)
class Storyteller:
    """Prints what happens, and of every effect when it was in Kafka and when the other service showed it.

    Attributes:
        told: how many records of a kind the story has come to; the next wait is for the next one.
    """

    console: Console
    integrator: Integrator
    told: Counter[Record] = field(default_factory=Counter)

    def tell(self, text: str) -> None:
        """Print one line."""
        self.console.print(f"  [cyan]•[/] {escape(text)}", soft_wrap=True)

    async def wait(self, effect: Effect, probe: Probe[T], record: Record) -> T:
        """Wait and print how long it took, counted from the answer to the request that caused it."""
        began, number = time.monotonic(), self.told[record]

        async def came() -> float | None:
            arrivals = self.integrator.arrivals(record.type, record.key)
            return arrivals[number] if len(arrivals) > number else None

        heard = asyncio.create_task(until(came, pause=_STORY_PAUSE, what=record.type, patience=_RECORD_PATIENCE))
        answer, seconds = await until(probe, pause=_STORY_PAUSE, what=effect)
        in_kafka = max((await heard)[0] - began, 0)
        self.told[record] += 1
        times = f"{record.type} в Kafka через {in_kafka * 1000:.0f} мс; видно через {seconds * 1000:.0f} мс"
        self.console.print(f"    [green]→[/] {effect} [dim]({times})[/]", soft_wrap=True)
        return answer
