"""How much CPU others took while something was measured: figures of a busy machine are worth less, and must say so."""

import asyncio
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import psutil

_QUIET_PERCENT = 15.0
_LOOK_SECONDS = 1.0


def _busy() -> float:
    """CPU seconds used by everything since boot."""
    spent = psutil.cpu_times()
    extra = ("nice", "irq", "softirq", "steal")
    return float(spent.user + spent.system + sum(getattr(spent, name, 0.0) for name in extra))


def _own() -> float:
    """CPU seconds of this process and its descendants; those that ended are in their parents' sums."""
    total = 0.0
    this = psutil.Process()
    for process in (this, *this.children(recursive=True)):
        try:
            total += sum(process.cpu_times()[:4])
        except psutil.Error:
            continue
    return total


@dataclass(slots=True)
class Noise:
    """`with Noise() as noise: …`; afterwards `noise.foreign` is what others used, in percent of one core."""

    foreign: float = 0.0
    _start: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def __enter__(self) -> Self:
        self._start = (time.monotonic(), _busy(), _own())
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        began, busy, own = self._start
        seconds = max(time.monotonic() - began, 1e-3)
        self.foreign = max(0.0, (_busy() - busy) - (_own() - own)) / seconds * 100


async def quiet(within: float = 10.0) -> None:
    """Wait until the machine is nearly idle, at most `within` seconds."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        before = _busy()
        await asyncio.sleep(_LOOK_SECONDS)
        if (_busy() - before) / _LOOK_SECONDS * 100 < _QUIET_PERCENT:
            return
