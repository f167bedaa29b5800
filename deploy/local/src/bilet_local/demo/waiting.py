"""Waiting until what one service was told is visible in another, and how long it took."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")
Probe = Callable[[], Awaitable[T | None]]

PATIENCE = 90.0
_GROWTH = 1.5
_LONGEST = 0.25


class Surprise(Exception):
    """Something happened that no rule allows; the message is Russian."""


class Effect(StrEnum):
    """What became visible elsewhere, and where."""

    ACTIVE = "аккаунт активен → diagnostics пускает к этапам"
    KNOWN = "аккаунт открыт → diagnostics знает о нём"
    GROWN = "день рождения → booking учитывает согласия"
    UNLOCKED = "третий этап сдан → booking открыл запись"
    ASKED = "место занято → родителя просят решить"
    TOLD = "родитель решил → школьник узнал"
    EXPIRED = "срок решения вышел → место снова свободно"
    WITHDRAWN = "согласие отозвано → booking отменил запись"
    RECOMMENDED = "наставник написал → у школьника рекомендация"


@dataclass(slots=True)
class Latencies:
    """Seconds from an answer until its effect was seen elsewhere; polling adds up to a fifth."""

    seconds: dict[Effect, list[float]] = field(default_factory=lambda: defaultdict(list))

    def note(self, effect: Effect, seconds: float) -> None:
        """One more observation."""
        self.seconds[effect].append(seconds)


async def until(probe: Probe[T], *, pause: float, what: str, patience: float = PATIENCE) -> tuple[T, float]:
    """Ask again and again until there is an answer; returns it with the seconds it took.

    Raises:
        Surprise: none came within `patience` seconds.
    """
    began = time.monotonic()
    while (answer := await probe()) is None:
        if time.monotonic() - began > patience:
            raise Surprise(f"не дождались за {patience:.0f} с: {what}")
        await asyncio.sleep(pause)
        pause = min(pause * _GROWTH, _LONGEST)
    return answer, time.monotonic() - began
