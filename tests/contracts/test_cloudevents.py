"""Attributes travel as headers, and unreadable ones are named without being repeated."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_contracts.cloudevents import Envelope, EnvelopeError, event_type

envelopes = st.builds(
    Envelope,
    id=st.uuids(),
    type=st.sampled_from(["booking.booking-approved.v1", "identity.student-registered.v12"]),
    time=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=4))])),
    sequence=st.integers(1, 2**60),
    region=st.text("0123456789", min_size=1, max_size=3),
    subject=st.uuids().map(str),
    traceparent=st.none() | st.just("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    fact_id=st.none() | st.uuids(),
)


@given(envelopes)
def test_what_is_written_is_read_again(envelope: Envelope) -> None:
    assert Envelope.from_headers(envelope.to_headers()) == envelope


@given(envelopes, st.sampled_from(["ce_id", "ce_type", "ce_time", "ce_sequence", "ce_region"]))
def test_a_missing_attribute_is_named(envelope: Envelope, name: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        Envelope.from_headers(header for header in envelope.to_headers() if header[0] != name)
    assert (refused.value.place, refused.value.kind) == (name, "missing")


@given(envelopes, st.sampled_from(["ce_id", "ce_time", "ce_sequence", "ce_factid"]))
def test_an_unreadable_attribute_is_named_and_its_value_is_not(envelope: Envelope, name: str) -> None:
    headers = [header for header in envelope.to_headers() if header[0] != name]
    with pytest.raises(EnvelopeError) as refused:
        Envelope.from_headers([*headers, (name, "Иванов".encode())])
    assert str(refused.value) == f"{name}: unreadable"


@given(st.lists(st.tuples(st.text(), st.binary())))
def test_any_headers_are_read_or_refused_but_never_crash(headers: list[tuple[str, bytes]]) -> None:
    assert isinstance(event_type(headers), str)
    with pytest.raises(EnvelopeError):
        Envelope.from_headers(headers)


def test_a_naive_time_is_refused() -> None:
    envelope = Envelope(
        id=uuid4(),
        type="a.b.v1",
        time=datetime(2026, 9, 1),  # noqa: DTZ001 — that is the fault
        sequence=1,
        region="63",
        subject="",
    )
    with pytest.raises(EnvelopeError, match="ce_time: naive"):
        Envelope.from_headers(envelope.to_headers())


def test_the_source_is_the_producing_service() -> None:
    envelope = Envelope.from_headers(
        [
            ("ce_id", b"0190a6a1-0000-7000-8000-000000000000"),
            ("ce_type", b"booking.booking-approved.v1"),
            ("ce_time", b"2026-09-01T00:00:00+00:00"),
            ("ce_sequence", b"1"),
            ("ce_region", b"63"),
        ]
    )
    assert envelope.source == "/bilet/booking"
