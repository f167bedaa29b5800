"""A database that was restored from a backup goes on where its receivers are, not where it was.

Its numbers would be given a second time, and receivers drop what they have seen; what it consumed after the backup is
past its group's offsets. So a worker refuses to start on such a database until `restored` has run (ADR 14).
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, OffsetAndMetadata, TopicPartition
from aiokafka.errors import KafkaError

from bilet_kit.bus import connection_of, partitions_of
from bilet_kit.events.lease import Lease
from bilet_kit.events.said import LAST, Said, said
from bilet_kit.process.service import Service

_AN_HOUR = 3_600.0
_OLDER = """
SELECT EXISTS (
    SELECT FROM unnest($1::text[], $2::text[], $3::bigint[]) AS s (topic, key, n)
    LEFT JOIN key_sequence k ON k.topic = s.topic AND k.key = s.key WHERE s.n > coalesce(k.n, 0))
"""
_NUMBERS = "SELECT topic, key, n FROM key_sequence"
_WAITING = "SELECT event_id FROM outbox"
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
        to_repeat: withdrawals, suspensions and erasures that are newer than the database; they may never be lost.
        waiting: events that wait in the restored outbox and have been said since.
    """

    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    unknown: set[tuple[str, str]] = field(default_factory=set)
    to_repeat: list[Said] = field(default_factory=list)
    waiting: list[object] = field(default_factory=list)


async def refuse_older_database(service: Service) -> None:
    """Compare the last numbers on the service's topics with those of its database.

    Raises:
        OlderDatabaseError: the topics hold a number that the database has not given yet.
    """
    found = [one async for one in said(service.settings, *_voice_of(service), last=LAST)]
    rows = [(one.topic, one.key, one.envelope.sequence) for one in found]
    if rows and await service.database.pool.fetchval(_OLDER, *map(list, zip(*rows, strict=True))):
        _log.error("database-older-than-published-run-restored", service=service.name)
        raise OlderDatabaseError(
            f"база {service.name} старее того, что сервис уже опубликовал: восстановлена из копии? "
            f"Выполните bilet-{service.name} restored"
        )


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
    """Read everything that the service's topics hold."""
    forgotten = Forgotten()
    kept = {(row["topic"], row["key"]): row["n"] for row in await service.database.pool.fetch(_NUMBERS)}
    waiting = {row["event_id"] for row in await service.database.pool.fetch(_WAITING)}
    urgent = {event.type for event in service.publications.events if event.always_handled}
    count = 0
    async for one in said(service.settings, *_voice_of(service)):
        key, number = (one.topic, one.key), one.envelope.sequence
        forgotten.numbers[key] = max(number, forgotten.numbers.get(key, 0))
        if key not in kept:
            forgotten.unknown.add(key)
        if number > kept.get(key, 0) and one.envelope.type in urgent:
            forgotten.to_repeat.append(one)
        if one.envelope.id in waiting:
            forgotten.waiting.append(one.envelope.id)
        count += 1
        if count % 10_000 == 0:
            progress(f"прочитано записей: {count}")
    progress(f"прочитано записей: {count}, ключей: {len(forgotten.numbers)}")
    return forgotten


async def lift_numbers(service: Service, forgotten: Forgotten) -> None:
    """Give no number twice: go on above what was said, also with what waits in the outbox and was not said yet."""
    rows = [(topic, key, number) for (topic, key), number in forgotten.numbers.items()]
    async with service.database.transaction() as tx:
        await tx.execute(_FORGET_SAID, forgotten.waiting)
        if rows:
            await tx.execute(_LIFT, *map(list, zip(*rows, strict=True)))


async def rewind(service: Service) -> int:
    """Set the group's offsets back to what the database has consumed; to the beginning where it knows of none.

    Returns:
        The number of partitions.

    Raises:
        StillAtWorkError: the group has members.
    """
    rows = await service.database.pool.fetch(_REACHED)
    reached = {TopicPartition(row["topic"], row["partition"]): row["next_offset"] for row in rows}
    partitions = await partitions_of(service.settings, service.consumers.topics) if service.consumers.topics else []
    if not partitions:
        return 0
    group = f"bilet-{service.consumers.service}"
    consumer = AIOKafkaConsumer(**connection_of(service.settings), group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign(partitions)
        await consumer.commit({one: OffsetAndMetadata(reached.get(one, 0), "") for one in partitions})
    except KafkaError as error:
        kind = type(error).__name__
        raise StillAtWorkError(f"смещения группы не переставлены ({kind}): worker ещё работает?") from None
    finally:
        await consumer.stop()
    return len(partitions)


def _voice_of(service: Service) -> tuple[str, Iterable[str]]:
    return service.publications.service, {event.topic for event in service.publications.events}
