"""The HTTP process of a service: its routes in their frame, health and metrics; it knows PostgreSQL and no Kafka."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from prometheus_client import make_asgi_app

from bilet_kit.process.draining import Draining
from bilet_kit.process.health import health_router
from bilet_kit.process.service import Service
from bilet_kit.storage.migrations import refuse_stale_schema
from bilet_kit.web.documents import complete_document, description_of
from bilet_kit.web.frame import RequestFrame
from bilet_kit.web.problems import PROBLEMS, install_problem_handlers
from bilet_kit.web.routing import add_routes


def create_api(service: Service) -> FastAPI:
    """Make the service's HTTP app.

    FastAPI's own telemetry is off: `RequestFrame` traces, counts and logs, and repeats no input.
    """
    draining = Draining()
    app = FastAPI(
        **description_of(service.name, service.title),
        docs_url="/docs" if service.settings.allows_conveniences else None,
        redoc_url=None,
        lifespan=_lifespan(service, draining),
        responses=PROBLEMS,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    _add_routes(app, service, draining)
    app.add_middleware(RequestFrame, largest=service.settings.http_max_body_bytes)
    return app


def _add_routes(app: FastAPI, service: Service, draining: Draining) -> None:
    app.state.database, app.state.verifier, app.state.parts = service.database, service.verifier, service.parts
    install_problem_handlers(app, service.domain_error, service.problems)
    complete_document(app)
    add_routes(app, service.router)
    app.include_router(health_router(service, leaving=lambda: draining.begun))
    app.mount("/metrics", make_asgi_app())


def _lifespan(service: Service, draining: Draining) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            await refuse_stale_schema(service.database, service.migrations)
            with draining.on_sigterm(service.settings.drain_seconds):
                yield

    return lifespan
