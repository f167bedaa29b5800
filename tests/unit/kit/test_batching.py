"""Whoever waits gets the own answer, whatever becomes of the others it shares a statement with."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilet_kit.storage.batching import LARGEST, BatchingQueue

Call = tuple[str, int]


@dataclass
class Statement:
    """Answers a call with its number doubled; remembers its batches; at most one of it may run."""

    batches: list[Sequence[Call]] = field(default_factory=list)
    running: int = 0
    fails: bool = False

    async def __call__(self, asked: Sequence[Call]) -> list[int]:
        self.batches.append(asked)
        self.running += 1
        assert self.running == 1
        await asyncio.sleep(0)
        self.running -= 1
        if self.fails:
            raise ZeroDivisionError
        return [2 * number for _, number in asked]


def _shared(statement: Statement) -> BatchingQueue[Call, int]:
    return BatchingQueue(statement, lambda call: call[0])


@settings(max_examples=50, deadline=None)
@given(calls=st.lists(st.tuples(st.sampled_from("abc"), st.integers()), max_size=3 * LARGEST))
async def test_each_caller_gets_the_own_answer_and_equals_are_served_in_their_order(calls: list[Call]) -> None:
    statement = Statement()
    shared = _shared(statement)

    answers = await asyncio.gather(*(shared(call) for call in calls))

    assert answers == [2 * number for _, number in calls]
    served = [call for batch in statement.batches for call in batch]
    for name in "abc":
        assert [call for call in served if call[0] == name] == [call for call in calls if call[0] == name]
    assert all(len({name for name, _ in batch}) == len(batch) <= LARGEST for batch in statement.batches)


async def test_what_arrives_while_a_statement_runs_shares_the_next_one() -> None:
    statement = Statement()
    shared = _shared(statement)

    await asyncio.gather(*(shared((str(number), number)) for number in range(LARGEST + 5)))

    assert [len(batch) for batch in statement.batches] == [LARGEST, 5]


async def test_a_failure_reaches_all_of_its_batch_and_the_queue_goes_on() -> None:
    statement = Statement(fails=True)
    shared = _shared(statement)

    failed = await asyncio.gather(shared(("a", 1)), shared(("b", 2)), return_exceptions=True)
    statement.fails = False

    assert [type(one) for one in failed] == [ZeroDivisionError] * 2
    assert await shared(("a", 3)) == 6


async def test_who_went_away_keeps_nobody_waiting() -> None:
    shared = _shared(Statement())
    gone, waiting = (asyncio.create_task(shared((name, 1))) for name in "ab")
    await asyncio.sleep(0)

    gone.cancel()

    assert await waiting == 2
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_only_the_culprit_suffers_from_what_does_not_pass_by_itself() -> None:
    async def halves(asked: Sequence[Call]) -> list[int]:
        return [10 // number for _, number in asked]

    shared = BatchingQueue(halves, lambda call: call[0])

    answers = await asyncio.gather(*(shared((str(n), n)) for n in (1, 0, 2)), return_exceptions=True)

    assert answers[0] == 10
    assert isinstance(answers[1], ZeroDivisionError)
    assert answers[2] == 5


async def test_a_database_that_is_away_is_not_asked_for_each_alone() -> None:
    asked_for: list[int] = []

    async def away(asked: Sequence[Call]) -> list[int]:
        asked_for.append(len(asked))
        raise ConnectionResetError

    shared = BatchingQueue(away, lambda call: call[0])

    await asyncio.gather(*(shared((str(n), n)) for n in range(3)), return_exceptions=True)

    assert asked_for == [3]
