"""The frame around every request: size limit, request id, span, access log line and metric; no path values."""

from http import HTTPStatus
from time import perf_counter
from uuid import uuid4

import structlog
from opentelemetry import trace
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bilet_kit.observability import metrics
from bilet_kit.observability.tracing import CONTEXT, QUIET
from bilet_kit.web.problems import unexpected

_tracer = trace.get_tracer("bilet.http")
_access = structlog.get_logger()


class RequestFrame:
    """Wraps each request; pure ASGI, because Starlette's middleware class leaks connections of cancelled requests."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        request_id = headers.get("x-request-id", "")[:64] or str(uuid4())
        exchange = _Exchange(receive, send, self._largest)
        started = perf_counter()
        new_span = _tracer.start_as_current_span(
            scope["method"], CONTEXT.extract(headers), trace.SpanKind.SERVER, **QUIET
        )
        with structlog.contextvars.bound_contextvars(request_id=request_id), new_span as span:
            try:
                await self._app(scope, exchange.receive, exchange.send)
            except Exception as error:  # noqa: BLE001 — the last place where an answer can still be given
                problem = unexpected(error)
                if not exchange.status:
                    await problem.response()(scope, receive, exchange.send)
            finally:
                _report(scope, exchange.status, perf_counter() - started, span)


class _Exchange:
    """Counts the bytes that come in and remembers the status that went out."""

    def __init__(self, receive: Receive, send: Send, largest: int) -> None:
        self._receive, self._send, self._left = receive, send, largest
        self.status = 0

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        self.status = message.get("status", self.status)
        await self._send(message)


def _report(scope: Scope, status: int, seconds: float, span: trace.Span) -> None:
    route = getattr(scope.get("route"), "path", "unmatched")
    method = scope["method"]
    span.update_name(f"{method} {route}")
    span.set_attributes({"http.request.method": method, "http.route": route, "http.response.status_code": status})
    metrics.HTTP_SECONDS.labels(method, route, str(status)).observe(seconds)
    log = _access.info if status >= HTTPStatus.BAD_REQUEST else _access.debug  # the gateway logs every request
    log("request", method=method, route=route, status=status, duration_ms=round(seconds * 1000, 1))
