"""Domain events of a transaction become numbered outbox rows, as its last statement before the commit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from uuid import UUID

import orjson

from bilet_contracts.base import Event
from bilet_kit.ids import new_id
from bilet_kit.tracing import CONTEXT


def trace_headers() -> dict[str, str]:
    """The W3C trace context of the work going on now, if there is one."""
    carrier: dict[str, str] = {}
    CONTEXT.inject(carrier)
    return carrier


@dataclass(frozen=True, slots=True)
class Published:
    """A contract event and the aggregate it is about.

    Versions of one fact share `fact_id`, newest version first. The trace is that of the work that says it: a batch of
    records is stored in one go when the spans of its handlers have ended.
    """

    event: Event
    aggregate_type: str
    aggregate_id: str
    fact_id: UUID | None = None
    trace: Mapping[str, str] = field(default_factory=trace_headers, compare=False)


@dataclass(frozen=True, slots=True)
class Publications:
    """Everything a service says: how each of its domain events becomes a contract event."""

    service: str
    translations: Mapping[type, Callable[..., Published | tuple[Published, ...]]]
    events: tuple[type[Event], ...] = field(default=())

    def translate(self, domain_event: object) -> tuple[Published, ...]:
        """The contract events of a domain event.

        Raises:
            KeyError: the domain event has no translation; what is recorded must be said.
        """
        published = self.translations[type(domain_event)](domain_event)
        return published if isinstance(published, tuple) else (published,)


STORE = resources.files("bilet_kit").joinpath("outbox.sql").read_text(encoding="utf-8")


def store_arguments(published: Iterable[Published], occurred_at: datetime) -> Sequence[object]:
    """The arguments of `STORE` for these events, in this order."""
    rows = []
    for item in published:
        event, fact = item.event, {"ce_factid": str(item.fact_id)} if item.fact_id else {}
        headers = orjson.dumps({"ce_region": event.region_code, **fact, **item.trace}).decode()
        about = (item.aggregate_type, item.aggregate_id, event.topic, event.key)
        rows.append((new_id(), event.type, *about, event.to_json().decode(), headers))
    return (*(list(column) for column in zip(*rows, strict=True)), occurred_at)
