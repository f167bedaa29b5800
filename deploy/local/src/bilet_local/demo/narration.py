"""Who tells what happens: the storyteller prints one pupil's season with real times, the others stay quiet."""

import asyncio
from dataclasses import dataclass
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
    """Prints what happens, and of every effect when it was in Kafka and when the other service showed it."""

    console: Console
    integrator: Integrator

    def tell(self, text: str) -> None:
        """Print one line."""
        self.console.print(f"  [cyan]•[/] {escape(text)}", soft_wrap=True)

    async def wait(self, effect: Effect, probe: Probe[T], record: Record) -> T:
        """Wait and print how long it took, counted from the answer to the request that caused it."""
        before = len(self.integrator.arrivals(record.type, record.key))

        async def came() -> bool | None:
            return True if len(self.integrator.arrivals(record.type, record.key)) > before else None

        heard = asyncio.create_task(until(came, pause=_STORY_PAUSE, what=record.type, patience=_RECORD_PATIENCE))
        answer, seconds = await until(probe, pause=_STORY_PAUSE, what=effect)
        _, in_kafka = await heard
        times = f"{record.type} в Kafka через {in_kafka * 1000:.0f} мс; видно через {seconds * 1000:.0f} мс"
        self.console.print(f"    [green]→[/] {effect} [dim]({times})[/]", soft_wrap=True)
        return answer
