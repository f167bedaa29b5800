"""Deliveries: rows to the aggregate and back. They are written beneath SQLAlchemy, many by one statement.

A multi-row statement through SQLAlchemy is compiled anew for every number of rows; these are prepared once.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from bilet_kit.events.decisions import Change
from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.channels import CHANNELS, Channel
from bilet_notifications.domain.deliveries import Delivery
from bilet_notifications.domain.lasting import Urgency
from bilet_notifications.domain.people import Recipient
from bilet_notifications.storage.tables import deliveries

_COLUMNS = ", ".join(column.name for column in deliveries.columns)
_INSERT = f"""
INSERT INTO deliveries ({_COLUMNS})
SELECT {_COLUMNS} FROM jsonb_populate_recordset(NULL::deliveries, $1::jsonb)
ON CONFLICT (fact_id, recipient_id, channel) DO NOTHING RETURNING delivery_id
"""  # noqa: S608 - names come from our own table definition
_LOCK = f"SELECT {_COLUMNS} FROM deliveries WHERE delivery_id = ANY($1::uuid[]) ORDER BY delivery_id FOR UPDATE"  # noqa: S608 - the same
_CHANGING = (
    "status", "expires_at", "attempts", "maybe_repeated", "next_attempt_at", "due_at", "claimed_by", "settled_at", "failure",
)  # fmt: skip
_SAVE = f"""
UPDATE deliveries d SET {", ".join(f"{name} = n.{name}" for name in _CHANGING)}
FROM jsonb_populate_recordset(NULL::deliveries, $1::jsonb) n WHERE d.delivery_id = n.delivery_id
"""  # noqa: S608 - names come from the line above
_CHANNELS = {channel.name: channel for channel in CHANNELS}


async def insert_new(tx: Transaction, new: Sequence[Delivery]) -> set[UUID]:
    """Insert deliveries, passing over facts of which their recipients were notified already; the ids inserted."""
    if not new:
        return set()
    # default=str: ids that asyncpg read are of its own subclass of UUID, which orjson does not know
    rows = orjson.dumps([_to_row(delivery) for delivery in new], default=str).decode()
    return {row["delivery_id"] for row in await tx.fetch(_INSERT, rows)}


async def lock_all(tx: Transaction, delivery_ids: Collection[UUID]) -> dict[UUID, Delivery]:
    """Load deliveries, locked in the order of their ids until the transaction ends; unknown ones are left out."""
    rows = await tx.fetch(_LOCK, list(delivery_ids))
    return {row["delivery_id"]: to_delivery(row) for row in rows}


async def save(tx: Transaction, changes: Sequence[Change[Delivery]]) -> None:
    """Write what may change in deliveries, in one statement."""
    rows = [{"delivery_id": one.after.delivery_id} | _changing(one.after) for one in changes]
    await tx.execute(_SAVE, orjson.dumps(rows, default=str).decode())


def to_delivery(row: Mapping[Any, Any] | asyncpg.Record) -> Delivery:
    """Read a row; a channel that this version does not know is one that is sent."""
    return Delivery(
        delivery_id=row["delivery_id"],
        fact_id=row["fact_id"],
        recipient=Recipient(row["recipient_kind"], row["recipient_id"]),
        channel=_CHANNELS.get(row["channel"]) or Channel(row["channel"]),
        student_id=row["student_id"],
        region_code=row["region_code"],
        template=row["template"],
        template_version=row["template_version"],
        variables=row["variables"],
        created_at=row["created_at"],
        status=row["status"],
        urgency=Urgency(row["urgency"]),
        expires_at=row["expires_at"],
        attempts=row["attempts"],
        maybe_repeated=row["maybe_repeated"],
        next_attempt_at=row["next_attempt_at"],
        due_at=row["due_at"],
        claimed_by=row["claimed_by"],
        settled_at=row["settled_at"],
        failure=row["failure"],
    )


def _to_row(delivery: Delivery) -> dict[str, object]:
    return {
        "delivery_id": delivery.delivery_id,
        "fact_id": delivery.fact_id,
        "recipient_kind": delivery.recipient.kind,
        "recipient_id": delivery.recipient.id,
        "channel": delivery.channel.name,
        "student_id": delivery.student_id,
        "region_code": delivery.region_code,
        "template": str(delivery.template),
        "template_version": delivery.template_version,
        "variables": dict(delivery.variables),
        "created_at": delivery.created_at,
        "urgency": str(delivery.urgency),
        "read_at": None,
        **_changing(delivery),
    }


def _changing(delivery: Delivery) -> dict[str, object]:
    return {name: getattr(delivery, name) for name in _CHANGING}
