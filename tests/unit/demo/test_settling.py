"""Waiting for what is under way: as long as it gets less, within a limit."""

import io
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import chain, repeat

import pytest
from rich.console import Console

from bilet_local.demo.settling import Patience, UnderWay, settled, while_it_gets_less

PATIENCE = Patience(pause=0.001, stuck=0.05, limit=5)


def looks(*amounts: int, then: Iterator[int] | None = None) -> Callable[[], Awaitable[int]]:
    """Look at these amounts one after another."""
    coming = chain(amounts, then or repeat(amounts[-1]))

    async def look() -> int:
        return next(coming)

    return look


async def test_waiting_ends_when_nothing_is_under_way() -> None:
    shown: list[int] = []

    assert await while_it_gets_less(looks(3, 2, 0), int, PATIENCE, shown.append) == 0
    assert shown == [3, 2]


async def test_what_gets_less_is_waited_for_longer_than_what_stands_still() -> None:
    began = time.monotonic()

    assert await while_it_gets_less(looks(201, then=iter(range(200, -1, -1))), int, PATIENCE) == 0
    assert time.monotonic() - began > PATIENCE.stuck


async def test_what_stands_still_is_given_up() -> None:
    assert await while_it_gets_less(looks(7, 4), int, PATIENCE) == 4


async def test_what_goes_up_and_down_without_getting_less_is_given_up() -> None:
    assert await while_it_gets_less(looks(4, then=chain.from_iterable(repeat((9, 5)))), int, PATIENCE) in (5, 9)


async def test_nothing_is_waited_for_beyond_the_limit() -> None:
    endless = iter(range(10**9, 0, -1))

    assert await while_it_gets_less(looks(10**9, then=endless), int, Patience(pause=0.001, stuck=5, limit=0.05)) > 0


@pytest.mark.parametrize(
    ("under_way", "words"),
    [
        (UnderWay(events=3), "событий 3"),
        (UnderWay(letters=2, notices=1), "сообщений 2, ждут своего участника 1"),
        (UnderWay(), "ничего"),
    ],
)
def test_what_is_under_way_is_told_in_words(under_way: UnderWay, words: str) -> None:
    assert str(under_way) == words


async def test_a_long_wait_is_told_of_and_what_remains_is_returned() -> None:
    console = Console(file=io.StringIO(), width=120)
    coming = iter([UnderWay(letters=5), UnderWay(letters=2), UnderWay()])

    async def look() -> UnderWay:
        return next(coming)

    left = await settled(console, "Ждём почту", look, Patience(pause=0.001, stuck=1, limit=5, worth_telling=0))

    assert left.total == 0
    assert "Ждём почту" in console.file.getvalue()  # type: ignore[attr-defined]
