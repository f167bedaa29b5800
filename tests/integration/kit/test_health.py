"""What a worker says of itself is what the broker says of it: an unknown lag is neither zero nor ready."""

import dataclasses
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from bilet_kit.process.worker import create_worker
from bilet_kit.web.auth import KeySet
from tests.support.asgi import client_of
from tests.support.echo_service.bootstrap import build
from tests.support.echo_service.calls import called
from tests.support.echo_service.consumers import listen
from tests.support.echo_service.contracts import ANSWERS, CALLS
from tests.support.echo_service.settings import settings_for
from tests.support.going_on import go_on_where_kafka_is
from tests.support.kafka import Kafka
from tests.support.kafka_proxy import Api, KafkaProxy
from tests.support.tokens import TokenMaker
from tests.support.waiting import wait_until


@pytest.fixture
async def proxy(tansu: Kafka) -> AsyncIterator[KafkaProxy]:
    await tansu.create_topics(CALLS, ANSWERS)
    async with KafkaProxy(tansu.bootstrap) as proxy:
        yield proxy


@pytest.fixture
async def worker(address: str, tansu: Kafka, proxy: KafkaProxy, tokens: TokenMaker) -> AsyncIterator[httpx.AsyncClient]:
    """Run a worker that reaches the broker through the proxy alone."""
    settings = settings_for(address, kafka_bootstrap=proxy.address, kafka_idempotence=False, kafka_fetch_max_wait_ms=20)
    service = build(settings, KeySet(settings, {tokens.key.kid: tokens.key.private.public_key()}))
    await go_on_where_kafka_is(service)
    async with client_of(
        create_worker(dataclasses.replace(service, consumers=listen(tansu.unique("health"))))
    ) as client:
        yield client


async def readiness(worker: httpx.AsyncClient) -> tuple[int, str]:
    answer = await worker.get("/health/ready")
    return answer.status_code, answer.json()["status"]


async def metric(worker: httpx.AsyncClient, name: str) -> str:
    lines = (await worker.get("/metrics/")).text.splitlines()
    return next(line.rpartition(" ")[2] for line in lines if line.startswith((f"{name} ", f"{name}{{")))


async def test_with_a_frozen_broker_a_worker_is_not_ready_and_its_lag_is_unknown(
    worker: httpx.AsyncClient, proxy: KafkaProxy, tansu: Kafka
) -> None:
    async def is_ready() -> bool:
        return (await readiness(worker))[0] == 200

    async def is_waiting_for_kafka() -> bool:
        return await readiness(worker) == (503, "waiting for kafka")

    async def has_caught_up() -> bool:
        return await metric(worker, "bilet_consumer_lag_records") == "0.0"

    await wait_until(is_ready, 20, what="the first lag")
    frozen = proxy.hold_answers(Api.LIST_OFFSETS)
    await wait_until(is_waiting_for_kafka, 20, what="the worker to notice")
    assert await metric(worker, "bilet_consumer_lag_records") == "NaN"

    await tansu.produce([called(uuid4(), 1).for_kafka()])
    proxy.lift(frozen)
    await wait_until(is_ready, 20, what="the worker to be ready again")
    await wait_until(has_caught_up, 20, what="the lag to be gone")


async def test_a_process_tells_its_build_its_jobs_and_its_free_connections(worker: httpx.AsyncClient) -> None:
    async def job_has_run() -> bool:
        text = (await worker.get("/metrics/")).text
        return 'bilet_job_last_success_timestamp_seconds{job="measure"}' in text

    await wait_until(job_has_run, 20, what="the first measurement")
    assert float(await metric(worker, "bilet_build_info")) == 1
    assert float(await metric(worker, "bilet_database_free_connections")) > 0
    assert float(await metric(worker, "bilet_outbox_oldest_seconds")) == 0
