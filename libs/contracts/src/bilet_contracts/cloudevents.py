"""CloudEvents 1.0 on Kafka in binary mode: attributes are headers, the body is the event itself.

Source: CloudEvents Kafka Protocol Binding 1.0.2, section 3.2; `traceparent` as in the Distributed Tracing extension.
`sequence`, `region` and `factid` are our own: `sequence` is a decimal counter that orders as a number, unlike the
registered extension of that name, whose values order as strings.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self, TypeVar
from uuid import UUID

from bilet_contracts.base import owner_of

Headers = list[tuple[str, bytes]]
T = TypeVar("T")

_REQUIRED = ("ce_id", "ce_type", "ce_time", "ce_sequence", "ce_region")


class EnvelopeError(ValueError):
    """A record's headers are no CloudEvent of ours; the error names the place and never repeats the content."""

    def __init__(self, place: str, kind: str) -> None:
        super().__init__(f"{place}: {kind}")
        self.place = place
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The CloudEvents attributes that travel beside an event.

    Attributes:
        sequence: 1, 2, 3 … per topic and key, without gaps except on compacted topics.
        traceparent: W3C trace context of the work that caused the event, if it was traced.
        fact_id: shared by all versions of one fact; None when there is just one version.
    """

    id: UUID
    type: str
    time: datetime
    sequence: int
    region: str
    subject: str
    traceparent: str | None = None
    fact_id: UUID | None = None

    @property
    def source(self) -> str:
        """The producing service as a URI reference."""
        return source_of(owner_of(self.type))

    def to_headers(self) -> Headers:
        """Write the attributes as Kafka headers."""
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", str(self.id).encode()),
            ("ce_type", self.type.encode()),
            ("ce_source", self.source.encode()),
            ("ce_subject", self.subject.encode()),
            ("ce_time", self.time.isoformat().encode()),
            ("ce_sequence", str(self.sequence).encode()),
            ("ce_region", self.region.encode()),
            ("content-type", b"application/json"),
        ]
        if self.fact_id is not None:
            headers.append(("ce_factid", str(self.fact_id).encode()))
        if self.traceparent is not None:
            headers.append(("traceparent", self.traceparent.encode()))
        return headers

    @classmethod
    def from_headers(cls, headers: Iterable[tuple[str, bytes]]) -> Self:
        """Read the attributes from Kafka headers.

        Raises:
            EnvelopeError: a required header is missing or cannot be read.
        """
        given = _decoded(headers)
        for name in _REQUIRED:
            if name not in given:
                raise EnvelopeError(name, "missing")
        time = _parsed(given, "ce_time", datetime.fromisoformat)
        if time.tzinfo is None:
            raise EnvelopeError("ce_time", "naive")
        return cls(
            id=_parsed(given, "ce_id", UUID),
            type=given["ce_type"],
            time=time,
            sequence=_parsed(given, "ce_sequence", int),
            region=given["ce_region"],
            subject=given.get("ce_subject", ""),
            traceparent=given.get("traceparent"),
            fact_id=_parsed(given, "ce_factid", UUID) if "ce_factid" in given else None,
        )


def source_of(service: str) -> str:
    """Write a producing service as a URI reference."""
    return f"/bilet/{service}"


def claims_of_another(topic: str, headers: Iterable[tuple[str, bytes]]) -> str:
    """Name the header in which a record names another producer than its topic's owner; empty when none does.

    A broker without access rules takes anything from anybody, so what a record says of itself must at least agree with
    where it lies. A header given twice must agree each time.
    """
    owner = owner_of(topic)
    sources = [value for name, value in headers if name == "ce_source"]
    if not sources or any(value != source_of(owner).encode() for value in sources):
        return "ce_source"
    if any(name == "ce_type" and not (value or b"").startswith(f"{owner}.".encode()) for name, value in headers):
        return "ce_type"
    return ""


def event_type(headers: Iterable[tuple[str, bytes]]) -> str:
    """Read the CloudEvents type alone, or an empty string: enough to pass over what nobody here consumes."""
    for name, value in headers:
        if name == "ce_type":
            return (value or b"").decode("ascii", "replace")  # Kafka allows a header without a value
    return ""


def _decoded(headers: Iterable[tuple[str, bytes]]) -> Mapping[str, str]:
    """Decode headers; one without a value, as Debezium writes for an empty column, is as good as none."""
    try:
        return {name: value.decode() for name, value in headers if value is not None}
    except UnicodeDecodeError:
        raise EnvelopeError("headers", "not text") from None


def _parsed(given: Mapping[str, str], name: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(given[name])
    except ValueError:
        raise EnvelopeError(name, "unreadable") from None
