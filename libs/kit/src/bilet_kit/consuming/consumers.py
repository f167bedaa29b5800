"""Everything a service consumes: which event feeds which projection and which use case."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from bilet_contracts.base import Event, Topic
from bilet_kit.consuming.projection import Projection, Row
from bilet_kit.storage.database import Transaction

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Generic[E]):
    """An event as it arrived from Kafka.

    Attributes:
        sequence: the producer's number within (topic, key).
        fact_id: by which the inbox knows the fact; shared by its versions.
    """

    event: E
    id: UUID
    time: datetime
    sequence: int
    region: str
    fact_id: UUID
    traceparent: str | None = None


Handler = Callable[[Received[Any], Transaction], Awaitable[None]]


@dataclass(slots=True)
class Listener:
    """What happens to one type of event: first the projections, then the handlers."""

    event: type[Event]
    projections: list[tuple[Projection, Callable[[Received[Any]], Row | None]]] = field(default_factory=list)
    handlers: list[Handler] = field(default_factory=list)


class Consumers:
    """The listeners of a service: the first thing to read to know what it consumes."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._listeners: dict[str, Listener] = {}

    def project(self, event: type[E], into: Projection, row: Callable[[Received[E]], Row | None] | None = None) -> None:
        """Upsert a row for each event: columns take the fields of their names, unless `row` says otherwise.

        Args:
            event: which event.
            into: the projection it feeds.
            row: makes the row of a table that is not simply the event's fields; None of it changes nothing.

        Raises:
            TypeError: without `row`, a column has no field of its name.
        """
        self._listener(event).projections.append((into, row or _by_name(into, event)))

    def handle(self, event: type[E]) -> Callable[[Callable[[Received[E], Transaction], Awaitable[None]]], Handler]:
        """Register a handler, called once per fact; it raises a domain error only for what no later event can change.

        Raises:
            TypeError: the event's topic is compacted; such events have no inbox and only feed projections.
        """
        if event.compacted:
            raise TypeError(f"{event.type}: events of a compacted topic can only be projected")

        def register(handler: Callable[[Received[E], Transaction], Awaitable[None]]) -> Handler:
            self._listener(event).handlers.append(handler)
            return handler

        return register

    def listener(self, event_type: str) -> Listener | None:
        """Find the listener of a CloudEvents type, if the service consumes it."""
        return self._listeners.get(event_type)

    @property
    def events(self) -> Iterable[type[Event]]:
        """All event types that the service consumes."""
        return [listener.event for listener in self._listeners.values()]

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The topics to subscribe to, sorted."""
        return tuple(sorted({event.topic for event in self.events}))

    def _listener(self, event: type[Event]) -> Listener:
        return self._listeners.setdefault(event.type, Listener(event))


def _by_name(projection: Projection, event: type[E]) -> Callable[[Received[E]], Row | None]:
    row_of = projection.row_by_name(event)
    return lambda received: row_of(received.event)
