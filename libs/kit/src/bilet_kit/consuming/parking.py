"""Parked messages: raw records that could not succeed, kept 30 days for a decision and never printed."""

from dataclasses import dataclass
from datetime import datetime

from bilet_kit.consuming.records import Fault, Incoming, ParkedRecord
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
    """Keep the raw record with its error's place and type."""
    record = item.record
    where = (record.topic, record.partition, record.offset, item.key[1])
    headers = ([name.replace("\x00", "\\x00") for name, _ in record.headers], [value for _, value in record.headers])
    why = (fault.place.replace("\x00", "\\x00")[:200], fault.kind[:200])
    await tx.execute(_PARK, *where, record.key, record.value, *headers, *why)


async def parked_keys(tx: Transaction) -> list[ParkedKey]:
    """What is parked, oldest first; never the records themselves."""
    return [
        ParkedKey(row["topic"], row["key"], row["records"], row["since"], Fault(row["place"], row["kind"]))
        for row in await tx.fetch(_LIST)
    ]


async def take_parked(tx: Transaction, topic: str, key: str) -> list[ParkedRecord]:
    """Unpark all records of a key, in their order; applying or dropping them is the caller's part of the transaction."""
    rows = await tx.fetch(_TAKE, topic, key)
    ordered = sorted(rows, key=lambda row: row["id"])
    return [ParkedRecord._make((*row[1:6], list(zip(*row[6:8], strict=True)))) for row in ordered]
