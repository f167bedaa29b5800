"""Parked messages: raw records that could not succeed, kept for 30 days until somebody decides, and never printed."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from bilet_kit.consuming.records import Fault, Incoming, ParkedRecord, without_nul
from bilet_kit.storage.database import Transaction

KEEP_DAYS = 30

_PARK = """
INSERT INTO parked_messages
    (topic, partition, record_offset, key, record_key, value, header_names, header_values, error_place, error_type)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
"""
_LIST = """
SELECT topic, key, count(*) AS records, min(parked_at) AS since,
    (array_agg(error_place ORDER BY id))[1] AS place, (array_agg(error_type ORDER BY id))[1] AS kind
FROM parked_messages GROUP BY topic, key ORDER BY min(id)
"""
_TAKE = """
DELETE FROM parked_messages WHERE topic = $1 AND key = $2
RETURNING id, topic, partition, record_offset, record_key, value, header_names, header_values
"""


@dataclass(frozen=True, slots=True)
class ParkedKey:
    """The parked records of one (topic, key), with the first one's error."""

    topic: str
    key: str
    records: int
    since: datetime
    fault: Fault


async def park(tx: Transaction, item: Incoming, fault: Fault) -> None:
    """Park a raw record with the place and type of its error."""
    record = item.record
    await tx.execute(
        _PARK,
        record.topic,
        record.partition,
        record.offset,
        item.key[1],
        record.key,
        record.value,
        [without_nul(name) for name, _ in record.headers],
        [value for _, value in record.headers],
        without_nul(fault.place)[:200],
        fault.kind[:200],
    )


async def parked_keys(tx: Transaction) -> list[ParkedKey]:
    """List the keys that have parked records, oldest first; never the records themselves."""
    return [
        ParkedKey(row["topic"], row["key"], row["records"], row["since"], Fault(row["place"], row["kind"]))
        for row in await tx.fetch(_LIST)
    ]


async def take_parked(tx: Transaction, topic: str, key: str) -> list[ParkedRecord]:
    """Unpark all records of a key, in their order; the caller applies or drops them in the same transaction."""
    rows = await tx.fetch(_TAKE, topic, key)
    return [_to_record(row) for row in sorted(rows, key=lambda row: row["id"])]


def _to_record(row: asyncpg.Record) -> ParkedRecord:
    return ParkedRecord(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["record_offset"],
        key=row["record_key"],
        value=row["value"],
        headers=list(zip(row["header_names"], row["header_values"], strict=True)),
    )
