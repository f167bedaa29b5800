"""Decisions take effect one way in every service: fold the events over the state, save the change, record the events.

The shape is the functional event-sourcing decider (J. Chassaing, 2021): a `decide` of the domain gives events, its
`evolve` applies one of them, and only a use case hands both to this module.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar

from bilet_kit.storage.database import Transaction

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Decision(Generic[S]):
    """What was decided about one aggregate.

    Attributes:
        before: its state as it was loaded, locked; None where the events begin it.
        events: in the order in which they happened; none where nothing changes.
    """

    before: S | None
    events: Sequence[object]


@dataclass(frozen=True, slots=True)
class Change(Generic[S]):
    """An aggregate that is to be saved: as it was (None when it is new), and as its events leave it."""

    before: S | None
    after: S


Evolve = Callable[[Any, Any], S]
"""`(state or None, event) → state`, of the domain; typed loosely, for each domain has its own union of events."""

Save = Callable[[Transaction, Sequence[Change[S]]], Awaitable[None]]
"""Writes changes, and nothing else; of a service's storage."""


def fold(state: S | None, events: Iterable[object], evolve: Evolve[S]) -> S | None:
    """Apply events to a state, in their order."""
    return reduce(evolve, events, state)


def begun(events: Iterable[object], evolve: Evolve[S]) -> S:
    """Fold the events that begin an aggregate into its first state.

    Raises:
        ValueError: there are no events.
    """
    state = fold(None, events, evolve)
    if state is None:
        raise ValueError("an aggregate begins with an event")
    return state


async def take_effect(
    tx: Transaction, decisions: Iterable[Decision[S]], *, evolve: Evolve[S], save: Save[S]
) -> list[S]:
    """Give decisions their effect: save what they change and record their events; the states after them, in order.

    Raises:
        ValueError: a decision about nothing has no events, so there is no state to return.
    """
    decided = list(decisions)
    after = [_after(decision, evolve) for decision in decided]
    changes = [
        Change(decision.before, state) for decision, state in zip(decided, after, strict=True) if decision.events
    ]
    if changes:
        await save(tx, changes)
    for decision in decided:
        tx.record(*decision.events)
    return after


def _after(decision: Decision[S], evolve: Evolve[S]) -> S:
    after = fold(decision.before, decision.events, evolve)
    if after is None:
        raise ValueError("a decision about nothing begins with an event")
    return after
