"""A database that was restored from a backup goes on where its receivers are, not where it was.

Its numbers would be given a second time, and receivers drop what they have seen; what it consumed after the backup is
past its group's offsets. So a worker refuses to start on such a database until `restored` has run (ADR 14).
"""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, OffsetAndMetadata, TopicPartition
from aiokafka.errors import CommitFailedError

from bilet_kit.bus import connection_of, partitions_of
from bilet_kit.events.lease import Lease
from bilet_kit.events.relay import ProducerFactory
from bilet_kit.events.said import LAST, Said, said
from bilet_kit.ids import new_id
from bilet_kit.process.service import Service

_AN_HOUR = 3_600.0
_LEAVING_SECONDS = 2.0
_ACCEPTED_WITHIN = 60.0
_UNFINISHED = "restored"
"""The lease that `restored` leaves behind until it has finished; no worker starts beside it."""

# The api gives numbers on an older database, too. Those that wait in the outbox are the last of their key, without gaps,
# so they tell which the database believes to be on Kafka; what is there beyond, and does not wait here, it has forgotten.
_OLDER = """
SELECT EXISTS (SELECT FROM relay_lease WHERE name = $5) OR EXISTS (
    SELECT FROM unnest($1::text[], $2::text[], $3::bigint[], $4::uuid[]) AS s (topic, key, n, event_id)
    LEFT JOIN key_sequence k ON k.topic = s.topic AND k.key = s.key
    LEFT JOIN (SELECT topic, key, count(*) AS number FROM outbox GROUP BY topic, key) w
        ON w.topic = s.topic AND w.key = s.key
    WHERE s.n > coalesce(k.n - coalesce(w.number, 0), 0) AND s.event_id NOT IN (SELECT event_id FROM outbox))
"""
_CARRIED = """
SELECT k.topic, k.key, k.n - coalesce(w.number, 0) AS n FROM key_sequence k
LEFT JOIN (SELECT topic, key, count(*) AS number FROM outbox GROUP BY topic, key) w USING (topic, key)
"""
_SERVER = "SELECT pg_postmaster_start_time()"
_WAITING = "SELECT event_id FROM outbox"
_WITHOUT_HURRY = "SET LOCAL statement_timeout = 0"
_GIVE_NO_NUMBER = "LOCK TABLE key_sequence IN SHARE ROW EXCLUSIVE MODE"
_BEGIN = "INSERT INTO relay_lease (name, holder, expires_at) VALUES ($1, $2, 'infinity') ON CONFLICT DO NOTHING"
_FINISH = "DELETE FROM relay_lease WHERE name = $1"
_FORGET_SAID = "DELETE FROM outbox WHERE event_id = ANY ($1::uuid[])"
_LIFT = """
WITH said AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) AS s (topic, key, n)
), waiting AS (
    SELECT o.id, o.topic, o.key, row_number() OVER w AS place, count(*) OVER k AS number,
        greatest(s.n, min(o.sequence) OVER k - 1) AS base
    FROM outbox o JOIN said s ON s.topic = o.topic AND s.key = o.key
    WINDOW k AS (PARTITION BY o.topic, o.key), w AS (k ORDER BY o.id)
), renumbered AS (
    UPDATE outbox o SET sequence = w.base + w.place FROM waiting w WHERE o.id = w.id
    RETURNING o.topic, o.key, w.base + w.number AS n
)
INSERT INTO key_sequence AS k (topic, key, n)
SELECT s.topic, s.key, greatest(s.n, (SELECT max(r.n) FROM renumbered r WHERE r.topic = s.topic AND r.key = s.key))
FROM said s ORDER BY 1, 2
ON CONFLICT ON CONSTRAINT key_sequence_pkey DO UPDATE SET n = greatest(k.n, excluded.n)
"""
_REACHED = "SELECT topic, partition, next_offset FROM consumed_offsets"

_log = structlog.get_logger()
Progress = Callable[[str], None]


class OlderDatabaseError(RuntimeError):
    """The database is older than what it has published: a backup was restored, and `restored` has not run."""


class StillAtWorkError(RuntimeError):
    """A worker of the service is still running."""


@dataclass(slots=True)
class Forgotten:
    """What the topics hold and the database has forgotten.

    Attributes:
        numbers: by topic and key the highest number said.
        unknown: keys of which the database knows nothing.
        to_repeat: withdrawals, suspensions and erasures that the database has forgotten; they may never be lost.
        waiting: events that wait in the restored outbox and have been said since.
    """

    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    unknown: set[tuple[str, str]] = field(default_factory=set)
    to_repeat: list[Said] = field(default_factory=list)
    waiting: list[object] = field(default_factory=list)


async def refuse_older_database(service: Service) -> datetime:
    """Compare the last numbers on the service's topics with those of its database; a broker that is away is waited for.

    Returns:
        When the database's server was started, by which `producer_looking_again` knows it.

    Raises:
        OlderDatabaseError: the topics hold a number that the database has not given, or `restored` has not finished.
        TimeoutError: the broker did not answer in time, which a process manager answers by another start.
    """
    server: datetime = await service.database.pool.fetchval(_SERVER)
    async with asyncio.timeout(_ACCEPTED_WITHIN):
        found = [one async for one in said(service.settings, *_voice_of(service), last=LAST)]
    rows = [(one.topic, one.key, one.envelope.sequence, one.envelope.id) for one in found]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    if await service.database.pool.fetchval(_OLDER, *columns, _UNFINISHED):
        _log.error("database-older-than-published-run-restored", service=service.name)
        refusal = OlderDatabaseError(
            f"база {service.name} старее того, что сервис уже опубликовал: восстановлена из копии? "
            f"Остановите worker на всех машинах и выполните bilet-{service.name} restored"
        )
        sys.stderr.write(f"{refusal}\n")  # logs write no texts of exceptions
        raise refusal
    return server


