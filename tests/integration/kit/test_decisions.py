"""Decisions take effect one way: events are folded over the state, changes saved, events recorded, all in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_kit.events.decisions import Change, Decision, fold, take_effect
from bilet_kit.storage.database import Database, Transaction
from bilet_kit.storage.outbox import Publications
from tests.support.echo_service.domain import Called, Echoed


@dataclass(frozen=True)
class Counter:
    """How often somebody called."""

    caller: UUID
    calls: int = 0


@dataclass
class Shelf:
    """Saves changes, and remembers them."""

    changes: list[Change[Counter]] = field(default_factory=list)

    async def save(self, _: Transaction, changes: Sequence[Change[Counter]]) -> None:
        self.changes += changes


def evolve(counter: Counter | None, event: Called) -> Counter:
    return Counter(event.caller_id, (counter.calls if counter else 0) + event.number)


@given(st.lists(st.integers(0, 9)), st.integers(0, 9))
def test_a_fold_applies_events_from_the_first_to_the_last(numbers: list[int], start: int) -> None:
    caller = uuid4()
    events = [Called(caller, number) for number in numbers]
    assert fold(Counter(caller, start), events, evolve) == reduce(evolve, events, Counter(caller, start))
    assert fold(None, (), evolve) is None


async def recorded(database: Database) -> list[tuple[str, int]]:
    rows = await database.pool.fetch("SELECT key, (payload->>'number')::int AS number FROM outbox ORDER BY id")
    return [(row["key"], row["number"]) for row in rows]


async def test_only_what_changed_is_saved_and_every_event_is_recorded_in_order(database: Database) -> None:
    busy, quiet, new = uuid4(), uuid4(), uuid4()
    shelf = Shelf()
    decisions = [
        Decision(Counter(busy, 1), (Called(busy, 2), Called(busy, 3))),
        Decision(Counter(quiet, 7), ()),
        Decision(None, (Called(new, 4),)),
    ]

    async with database.transaction() as tx:
        after = await take_effect(tx, decisions, evolve=evolve, save=shelf.save)

    assert after == [Counter(busy, 6), Counter(quiet, 7), Counter(new, 4)]
    assert shelf.changes == [Change(Counter(busy, 1), Counter(busy, 6)), Change(None, Counter(new, 4))]
    assert await recorded(database) == [(str(busy), 2), (str(busy), 3), (str(new), 4)]


async def test_where_nothing_was_decided_nothing_is_saved(database: Database) -> None:
    shelf = Shelf()
    async with database.transaction() as tx:
        assert await take_effect(tx, [], evolve=evolve, save=shelf.save) == []
        await take_effect(tx, [Decision(Counter(uuid4()), ())], evolve=evolve, save=shelf.save)
    assert shelf.changes == []
    assert await recorded(database) == []


async def test_a_decision_about_nothing_begins_with_an_event(database: Database) -> None:
    nothing: Decision[Counter] = Decision(None, ())
    with pytest.raises(ValueError, match="begins with an event"):
        async with database.transaction() as tx:
            await take_effect(tx, [nothing], evolve=evolve, save=Shelf().save)


@dataclass(frozen=True)
class Muttered:
    """Nobody's business."""


def test_a_silent_event_becomes_nothing_and_a_forgotten_one_is_an_error() -> None:
    publications = Publications("echo", {}, silent=frozenset({Muttered}))
    assert publications.translate(Muttered()) == ()
    with pytest.raises(KeyError):
        publications.translate(Echoed(uuid4(), 1))
