"""One trace from the HTTP request through the outbox and Kafka to the last consumer."""

import contextlib
import dataclasses
from uuid import uuid4

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bilet_kit.consuming.consumers import Consumers, Received
from bilet_kit.observability.tracing import configure_tracing
from bilet_kit.process.api import create_api
from bilet_kit.process.worker import create_worker
from bilet_kit.storage.database import Transaction
from bilet_kit.web.auth import KeySet
from tests.support.asgi import client_of
from tests.support.echo_service.bootstrap import build
from tests.support.echo_service.consumers import listen
from tests.support.echo_service.contracts import ANSWERS, CALLS, EchoedV1
from tests.support.echo_service.settings import settings_for
from tests.support.going_on import go_on_where_kafka_is
from tests.support.kafka import Kafka
from tests.support.waiting import wait_until

ASKED_BY = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture(scope="module")
def spans() -> InMemorySpanExporter:
    """Every span this process ends; a provider can be set once in a process."""
    exporter = InMemorySpanExporter()
    configure_tracing("echo", 1.0, SimpleSpanProcessor(exporter))
    return exporter


def hearing_the_echo(group: str, heard: set[str]) -> Consumers:
    """Add to the echo service's listeners one that consumes what they publish."""
    consumers = listen(group)

    @consumers.handle(EchoedV1)
    async def hear(received: Received[EchoedV1], _tx: Transaction) -> None:
        heard.add(received.event.key)

    return consumers


async def test_one_trace_leads_from_the_request_to_the_last_consumer(
    address: str, tansu: Kafka, spans: InMemorySpanExporter
) -> None:
    await tansu.create_topics(CALLS, ANSWERS)
    settings = settings_for(
        address, kafka_bootstrap=tansu.bootstrap, kafka_idempotence=False, kafka_fetch_max_wait_ms=20
    )
    caller, heard = uuid4(), set[str]()
    consumers = hearing_the_echo(tansu.unique("trace"), heard)
    service = build(settings, KeySet(settings))
    await go_on_where_kafka_is(service)
    worker = create_worker(dataclasses.replace(build(settings, KeySet(settings)), consumers=consumers))
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(client_of(worker))
        client = await stack.enter_async_context(client_of(create_api(service)))
        answer = await client.post(
            "/echo/calls", json={"caller_id": str(caller), "number": 1}, headers={"traceparent": ASKED_BY}
        )
        assert answer.status_code == 201
        await wait_until(lambda: str(caller) in heard, 30, what="the echo of the echo")

    request, handled, last = (
        one_span(spans, name, trace_id=int(ASKED_BY.split("-")[1], 16))
        for name in ("POST /echo/calls", "echo.called.v1", "echo.echoed.v1")
    )
    assert request.kind is trace.SpanKind.SERVER
    assert (handled.kind, last.kind) == (trace.SpanKind.CONSUMER, trace.SpanKind.CONSUMER)
    assert [parent_of(span) for span in (request, handled, last)] == [
        int(ASKED_BY.split("-")[2], 16),
        own_id(request),
        own_id(handled),
    ]


def one_span(exporter: InMemorySpanExporter, name: str, trace_id: int) -> ReadableSpan:
    (span,) = [
        span
        for span in exporter.get_finished_spans()
        if span.name == name and span.context is not None and span.context.trace_id == trace_id
    ]
    return span


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def own_id(span: ReadableSpan) -> int | None:
    return span.context.span_id if span.context else None
