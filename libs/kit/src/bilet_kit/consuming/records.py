"""Raw Kafka records, read into events by a service's listeners."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from aiokafka import ConsumerRecord
from pydantic import ValidationError

from bilet_contracts.cloudevents import Envelope, EnvelopeError, claims_of_another, event_type
from bilet_contracts.words import unknown_words
from bilet_kit.consuming.consumers import Consumers, Listener, Received
from bilet_kit.observability import metrics


class ParkedRecord(NamedTuple):
    """A parked record as Kafka delivered it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


FOREIGN = "foreign"
"""The kind of fault of a record that names another producer than its topic's owner."""

RawRecord: TypeAlias = ConsumerRecord[bytes, bytes] | ParkedRecord


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record cannot succeed: only the place and type of the error, whose text might repeat its input."""

    place: str
    kind: str


@dataclass(slots=True, eq=False)
class Incoming:
    """A record on its way through the inbox, with either an event or a fault."""

    record: RawRecord
    type: str
    listener: Listener | None = None
    received: Received[Any] | None = None
    fault: Fault | None = None

    @property
    def key(self) -> tuple[str, str]:
        """(topic, key) as text that PostgreSQL can keep; what is foreign has a key apart, so that nothing waits behind it."""
        key = without_nul((self.record.key or b"").decode("utf-8", "backslashreplace"))
        return self.record.topic, f"{FOREIGN}:{key}" if self.fault and self.fault.kind == FOREIGN else key

    @property
    def needs_inbox(self) -> bool:
        """Whether a repeat must be noticed: not on compacted topics, whose rows are guarded by their sequence."""
        return self.listener is not None and not self.listener.event.compacted

    @property
    def waits_behind_parked(self) -> bool:
        """Whether it must not overtake a parked record of its key."""
        return self.needs_inbox and self.listener is not None and not self.listener.event.always_handled


def without_nul(text: str) -> str:
    """Write NUL characters as escapes, for PostgreSQL's text cannot hold them."""
    return text.replace("\x00", "\\x00")


def read_record(record: RawRecord, consumers: Consumers) -> Incoming | None:
    """Read a record for its listener, counting words it does not know; None when nobody here consumes its type.

    A record that names another producer than its topic's owner is a fault, whoever consumes its type.
    """
    name = event_type(record.headers)
    listener = consumers.listener(name)
    if place := claims_of_another(record.topic, record.headers):
        return Incoming(record, name if listener else "", listener, fault=Fault(place, FOREIGN))
    if listener is None:
        return None if name else Incoming(record, "", fault=Fault("ce_type", "missing"))
    try:
        received = _received(record, listener)
        for field, _ in unknown_words(received.event):
            metrics.UNKNOWN_WORDS.labels(name, field).inc()
        return Incoming(record, name, listener, received)
    except EnvelopeError as error:
        fault = Fault(error.place, error.kind)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        fault = Fault(".".join(str(part) for part in first["loc"]) or "value", first["type"])
    return Incoming(record, name, listener, fault=fault)


def _received(record: RawRecord, listener: Listener) -> Received[Any]:
    envelope = Envelope.from_headers(record.headers)
    return Received(
        event=listener.event.from_json(record.value or b""),
        id=envelope.id,
        time=envelope.time,
        sequence=envelope.sequence,
        region=envelope.region,
        fact_id=envelope.fact_id or envelope.id,
        traceparent=envelope.traceparent,
    )