def producer_looking_again(service: Service, server: datetime, start: ProducerFactory) -> ProducerFactory:
    """Make a factory that looks at the database again when its server is another than the one that was accepted.

    A database may be put back under a running worker, or a standby promoted that lacks the last commits. Then the process
    is asked to end, for its consumers must not go on either.
    """

    async def look_and_start() -> AIOKafkaProducer:
        nonlocal server
        if await service.database.pool.fetchval(_SERVER) != server:
            try:
                server = await refuse_older_database(service)
            except OlderDatabaseError:
                signal.raise_signal(signal.SIGTERM)
                raise
        return await start()

    return look_and_start


@asynccontextmanager
async def nobody_at_work(service: Service) -> AsyncIterator[None]:
    """Hold the relay's lease, so that no worker publishes meanwhile.

    Raises:
        StillAtWorkError: one does now.
    """
    connection = await asyncpg.connect(service.settings.asyncpg_url)
    lease = Lease("relay", seconds=_AN_HOUR)
    try:
        if not await lease.held(connection):
            raise StillAtWorkError(f"bilet-{service.name} worker ещё работает: остановите его на всех машинах")
        yield
        await lease.release(connection)
    finally:
        await connection.close()


async def find_forgotten(service: Service, progress: Progress) -> Forgotten:
    """Read everything that the service's topics hold, and compare it with what the database believes to be there."""
    forgotten = Forgotten()
    async with service.database.transaction() as tx:
        await tx.execute(_WITHOUT_HURRY)
        kept = {(row["topic"], row["key"]): row["n"] for row in await tx.fetch(_CARRIED)}
        waiting = {row["event_id"] for row in await tx.fetch(_WAITING)}
    urgent = {event.type for event in service.publications.events if event.always_handled}
    count = 0
    async for one in said(service.settings, *_voice_of(service)):
        key, number = (one.topic, one.key), one.envelope.sequence
        forgotten.numbers[key] = max(number, forgotten.numbers.get(key, 0))
        if key not in kept:
            forgotten.unknown.add(key)
        if one.envelope.id in waiting:
            forgotten.waiting.append(one.envelope.id)
        elif number > kept.get(key, 0) and one.envelope.type in urgent:
            forgotten.to_repeat.append(one)
        count += 1
        if count % 10_000 == 0:
            progress(f"прочитано записей: {count}")
    progress(f"прочитано записей: {count}, ключей: {len(forgotten.numbers)}")
    return forgotten


async def lift_numbers(service: Service, forgotten: Forgotten) -> None:
    """Give no number twice: go on above what was said, also with what waits in the outbox and was not said yet.

    Nobody gives a number meanwhile, for one of before would be committed behind this look at the outbox. Workers refuse
    to start from here on until `finish`.
    """
    rows = [(topic, key, number) for (topic, key), number in forgotten.numbers.items()]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    async with service.database.transaction() as tx:
        await tx.execute(_WITHOUT_HURRY)
        await tx.execute(_GIVE_NO_NUMBER)
        await tx.execute(_BEGIN, _UNFINISHED, new_id())
        await tx.execute(_FORGET_SAID, forgotten.waiting)
        await tx.execute(_LIFT, *columns)


async def finish(service: Service) -> None:
    """Let workers start again."""
    await service.database.pool.execute(_FINISH, _UNFINISHED)


async def rewind(service: Service) -> int:
    """Set the group's offsets back to what the database has consumed; to the beginning where it knows of none.

    A killed worker stays in the group until its session is over, so that long is waited.

    Returns:
        The number of partitions.

    Raises:
        StillAtWorkError: the group has members.
    """
    rows = await service.database.pool.fetch(_REACHED)
    reached = {TopicPartition(row["topic"], row["partition"]): row["next_offset"] for row in rows}
    partitions = await partitions_of(service.settings, service.consumers.topics) if service.consumers.topics else []
    if partitions:
        await _commit(service, {one: OffsetAndMetadata(reached.get(one, 0), "") for one in partitions})
    return len(partitions)


async def _commit(service: Service, offsets: dict[TopicPartition, OffsetAndMetadata]) -> None:
    group = f"bilet-{service.consumers.service}"
    consumer = AIOKafkaConsumer(**connection_of(service.settings), group_id=group, enable_auto_commit=False)
    until = monotonic() + service.settings.kafka_session_timeout_ms / 1_000 + _LEAVING_SECONDS
    await consumer.start()
    try:
        consumer.assign(list(offsets))
        while True:
            try:
                await consumer.commit(offsets)
                break
            except CommitFailedError:
                if monotonic() > until:
                    message = f"в группе {group} есть участники: остановите bilet-{service.name} worker на всех машинах"
                    raise StillAtWorkError(message) from None
            await asyncio.sleep(0.5)
    finally:
        await consumer.stop()


def _voice_of(service: Service) -> tuple[str, Iterable[str]]:
    return service.publications.service, {event.topic for event in service.publications.events}
