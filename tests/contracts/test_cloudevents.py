"""Attributes travel as headers, and unreadable ones are named without being repeated."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_contracts.base import Event
from bilet_contracts.cloudevents import Envelope, EnvelopeError, claims_of_another, event_type

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


@given(envelopes)
def test_a_record_in_its_owner_s_topic_claims_nobody_else(envelope: Envelope) -> None:
    owner = envelope.type.partition(".")[0]
    assert claims_of_another(f"{owner}.events", envelope.to_headers()) == ""


@given(envelopes)
def test_a_record_in_another_s_topic_is_seen_by_its_source(envelope: Envelope) -> None:
    assert claims_of_another("notifications.events", envelope.to_headers()) == "ce_source"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("ce_source", b"/bilet/booking"),
        ("ce_source", b"/bilet/identity-2"),
        ("ce_source", b""),
        ("ce_type", b"booking.booking-approved.v1"),
        ("ce_type", b"identity"),
        ("ce_type", b"identityx.student-changed.v1"),
    ],
)
def test_one_header_that_names_another_is_enough(header: str, value: bytes) -> None:
    said = {"ce_source": b"/bilet/identity", "ce_type": b"identity.student-changed.v1"}
    assert claims_of_another("identity.events", (said | {header: value}).items()) == header
    assert claims_of_another("identity.events", [*said.items(), (header, value)]) == header


def test_a_record_that_does_not_say_whose_it_is_is_nobody_s() -> None:
    assert claims_of_another("identity.events", [("ce_type", b"identity.student-changed.v1")]) == "ce_source"


def test_an_event_is_declared_only_in_a_topic_of_its_own_service() -> None:
    with pytest.raises(TypeError, match=r"identity\.events belongs to identity, not to booking"):

        class StudentForgedV1(Event, service="booking", topic="identity.events", key="student_id"):
            """Booking says something in identity's name."""

            student_id: str
