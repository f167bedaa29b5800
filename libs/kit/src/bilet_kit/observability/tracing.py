"""OpenTelemetry: one trace from the HTTP request through the outbox and Kafka to the last consumer."""

from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

CONTEXT = TraceContextTextMapPropagator()
"""W3C trace context alone: baggage would carry whatever a client writes into it."""

QUIET: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}
"""Spans keep no exception: its text may repeat what it failed on."""


def configure_tracing(service: str, ratio: float, exporter: SpanExporter | None = None) -> TracerProvider:
    """Set the process's tracer provider once; without an exporter contexts are still carried on.

    Args:
        service: `service.name` of the spans.
        ratio: share of new traces that are recorded, 0–1; a caller's own decision is followed.
        exporter: where finished spans go.
    """
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(ratio)), resource=Resource.create({"service.name": f"bilet-{service}"})
    )
    if exporter is not None:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return provider
