"""A lag is what the broker tells; one that grows is told, and leaves the worker ready."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from faststream.kafka import KafkaBroker

from bilet_kit.consuming.subscriber import LagWatch
from bilet_kit.observability import metrics


class Consumer:
    """Two partitions, of which the ends and the positions are what a test says."""

    def __init__(self, *ends: int) -> None:
        self.ends = dict(enumerate(ends))

    def assignment(self) -> set[int]:
        return set(self.ends)

    async def end_offsets(self, partitions: set[int]) -> dict[int, int]:
        return {partition: self.ends[partition] for partition in partitions}

    async def position(self, _: int) -> int:
        return 10


class Gone(Consumer):
    """A broker that does not answer."""

    async def end_offsets(self, _: set[int]) -> dict[int, int]:
        raise TimeoutError


def watch(consumer: Consumer) -> LagWatch:
    lag = LagWatch(cast("KafkaBroker", SimpleNamespace(subscribers=[SimpleNamespace(consumer=cast("Any", consumer))])))
    lag.started.set()
    return lag


def told() -> float:
    return cast("float", metrics.CONSUMER_LAG._value.get())


async def test_a_growing_lag_is_told_and_leaves_the_worker_ready() -> None:
    consumer = Consumer(10, 12)
    lag = watch(consumer)
    await lag.measure(None)
    consumer.ends = {0: 400, 1: 12}
    await lag.measure(None)
    assert told() == 392
    assert lag.is_known


async def test_before_the_first_answer_nothing_is_known() -> None:
    assert not watch(Consumer(10)).is_known
    assert told() != told(), "NaN"


async def test_a_broker_that_does_not_answer_leaves_the_lag_unknown() -> None:
    lag = watch(Gone(10))
    lag.is_known = True
    with pytest.raises(TimeoutError):
        await lag.measure(None)
    assert not lag.is_known
    assert told() != told(), "NaN"
