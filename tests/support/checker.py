"""Reads Kafka and the databases from the outside and says which promises of the design are broken.

Every function returns its findings in words; an empty list is a promise kept.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

import asyncpg

from tests.support.kafka import Kafka, Record

Findings = list[str]


def numbers_without_gaps(records: Iterable[Record]) -> Findings:
    """Per (topic, key) there is every number from 1 to the last, and the first records of each come in order."""
    first_seen: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for record in sorted(records, key=lambda record: (record.topic, record.partition, record.offset)):
        numbers = first_seen[record.topic, record.key]
        if record.sequence not in numbers:
            numbers.append(record.sequence)
    findings = []
    for (topic, key), numbers in first_seen.items():
        if numbers != sorted(numbers):
            findings.append(f"{topic} {key}: first records out of order: {numbers}")
        if missing := set(range(1, max(numbers) + 1)) - set(numbers):
            findings.append(f"{topic} {key}: numbers missing: {sorted(missing)}")
    return findings


def one_event_per_number(records: Iterable[Record]) -> Findings:
    """Check that a repeat is the same event again: one number never stands for two events."""
    events: dict[tuple[str, str | None, int], set[str]] = defaultdict(set)
    for record in records:
        events[record.topic, record.key, record.sequence].add(record.event_id)
    return [f"{place}: {len(ids)} events under one number" for place, ids in events.items() if len(ids) > 1]


async def everything_committed_was_carried(
    address: str, records: Iterable[Record], topics: Collection[str]
) -> Findings:
    """Check that the outbox is empty and that Kafka's last number per key is the database's."""
    last: Counter[tuple[str, str]] = Counter()
    for record in records:
        place = (record.topic, record.key or "")
        last[place] = max(last[place], record.sequence)
    connection = await asyncpg.connect(address)
    try:
        waiting = await connection.fetchval("SELECT count(*) FROM outbox")
        numbered = await connection.fetch("SELECT topic, key, n FROM key_sequence WHERE topic = ANY($1)", list(topics))
    finally:
        await connection.close()
    findings = [f"{waiting} rows are still in the outbox"] if waiting else []
    for row in numbered:
        carried = last[row["topic"], row["key"]]
        if carried != row["n"]:
            findings.append(f"{row['topic']} {row['key']}: {row['n']} committed, {carried} carried")
    return findings


async def nothing_parked(address: str, *, except_keys: Collection[str] = ()) -> Findings:
    """Only what a test spoilt on purpose is parked."""
    connection = await asyncpg.connect(address)
    try:
        rows = await connection.fetch("SELECT DISTINCT topic, key, error_type FROM parked_messages")
    finally:
        await connection.close()
    return [f"parked: {row['topic']} {row['key']} {row['error_type']}" for row in rows if row["key"] not in except_keys]


async def every_call_has_one_effect(address: str, records: Iterable[Record], topic: str) -> Findings:
    """Each call that is on Kafka was answered once: one row, whatever was killed or repeated."""
    calls = {
        (record.key, record.event_id)
        for record in records
        if record.topic == topic and record.headers["ce_type"] == "echo.called.v1"
    }
    expected = Counter(key for key, _ in calls)
    connection = await asyncpg.connect(address)
    try:
        rows = await connection.fetch("SELECT caller_id, number, count(*) AS times FROM effects GROUP BY 1, 2")
    finally:
        await connection.close()
    found = Counter(str(row["caller_id"]) for row in rows)
    findings = [
        f"{key}: {expected[key]} calls, {found[str(key)]} answered"
        for key in expected
        if expected[key] != found[str(key)]
    ]
    return findings + [
        f"{row['caller_id']}: call {row['number']} was answered {row['times']} times"
        for row in rows
        if row["times"] > 1
    ]


async def no_seat_too_many(address: str) -> Findings:
    """Check that a slot has at most as many seats taken as it has."""
    connection = await asyncpg.connect(address)
    try:
        rows = await connection.fetch(
            """SELECT slot_id, capacity, taken, (SELECT count(*) FROM seats WHERE seats.slot_id = slots.slot_id) AS seated
            FROM slots"""
        )
    finally:
        await connection.close()
    return [
        f"{row['slot_id']}: {row['seated']} seated on {row['capacity']} seats"
        for row in rows
        if row["seated"] > row["capacity"]
    ]


async def echo_promises(kafka: Kafka, address: str, calls: str, answers: str) -> Findings:
    """All promises of design section 3 over one echo service."""
    records = await kafka.records(calls, answers)
    return [
        *numbers_without_gaps(records),
        *one_event_per_number(records),
        *await everything_committed_was_carried(address, records, [calls, answers]),
        *await nothing_parked(address),
        *await every_call_has_one_effect(address, records, calls),
    ]
