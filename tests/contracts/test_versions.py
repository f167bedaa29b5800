"""V2 beside V1: one fact, two versions, one effect — whichever of them a consumer knows, and in any order."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from bilet_contracts.base import Event, Topic
from bilet_kit.consuming.batches import BatchProcessor
from bilet_kit.consuming.consumers import Consumers, Received
from bilet_kit.consuming.inbox import Inbox
from bilet_kit.ids import new_id
from bilet_kit.settings import ServiceSettings
from bilet_kit.storage.database import Database, Transaction
from bilet_kit.storage.outbox import Publications, Published
from tests.support.plugin import DatabaseUrl
from tests.support.records import HandMade

GREETINGS = cast("Topic", "echo.greetings")


class CallerGreetedV1(Event, service="echo", topic=GREETINGS, key="caller_id"):
    """Somebody greeted."""

    caller_id: UUID
    word: str


class CallerGreetedV2(Event, service="echo", topic=GREETINGS, key="caller_id"):
    """Somebody greeted; the words are a list now, which V1 cannot say."""

    caller_id: UUID
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Greeted:
    caller_id: UUID
    words: tuple[str, ...]


def both_versions(event: Greeted) -> tuple[Published, ...]:
    fact = new_id()
    newest = CallerGreetedV2(region_code="63", caller_id=event.caller_id, words=event.words)
    older = CallerGreetedV1(region_code="63", caller_id=event.caller_id, word=" ".join(event.words))
    return tuple(Published(version, "caller", str(event.caller_id), fact) for version in (newest, older))


SAID = Publications("echo", {Greeted: both_versions}, (CallerGreetedV2, CallerGreetedV1))


def listening_to(*versions: type[CallerGreetedV1] | type[CallerGreetedV2]) -> Consumers:
    consumers = Consumers("echo")

    async def greet(received: Received[Any], tx: Transaction) -> None:
        await tx.execute("INSERT INTO effects (caller_id, number) VALUES ($1, 1)", UUID(received.event.key))

    for version in versions:
        consumers.handle(version)(greet)
    return consumers


async def effects_of(consumers: Consumers, records: Sequence[HandMade], address: str) -> int:
    database = Database(ServiceSettings.model_validate({"environment": "test", "database_url": address}), SAID)
    await database.start()
    try:
        for record in records:
            await BatchProcessor(database, consumers, Inbox(RuntimeError)).process([record])
        return int(await database.pool.fetchval("SELECT count(*) FROM effects"))
    finally:
        await database.stop()


@pytest.mark.parametrize(
    "known", [(CallerGreetedV1,), (CallerGreetedV2,), (CallerGreetedV1, CallerGreetedV2)], ids=["old", "new", "both"]
)
async def test_a_fact_told_in_two_versions_acts_once(
    known: tuple[type[CallerGreetedV1] | type[CallerGreetedV2], ...], database_url: DatabaseUrl
) -> None:
    caller, fact = uuid4(), new_id()
    newest = HandMade.of(CallerGreetedV2(region_code="63", caller_id=caller, words=("hi",)), 1, fact_id=fact)
    older = HandMade.of(CallerGreetedV1(region_code="63", caller_id=caller, word="hi"), 2, fact_id=fact)

    for order in permutations((newest, older)):
        assert await effects_of(listening_to(*known), order, await database_url("echo")) == 1


async def test_both_versions_leave_in_one_transaction_newest_first_with_one_fact_id(database_url: DatabaseUrl) -> None:
    settings = ServiceSettings.model_validate({"environment": "test", "database_url": await database_url("echo")})
    database = Database(settings, SAID)
    await database.start()
    try:
        async with database.transaction() as tx:
            tx.record(Greeted(uuid4(), ("good", "morning")))
        rows = await database.pool.fetch("SELECT type, sequence, headers->>'ce_factid' AS fact FROM outbox ORDER BY id")
    finally:
        await database.stop()

    assert [(row["type"], row["sequence"]) for row in rows] == [
        ("echo.caller-greeted.v2", 1),
        ("echo.caller-greeted.v1", 2),
    ]
    assert rows[0]["fact"] is not None
    assert rows[0]["fact"] == rows[1]["fact"]
