"""The worker process of a service: consumers, relay and jobs, with health and metrics over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from prometheus_client import make_asgi_app

from bilet_kit.consuming.subscriber import LagWatch, build_broker
from bilet_kit.events.lease import Lease
from bilet_kit.events.relay import ProducerFactory, Relay, producer_of
from bilet_kit.events.sweeper import Sweeper
from bilet_kit.observability import metrics
from bilet_kit.process.health import health_router
from bilet_kit.process.housekeeping import HOUSEKEEPING
from bilet_kit.process.restoring import producer_looking_again, refuse_older_database
from bilet_kit.process.service import Job, Service
from bilet_kit.storage.database import Database
from bilet_kit.storage.migrations import refuse_stale_schema

_log = structlog.get_logger()


def create_worker(service: Service) -> FastAPI:
    """Make the service's worker process, as an ASGI app."""
    broker = build_broker(service.settings, service.consumers, service.processor)
    lag = LagWatch(broker)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            await refuse_stale_schema(service.database, service.migrations)
            producer = producer_looking_again(
                service, await refuse_older_database(service), producer_of(service.settings)
            )
            async with _background(service, producer, Job(name="lag", every=2.0, run=lag.measure)), broker:
                await broker.start()
                lag.started.set()
                yield

    app = FastAPI(title=f"{service.title}: worker", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(health_router(service, lambda: lag.is_known))
    app.mount("/metrics", make_asgi_app())
    return app


@asynccontextmanager
async def _background(service: Service, producer: ProducerFactory, watch: Job) -> AsyncIterator[None]:
    """Run relay and jobs, and end them on leaving, after the consumers have stopped."""
    relay = Relay(service.settings.asyncpg_url, producer, Lease("relay"))
    jobs = [_repeat(job, service.database) for job in (watch, *HOUSEKEEPING, *service.jobs, *_sweeping(service))]
    relays = [relay.run()] if service.settings.relay == "on" else []
    tasks = [asyncio.create_task(work) for work in (*relays, *jobs)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _sweeping(service: Service) -> tuple[Job, ...]:
    """Give a worker without a relay the job that empties the outbox behind whatever carries it."""
    return () if service.settings.relay == "on" else (Job(name="sweep-outbox", every=5.0, run=Sweeper().sweep),)


async def _repeat(job: Job, database: Database) -> None:
    while True:
        more = False
        try:
            more = bool(await job.run(database))
            metrics.JOB_SUCCESS.labels(job.name).set_to_current_time()
        except Exception as error:  # noqa: BLE001 — a job that fails once is run again
            metrics.JOB_FAILURES.labels(job.name).inc()
            _log.warning("job-failed", job=job.name, error_type=type(error).__name__)
        await asyncio.sleep(0 if more else job.every)
