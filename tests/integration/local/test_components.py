"""Each component alone: it starts, serves, survives a crash, stops without a trace."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

import aiosmtplib
import asyncpg
import httpx
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from bilet_local.components import ApacheKafka, External, MailCatcher, PostgreSQL, ProcessComponent, Tansu
from bilet_local.errors import StackError
from bilet_local.topics import create_topics, read_topics
from tests.support.waiting import wait_until

C = TypeVar("C", bound=ProcessComponent)


@pytest.fixture
async def postgres(tmp_path: Path) -> AsyncIterator[PostgreSQL]:
    async with running(PostgreSQL(directory=tmp_path / "postgres", databases=("identity", "booking"))) as component:
        yield component


@pytest.fixture
async def mail(tmp_path: Path) -> AsyncIterator[MailCatcher]:
    async with running(MailCatcher(directory=tmp_path / "mail")) as component:
        yield component


async def test_each_service_owns_its_database_and_no_other(postgres: PostgreSQL) -> None:
    connection = await asyncpg.connect(postgres.database_url("booking"))
    try:
        await connection.execute("CREATE EXTENSION btree_gist")
        owner = await connection.fetchval("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'booking'")
        superuser = await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    finally:
        await connection.close()

    assert (owner, superuser) == ("booking", False)


async def test_a_database_lets_in_its_owner_alone(postgres: PostgreSQL) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(postgres.database_url("identity", user="booking"))


async def test_postgres_keeps_what_was_committed_when_it_is_killed(postgres: PostgreSQL) -> None:
    connection = await asyncpg.connect(postgres.database_url("identity"))
    await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    await connection.close()

    postgres.kill()
    await wait_until(lambda: postgres.pid is None)
    await postgres.start()
    await postgres.ready()

    connection = await asyncpg.connect(postgres.database_url("identity"))
    try:
        assert await connection.fetchval("SELECT answer FROM kept") == 42
    finally:
        await connection.close()


async def test_a_stopped_postgres_leaves_no_process_and_a_free_port(tmp_path: Path) -> None:
    postgres = PostgreSQL(directory=tmp_path / "postgres")
    await postgres.start()
    await postgres.ready()
    assert postgres.pid is not None
    family = [psutil.Process(postgres.pid), *psutil.Process(postgres.pid).children(recursive=True)]

    await postgres.stop()

    assert postgres.returncode == 0
    assert not [process for process in family if process.is_running()]


async def test_a_taken_port_is_named_with_its_holder(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StackError, match=rf"Порт {port} \(mail\) занят процессом .*pid"):
            await MailCatcher(directory=tmp_path, port=port).start()


async def test_a_component_that_cannot_start_says_why(tmp_path: Path) -> None:
    postgres = PostgreSQL(directory=tmp_path / "postgres", settings={"shared_buffers": "nonsense"})
    await postgres.start()

    with pytest.raises(StackError, match="shared_buffers"):
        await postgres.ready()


async def test_an_address_from_the_environment_that_is_dead_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bilet_local.components.external._PATIENCE", 0.1)

    with pytest.raises(StackError, match=r"127\.0\.0\.1:1 "):
        await External("kafka", "127.0.0.1:1").ready()


async def test_the_mail_catcher_shows_what_was_sent(mail: MailCatcher) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "bilet@bilet.local", "parent@example.org", "Подтвердите запись"
    message["Message-ID"] = "<one@bilet.local>"
    message.set_content("Ждём до вторника. <script>")
    await aiosmtplib.send(message, hostname="127.0.0.1", port=mail.port, start_tls=False)

    async with httpx.AsyncClient(base_url=mail.web_url) as client:
        [caught] = (await client.get("/api/mails", params={"to": "parent@example.org"})).json()["items"]
        others = (await client.get("/api/mails", params={"to": "nobody@example.org"})).json()["items"]
        page = (await client.get("/")).text

    assert (caught["subject"], caught["message_id"]) == ("Подтвердите запись", "<one@bilet.local>")
    assert caught["text"].startswith("Ждём до вторника")
    assert others == []
    assert "Подтвердите запись" in page
    assert "<script>" not in page


async def test_tansu_carries_a_record_and_topics_are_made_once(tmp_path: Path) -> None:
    async with running(Tansu(directory=tmp_path)) as broker:
        await _carry_a_record(broker)


@pytest.mark.apache_kafka
async def test_apache_kafka_keeps_its_records_when_it_is_killed(tmp_path: Path) -> None:
    async with running(ApacheKafka(directory=tmp_path)) as broker:
        await _carry_a_record(broker)
        broker.kill()
        await wait_until(lambda: broker.pid is None)
        await broker.start()
        await broker.ready()

        assert await _read_one(broker.address) == b"kept"


async def _carry_a_record(broker: Tansu | ApacheKafka) -> None:
    topics = read_topics()
    await create_topics(broker.settings, topics)
    await create_topics(broker.settings, topics)
    assert await _partitions(broker.address) == {topic.name: topic.partitions for topic in topics}

    producer = AIOKafkaProducer(
        bootstrap_servers=broker.address, acks="all", enable_idempotence=broker.idempotent_producing
    )
    await producer.start()
    await producer.send_and_wait("booking.events", b"kept", key=b"student")
    await producer.stop()
    assert await _read_one(broker.address) == b"kept"


async def _partitions(address: str) -> dict[str, int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        described = await admin.describe_topics([topic.name for topic in read_topics()])
        return {topic["topic"]: len(topic["partitions"]) for topic in described}
    finally:
        await admin.close()


async def _read_one(address: str) -> bytes | None:
    consumer = AIOKafkaConsumer("booking.events", bootstrap_servers=address, auto_offset_reset="earliest")
    await consumer.start()
    try:
        record = await consumer.getone()
        value: bytes | None = record.value
        return value
    finally:
        await consumer.stop()


@asynccontextmanager
async def running(component: C) -> AsyncIterator[C]:
    await component.start()
    try:
        await component.ready()
        yield component
    finally:
        await component.stop()
