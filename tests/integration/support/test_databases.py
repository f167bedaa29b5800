"""The ground other tests stand on: databases and brokers."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg

from tests.support.databases import Databases
from tests.support.kafka import Kafka, Record
from tests.support.kafka_proxy import Api, KafkaProxy
from tests.support.plugin import DatabaseUrl, SetClock
from tests.support.postgres import LocalPostgres
from tests.support.waiting import wait_until


async def test_every_database_is_new_and_migrated(database_url: DatabaseUrl) -> None:
    first, second = await database_url("echo"), await database_url("echo")
    connection = await asyncpg.connect(first)
    await connection.execute("INSERT INTO calls (caller_id, number) VALUES (gen_random_uuid(), 1)")
    assert await connection.fetchval("SELECT count(*) FROM calls") == 1
    await connection.close()

    other = await asyncpg.connect(second)
    assert await other.fetchval("SELECT count(*) FROM calls") == 0
    assert await other.fetchval("SELECT business_now() IS NOT NULL")
    await other.close()


async def test_a_service_is_migrated_once_in_a_run(databases: Databases) -> None:
    migrated: list[str] = []

    async def migrate(service: str, address: str) -> None:
        migrated.append(service)

    counted = Databases(databases.server, migrate)
    await counted.create("echo")
    await counted.create("echo")
    await counted.drop_all()
    assert migrated == ["echo"]


async def test_business_time_goes_on_from_the_moment_it_is_set_to(
    database_url: DatabaseUrl, set_clock: SetClock
) -> None:
    address = await database_url("echo")
    for moment in (datetime(2026, 7, 7, 9, tzinfo=UTC), datetime(2026, 9, 1, 9, tzinfo=UTC)):
        await set_clock(address, moment)
        connection = await asyncpg.connect(address)
        assert moment <= await connection.fetchval("SELECT business_now()") < moment + timedelta(minutes=1)
        await connection.close()


async def test_a_killed_server_keeps_what_was_committed(mortal_postgres: LocalPostgres) -> None:
    connection = await asyncpg.connect(mortal_postgres.url())
    await connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    await connection.execute("BEGIN; CREATE TABLE lost AS SELECT 1 AS one")
    await mortal_postgres.kill()
    await mortal_postgres.start()
    connection = await asyncpg.connect(mortal_postgres.url())
    assert await connection.fetchval("SELECT one FROM kept") == 1
    assert await connection.fetchval("SELECT to_regclass('lost')") is None
    await connection.close()


async def test_the_proxy_can_hide_an_acknowledgement_of_what_was_written(each_kafka: Kafka) -> None:
    topic = await each_kafka.topic()
    async with KafkaProxy(each_kafka.bootstrap) as proxy:
        hold = proxy.hold_answers(Api.PRODUCE)
        behind = Kafka(proxy.address, idempotent=each_kafka.idempotent)
        sending = asyncio.create_task(behind.produce([Record(topic, "k", b"v", {"ce_id": "1"})]))
        await asyncio.wait_for(hold.seen.wait(), 10)
        assert [record.value for record in await each_kafka.records(topic)] == [b"v"]
        assert not sending.done()
        hold.let_go()
        await sending


async def test_the_proxy_can_keep_a_request_from_the_broker(each_kafka: Kafka) -> None:
    topic = await each_kafka.topic()
    async with KafkaProxy(each_kafka.bootstrap) as proxy:
        hold = proxy.hold_requests(Api.PRODUCE)
        behind = Kafka(proxy.address, idempotent=each_kafka.idempotent)
        sending = asyncio.create_task(behind.produce([Record(topic, "k", b"v", {"ce_id": "1"})]))
        await asyncio.wait_for(hold.seen.wait(), 10)
        assert await each_kafka.records(topic) == []
        hold.let_go()
        await sending
        assert await wait_until(lambda: each_kafka.records(topic))
