"""OpenTelemetry: one trace from the HTTP request through the outbox and Kafka to the last consumer."""

from collections.abc import Sequence
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Status
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

CONTEXT = TraceContextTextMapPropagator()
"""W3C trace context alone: baggage would carry whatever a client writes into it."""

QUIET: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}
"""Spans keep no exception: its text may repeat what it failed on."""

ATTRIBUTES = frozenset({"http.request.method", "http.route", "http.response.status_code"})
"""All that a span may tell besides its name and times; whatever else a library adds does not leave the process."""

_SECONDS = 3.0
"""How long a collector may take: for a batch, and for the last one when the process ends."""


class KnownAttributes(SpanExporter):
    """Passes spans on with known attributes only, without events and without the words of a status."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export what may be known of the spans."""
        return self._exporter.export([_known(span) for span in spans])

    def shutdown(self) -> None:
        """Let go of the connection."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Wait until everything is out."""
        return self._exporter.force_flush(timeout_millis)


def batched(exporter: SpanExporter) -> SpanProcessor:
    """Send spans in batches from a thread of its own; while a collector is away they are dropped, and nobody waits."""
    return BatchSpanProcessor(KnownAttributes(exporter), export_timeout_millis=_SECONDS * 1_000)


def to_collector(address: str) -> SpanProcessor | None:
    """Make the way to an OTLP collector (HTTP, protobuf), whose address ends in `/v1/traces`; without one there is none."""
    if not address:
        return None
    # Loading it takes 3 MB and 0.2 s of every process, and most installations have no collector.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    return batched(OTLPSpanExporter(endpoint=address, timeout=_SECONDS))


def configure_tracing(service: str, ratio: float, processor: SpanProcessor | None = None) -> TracerProvider:
    """Set the process's tracer provider once; without a processor contexts are still carried on.

    Args:
        service: `service.name` of the spans.
        ratio: share of new traces that are recorded, 0–1; a caller's own decision is followed.
        processor: what becomes of finished spans.
    """
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(ratio)), resource=Resource.create({"service.name": f"bilet-{service}"})
    )
    if processor is not None:
        provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    return provider


def _known(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes={name: value for name, value in (span.attributes or {}).items() if name in ATTRIBUTES},
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
