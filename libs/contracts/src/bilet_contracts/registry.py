"""Every event ever published, by its CloudEvents type."""

from collections.abc import Iterable, Iterator, Mapping
from inspect import getmembers, isclass
from types import MappingProxyType, ModuleType

from bilet_contracts import booking, diagnostics, identity, notifications
from bilet_contracts.base import Event

EventTypes = Mapping[str, type[Event]]


def by_type(events: Iterable[type[Event]]) -> EventTypes:
    """Index event classes by their CloudEvents type."""
    return MappingProxyType({event.type: event for event in sorted(events, key=lambda e: e.type)})


def _declared_in(module: ModuleType) -> Iterator[type[Event]]:
    for _, member in getmembers(module, isclass):
        if issubclass(member, Event) and "type" in vars(member) and member.__module__ == module.__name__:
            yield member


REGISTRY: EventTypes = by_type(
    event for module in (identity, diagnostics, booking, notifications) for event in _declared_in(module)
)
