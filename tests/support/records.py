"""Kafka records as a consumer meets them, made by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Self
from uuid import UUID, uuid4

from bilet_contracts.base import Event
from bilet_contracts.cloudevents import Envelope, Headers
from tests.support.kafka import Record

_offsets = count()
OCCURRED = datetime(2026, 8, 1, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HandMade:
    """One record; its offset is always new, so that a copy is what a repeat in the topic is."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    partition: int = 0
    offset: int = field(default_factory=lambda: next(_offsets))

    @classmethod
    def of(cls, event: Event, sequence: int, *, event_id: UUID | None = None, fact_id: UUID | None = None) -> Self:
        """Make the record of an event as a relay writes it."""
        envelope = Envelope(
            id=event_id or uuid4(),
            type=event.type,
            time=OCCURRED,
            sequence=sequence,
            region=event.region_code,
            subject=event.key,
            fact_id=fact_id,
        )
        return cls(event.topic, event.key.encode(), event.to_json(), envelope.to_headers())

    def repeated(self) -> Self:
        """Repeat the same record, further on in the topic."""
        return replace(self, offset=next(_offsets))

    def on(self, topic: str) -> Self:
        """Move the same record to another topic."""
        return replace(self, topic=topic)

    def with_header(self, name: str, value: bytes) -> Self:
        return replace(self, headers=[(n, v) for n, v in self.headers if n != name] + [(name, value)])

    def without_header(self, name: str) -> Self:
        return replace(self, headers=[(n, v) for n, v in self.headers if n != name])

    def with_value(self, value: bytes | None) -> Self:
        return replace(self, value=value)

    def for_kafka(self) -> Record:
        return Record(
            topic=self.topic,
            key=self.key.decode() if self.key is not None else None,
            value=self.value or b"",
            headers={name: value.decode() for name, value in self.headers},
        )


def twice(records: Iterable[HandMade]) -> list[HandMade]:
    """Every record, and every record again."""
    once = list(records)
    return [*once, *(record.repeated() for record in once)]
