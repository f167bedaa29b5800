"""Spans reach a collector that no one here wrote the format of: in batches, with what may be known, and nobody waits."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Status, StatusCode
from pydantic import ValidationError

from bilet_kit.observability.tracing import to_collector
from bilet_kit.settings import ServiceSettings

SECRET = "Иванова Ева"


@dataclass(slots=True)
class Collector:
    """An OTLP receiver; while `open` is not set it takes requests and answers none."""

    address: str = ""
    requests: list[ExportTraceServiceRequest] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)

    @property
    def spans(self) -> list[object]:
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    collector.open.set()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.open.wait(30)
            collector.requests.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    collector.address = f"http://127.0.0.1:{server.server_port}/v1/traces"
    yield collector
    collector.open.set()
    server.shutdown()
    server.server_close()


def provider_to(collector: Collector) -> TracerProvider:
    provider = TracerProvider(shutdown_on_exit=False)
    processor = to_collector(collector.address)
    assert processor is not None
    provider.add_span_processor(processor)
    return provider


def test_a_span_arrives_with_what_may_be_known_and_nothing_else(collector: Collector) -> None:
    provider = provider_to(collector)
    with provider.get_tracer("test").start_as_current_span("GET /bookings/{booking_id}") as span:
        span.set_attributes({"http.route": "/bookings/{booking_id}", "url.full": f"/bookings?name={SECRET}"})
        span.add_event("exception", {"exception.message": SECRET})
        span.set_status(Status(StatusCode.ERROR, SECRET))
    provider.shutdown()

    (sent,) = collector.spans
    assert sent.name == "GET /bookings/{booking_id}"  # type: ignore[attr-defined]
    assert [attribute.key for attribute in sent.attributes] == ["http.route"]  # type: ignore[attr-defined]
    assert not any(SECRET.encode() in request.SerializeToString() for request in collector.requests)


def test_a_collector_that_hangs_holds_nobody_up(collector: Collector) -> None:
    collector.open.clear()
    provider = provider_to(collector)
    tracer = provider.get_tracer("test")
    began = time.monotonic()
    for _ in range(5_000):  # more than the queue holds
        tracer.start_span("work").end()
    assert time.monotonic() - began < 2.5  # an export alone may take three seconds
    collector.open.set()
    provider.shutdown()


def test_without_an_address_nothing_starts() -> None:
    before = threading.active_count()
    assert to_collector("") is None
    assert threading.active_count() == before


@pytest.mark.parametrize("address", ["http://collector:4318/v1/traces", "ftp://127.0.0.9/"])
def test_production_sends_no_traces_in_the_open(address: str) -> None:
    known = {"database_url": "postgresql://x/y", "kafka_security_protocol": "SASL_SSL", "kafka_user": "u"}
    values = known | {"kafka_password": "p", "trace_address": address}
    with pytest.raises(ValidationError, match="BILET_TRACE_ADDRESS"):
        ServiceSettings.model_validate(values)
    beside = values | {"trace_address": "http://127.0.0.1:4318/v1/traces"}
    assert ServiceSettings.model_validate(beside).trace_address
