"""Domain events of a transaction become numbered outbox rows, in its last statement before the commit."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson

from bilet_contracts.base import Event
from bilet_kit.ids import new_id
from bilet_kit.observability.tracing import CONTEXT


def trace_headers() -> dict[str, str]:
    """Read the W3C trace context of the current work, if there is one."""
    carrier: dict[str, str] = {}
    CONTEXT.inject(carrier)
    return carrier


@dataclass(frozen=True, slots=True)
class Published:
    """A contract event and the aggregate it is about.

    Versions of one fact share `fact_id`, newest version first. The trace is that of the work that recorded the event,
    kept here because a batch's events are stored in one go, after the spans of its handlers have ended.
    """

    event: Event
    aggregate_type: str
    aggregate_id: str
    fact_id: UUID | None = None
    trace: Mapping[str, str] = field(default_factory=trace_headers, compare=False)


Translation = Callable[..., Published | tuple[Published, ...]]


@dataclass(frozen=True, slots=True)
class Publications:
    """Everything a service publishes: how each of its domain events becomes a contract event.

    Attributes:
        translations: by class of domain event, what it becomes; a tuple where a V2 is published beside its V1.
        events: the contracts that this service publishes.
        silent: domain events that are the service's own business and reach nobody.
    """

    service: str
    translations: Mapping[type, Translation]
    events: tuple[type[Event], ...] = ()
    silent: frozenset[type] = frozenset()

    def translate(self, domain_event: object) -> tuple[Published, ...]:
        """Translate a domain event into contract events; a silent one becomes none.

        Raises:
            KeyError: the event is neither translated nor listed as silent, so somebody forgot to decide.
        """
        kind = type(domain_event)
        if kind in self.silent:
            return ()
        published = self.translations[kind](domain_event)
        return published if isinstance(published, tuple) else (published,)


STORE_EVENTS = """SELECT store_events(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])"""
"""Numbers events per (topic, key) and puts them into the outbox; the function is the kit's, `store_events.sql`."""

EventColumns = tuple[list[object], ...]


def store_arguments(published: Iterable[tuple[Published, datetime]]) -> EventColumns:
    """Turn events, each with its business time, into the nine columns that `store_events` takes; at least one event."""
    rows = [_row(item, occurred_at) for item, occurred_at in published]
    return tuple(list(column) for column in zip(*rows, strict=True))


def _row(item: Published, occurred_at: datetime) -> tuple[object, ...]:
    event = item.event
    headers = {"ce_region": event.region_code, **item.trace}
    if item.fact_id is not None:
        headers["ce_factid"] = str(item.fact_id)
    return (
        new_id(),
        event.type,
        item.aggregate_type,
        item.aggregate_id,
        event.topic,
        event.key,
        event.to_json().decode(),
        orjson.dumps(headers).decode(),
        occurred_at,
    )
