"""Apache Kafka as an installation runs it: a service writes its own topics alone, a stranger nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from confluent_kafka.admin import AdminClient, ScramMechanism, UserScramCredentialDeletion

from bilet_contracts.identity import StudentChangedV1
from bilet_kit.bus import connection_of
from bilet_kit.settings import KafkaSettings
from bilet_local.access import Rights, client_file, grant, librdkafka_options, read_rights
from bilet_local.bus import open_bus
from bilet_local.certificates import issue
from bilet_local.components.guard import AUTHORITY
from bilet_local.topics import read_topics
from tests.support.closed_kafka import ClosedKafka
from tests.support.kafka import Record
from tests.support.waiting import wait_until

pytestmark = pytest.mark.apache_kafka
TOPICS = [topic.name for topic in read_topics()]
SERVICES = [rights for rights in read_rights() if rights.writes]
RIGHTS = {rights.principal: rights for rights in read_rights()}


@asynccontextmanager
async def producer(kafka: KafkaSettings) -> AsyncIterator[AIOKafkaProducer]:
    one = AIOKafkaProducer(**connection_of(kafka), acks="all", enable_idempotence=True, request_timeout_ms=10_000)
    await one.start()
    try:
        yield one
    finally:
        await one.stop()


@asynccontextmanager
async def consumer(kafka: KafkaSettings, *topics: str, group: str | None = None) -> AsyncIterator[AIOKafkaConsumer]:
    one = AIOKafkaConsumer(*topics, **connection_of(kafka), group_id=group, auto_offset_reset="earliest")
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


async def written(kafka: KafkaSettings, topic: str) -> bool:
    """Whether the broker takes a record; what it refuses is refused for want of a right."""
    try:
        async with producer(kafka) as one:
            await one.send_and_wait(topic, b"{}", key=b"key")
    except TopicAuthorizationFailedError:
        return False
    return True


async def read(kafka: KafkaSettings, topic: str) -> bool:
    """Whether the broker gives records of a topic."""
    try:
        async with consumer(kafka, topic) as one:
            await asyncio.wait_for(one.getone(), 10)
    except TopicAuthorizationFailedError:
        return False
    return True


@pytest.mark.parametrize("rights", SERVICES, ids=lambda rights: rights.principal)
async def test_a_service_writes_its_own_topics_and_no_other(bus: ClosedKafka, rights: Rights) -> None:
    taken = {topic for topic in TOPICS if await written(bus.settings(rights.principal), topic)}

    assert taken == set(rights.writes) == {topic for topic in TOPICS if topic.startswith(f"{rights.principal}.")}


@pytest.mark.parametrize("rights", read_rights(), ids=lambda rights: rights.principal)
async def test_everybody_reads_what_the_rules_name(bus: ClosedKafka, rights: Rights) -> None:
    for topic in TOPICS:
        assert await written(bus.settings(topic.partition(".")[0]), topic)

    assert {topic for topic in TOPICS if await read(bus.settings(rights.principal), topic)} == set(rights.reads)


async def test_a_service_is_a_member_of_its_own_group_alone(bus: ClosedKafka) -> None:
    booking = bus.settings("booking")
    async with consumer(booking, "identity.events", group="bilet-booking") as one:
        assert await one.committed(next(iter(one.assignment() or await assigned(one)))) is None
    with pytest.raises(GroupAuthorizationFailedError):
        async with consumer(booking, "identity.events", group="bilet-diagnostics") as one:
            await asyncio.wait_for(one.getone(), 10)


async def assigned(one: AIOKafkaConsumer) -> set[object]:
    await wait_until(lambda: bool(one.assignment()), 10)
    return set(one.assignment())


def forged(topic: str) -> Record:
    """What made a stranger a guardian: a pupil's whole state, with the stranger among the guardians."""
    return Record(
        topic,
        str(uuid4()),
        b'{"region_code": "1"}',
        {"ce_type": StudentChangedV1.type, "ce_source": "/bilet/identity", "ce_id": str(uuid4()), "ce_sequence": "99"},
    )


@pytest.mark.parametrize("forger", ["booking", "diagnostics", "notifications", "integrator"])
async def test_a_forged_student_changed_is_refused_by_the_broker(bus: ClosedKafka, forger: str) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        await bus.seen_by(forger).produce([forged("identity.events")])


@pytest.mark.parametrize(("user", "password"), [("identity", "wrong"), ("stranger", "any"), ("admin", "wrong")])
async def test_who_does_not_know_the_password_does_not_come_in(bus: ClosedKafka, user: str, password: str) -> None:
    with pytest.raises(KafkaConnectionError):
        async with producer(bus.settings(user, password)):
            pytest.fail("a stranger came in")


