"""Samples: arrivals that nobody coordinates, and percentiles."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence


async def arrivals(rate: float, count: int, seed: int) -> AsyncIterator[int]:
    """0 … count-1 at the moments of a Poisson process of `rate` per second; a late caller does not shift the later ones."""
    gaps = random.Random(seed)
    due = time.monotonic() + 0.5
    for number in range(count):
        due += gaps.expovariate(rate)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        yield number


def percentile(values: Sequence[float], share: float) -> float:
    """Find the value below which `share` (0–1) of the samples lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
