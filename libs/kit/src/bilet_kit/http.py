"""The HTTP edge of a service: the app, its middleware, and the transaction that commits before the answer leaves."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from http import HTTPStatus
from time import perf_counter
from typing import Annotated, Any
from uuid import uuid4

import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute
from opentelemetry import trace
from prometheus_client import make_asgi_app
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bilet_kit import metrics
from bilet_kit.database import Transaction
from bilet_kit.errors import PROBLEMS, install_problem_handlers, unexpected
from bilet_kit.health import health_router
from bilet_kit.migrations import refuse_stale_schema
from bilet_kit.service import Service
from bilet_kit.tracing import CONTEXT, QUIET

_tracer = trace.get_tracer("bilet.http")
_access = structlog.get_logger()


async def open_transaction(request: Request) -> AsyncIterator[Transaction]:
    """The request's transaction: committed when the route has returned, before its answer is sent."""
    service: Service = request.app.state.service
    async with service.database.transaction() as tx:
        yield tx


Tx = Annotated[Transaction, Depends(open_transaction, scope="function")]


def tried_first(short_way: Callable[[Request], Awaitable[Response | None]]) -> type[APIRoute]:
    """Routes of a hot path: the short way answers without dependency injection, or leaves it to the declared route."""

    class TriedFirst(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            long_way = super().get_route_handler()

            async def handle(request: Request) -> Response:
                return await short_way(request) or await long_way(request)

            return handle

    return TriedFirst


def create_api(service: Service) -> FastAPI:
    """The service's HTTP process; it knows PostgreSQL and no Kafka."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            await refuse_stale_schema(service.database, service.migrations)
            yield

    pages: dict[str, Any] = {"docs_url": "/docs" if service.settings.allows_conveniences else None, "redoc_url": None}
    about: dict[str, Any] = {"title": service.title, "version": "1", "servers": [{"url": f"/api/v1/{service.name}"}]}
    silent: Any = {"tracing": False, "metrics": False, "logs": False}  # RequestFrame does it, and repeats no input
    app = FastAPI(lifespan=lifespan, responses=PROBLEMS, telemetry=silent, **about, **pages)
    app.state.service = service
    install_problem_handlers(app, service.domain_error, service.problems)

    app.include_router(service.router)
    app.include_router(health_router(service))
    app.mount("/metrics", make_asgi_app())
    app.add_middleware(RequestFrame, largest=service.settings.http_max_body_bytes)
    return app


class RequestFrame:
    """Pure ASGI frame around each request: size limit, request id, span, access log line and metric; no path values."""

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
    """Counts what comes in and remembers what went out."""

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
