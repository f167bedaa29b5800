"""Deliveries: rows to the aggregate and back. New ones are inserted beneath SQLAlchemy.

A multi-row insert through SQLAlchemy is compiled anew for every number of rows; the consumer's is prepared once.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, select, update

from bilet_kit.events.decisions import Change
from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.channels import CHANNELS, Channel
from bilet_notifications.domain.deliveries import Delivery
from bilet_notifications.domain.people import Recipient
from bilet_notifications.storage.tables import deliveries

_COLUMNS = ", ".join(column.name for column in deliveries.columns)
_INSERT = f"""
INSERT INTO deliveries ({_COLUMNS})
SELECT {_COLUMNS} FROM jsonb_populate_recordset(NULL::deliveries, $1::jsonb)
ON CONFLICT (fact_id, recipient_id, channel) DO NOTHING RETURNING delivery_id
"""  # noqa: S608 - names come from our own table definition
_CHANNELS = {channel.name: channel for channel in CHANNELS}


async def insert_new(tx: Transaction, new: Sequence[Delivery]) -> set[UUID]:
    """Insert deliveries, passing over facts of which their recipients were notified already; the ids inserted."""
    if not new:
        return set()
    # default=str: ids that asyncpg read are of its own subclass of UUID, which orjson does not know
    rows = orjson.dumps([_to_row(delivery) for delivery in new], default=str).decode()
    return {row["delivery_id"] for row in await tx.fetch(_INSERT, rows)}


async def lock(tx: Transaction, delivery_id: UUID) -> Delivery | None:
    """Load a delivery, locked until the transaction ends."""
    query = select(deliveries).where(deliveries.c.delivery_id == delivery_id).with_for_update()
    row = (await tx.session.execute(query)).one_or_none()
    return None if row is None else to_delivery(row)


async def save(tx: Transaction, changes: Sequence[Change[Delivery]]) -> None:
    """Write what may change in a delivery."""
    for change in changes:
        delivery = change.after
        await tx.session.execute(
            update(deliveries)
            .where(deliveries.c.delivery_id == delivery.delivery_id)
            .values(
                status=delivery.status,
                attempts=delivery.attempts,
                maybe_repeated=delivery.maybe_repeated,
                next_attempt_at=delivery.next_attempt_at,
                settled_at=delivery.settled_at,
                failure=delivery.failure,
            )
        )


def to_delivery(row: Row[Any]) -> Delivery:
    """Read a row; a channel that this version does not know is one that is sent."""
    return Delivery(
        delivery_id=row.delivery_id,
        fact_id=row.fact_id,
        recipient=Recipient(row.recipient_kind, row.recipient_id),
        channel=_CHANNELS.get(row.channel) or Channel(row.channel),
        student_id=row.student_id,
        region_code=row.region_code,
        template=row.template,
        template_version=row.template_version,
        variables=row.variables,
        created_at=row.created_at,
        status=row.status,
        attempts=row.attempts,
        maybe_repeated=row.maybe_repeated,
        next_attempt_at=row.next_attempt_at,
        settled_at=row.settled_at,
        failure=row.failure,
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
        "status": delivery.status,
        "attempts": delivery.attempts,
        "maybe_repeated": delivery.maybe_repeated,
        "next_attempt_at": delivery.next_attempt_at,
        "settled_at": delivery.settled_at,
        "failure": delivery.failure,
        "read_at": None,
    }