async def test_who_does_not_encrypt_does_not_come_in(bus: ClosedKafka) -> None:
    with pytest.raises(KafkaConnectionError):
        async with producer(open_bus(bus.component.address)):
            pytest.fail("an open connection was taken")


async def test_a_broker_with_another_s_certificate_gets_no_password(bus: ClosedKafka) -> None:
    deceived = bus.settings("identity").model_copy(update={"kafka_ca": issue("127.0.0.1").authority})
    with pytest.raises(KafkaConnectionError):
        async with producer(deceived):
            pytest.fail("the broker was taken for another")


async def test_nobody_is_a_super_user_without_a_name(bus: ClosedKafka) -> None:
    """The controller's listener asks for a name too: an open connection to it is no administrator."""
    with pytest.raises(KafkaError):
        async with producer(open_bus(f"127.0.0.1:{bus.component.controller_port}")):
            pytest.fail("the controller asked for no name")


async def test_a_connection_outlives_each_proof_of_who_it_is(bus: ClosedKafka) -> None:
    identity, topic = bus.settings("identity"), "identity.staff"
    loop = asyncio.get_running_loop()
    mark, sent = uuid4().hex, 0
    async with producer(identity) as one, consumer(bus.settings("booking"), topic) as other:
        end = loop.time() + 3 * bus.guard.reauthenticate_ms / 1000
        while loop.time() < end:
            sent += 1
            await one.send_and_wait(topic, f"{mark} {sent}".encode(), key=b"the same")
            await expect(other, f"{mark} {sent}".encode())
    assert sent > 3


async def expect(one: AIOKafkaConsumer, value: bytes) -> None:
    async with asyncio.timeout(20):
        while (await one.getone()).value != value:
            pass


async def test_a_revoked_user_stops_reading(bus: ClosedKafka) -> None:
    extra = Rights(principal="leaving", writes=(), reads=("booking.events",), groups=())
    await grant(bus.component.settings, (extra,), {"leaving": bus.settings("integrator").kafka_password})
    leaving = bus.guard.client(bus.component.address, "leaving", bus.passwords["integrator"])
    assert await written(bus.settings("booking"), "booking.events")
    async with consumer(leaving, "booking.events") as one:
        await asyncio.wait_for(one.getone(), 10)
        await asyncio.to_thread(forget_password, bus, "leaving")
        await wait_until(lambda: refuses(leaving), 10, what="the password is gone")
        await wait_until(
            lambda: hears_nothing_new(bus, one), 6 * bus.guard.reauthenticate_ms / 1000, what="the reader is cut off"
        )


def forget_password(bus: ClosedKafka, user: str) -> None:
    admin = AdminClient(librdkafka_options(bus.component.settings))
    gone = admin.alter_user_scram_credentials([UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512)])
    for future in gone.values():
        future.result(10)


async def refuses(kafka: KafkaSettings) -> bool:
    try:
        async with producer(kafka):
            return False
    except KafkaConnectionError:
        return True


async def hears_nothing_new(bus: ClosedKafka, one: AIOKafkaConsumer) -> bool:
    mark = uuid4().hex.encode()
    async with producer(bus.settings("booking")) as other:
        await other.send_and_wait("booking.events", mark)
    try:
        async with asyncio.timeout(1):
            while (await one.getone()).value != mark:
                pass
    except TimeoutError:
        return True
    return False


async def test_rights_that_the_file_no_longer_names_are_taken_away(bus: ClosedKafka) -> None:
    admin, word = bus.component.settings, bus.settings("integrator").kafka_password
    before = Rights(principal="changing", writes=("booking.events",), reads=(), groups=())
    after = Rights(principal="changing", writes=("identity.staff",), reads=(), groups=())
    changing = bus.guard.client(bus.component.address, "changing", bus.passwords["integrator"])

    await grant(admin, (before,), {"changing": word})
    await grant(admin, (before,), {"changing": word})
    assert await written(changing, "booking.events")
    await grant(admin, (after,), {})

    await wait_until(lambda: is_refused(changing, "booking.events"), 10)
    assert await written(changing, "identity.staff")
    assert await written(bus.settings("booking"), "booking.events")


async def is_refused(kafka: KafkaSettings, topic: str) -> bool:
    return not await written(kafka, topic)


async def test_another_system_comes_in_by_the_file_that_is_written_for_it(bus: ClosedKafka) -> None:
    written_for_it = client_file(bus.settings("integrator"), bus.component.directory / AUTHORITY)
    options = dict(line.split("=", 1) for line in written_for_it.splitlines())

    topics = await asyncio.to_thread(lambda: AdminClient(options).list_topics(timeout=10).topics)

    assert set(topics) == set(TOPICS)
