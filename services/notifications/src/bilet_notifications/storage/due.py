"""What is due for a sender, for its end, or for a second life: statements that lock, so that replicas share the work.

A message found in `sending` belonged to a sender that never came back. It may have gone out, which is recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    Integer,
    Select,
    SmallInteger,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from bilet_kit.storage.database import Transaction
from bilet_kit.storage.statements import Statement
from bilet_notifications.domain.channels import Channel
from bilet_notifications.domain.deliveries import LEASE, Delivery
from bilet_notifications.domain.events import FailureReason
from bilet_notifications.domain.lasting import Urgency
from bilet_notifications.domain.notices import Template
from bilet_notifications.storage.deliveries import to_delivery
from bilet_notifications.storage.tables import deliveries

_KNOWN_VERSION = func.coalesce(
    cast(
        func.jsonb_extract_path_text(cast(bindparam("versions", type_=Text), JSONB), deliveries.c.template),
        SmallInteger,
    ),
    deliveries.c.template_version,
)
_OF_CLASS = (
    select(deliveries, func.statement_timestamp().label("looked_at"))
    .where(
        deliveries.c.channel == bindparam("channel_name"),
        deliveries.c.urgency == bindparam("urgency_name"),
        deliveries.c.status.in_([literal_column(f"'{status}'") for status in ("waiting", "claimed", "sending")]),
        deliveries.c.template_version <= _KNOWN_VERSION,
    )
    .order_by(deliveries.c.next_attempt_at.nulls_first(), deliveries.c.delivery_id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
DUE = (
    Statement(_OF_CLASS.where(deliveries.c.next_attempt_at <= func.statement_timestamp())),
    Statement(_OF_CLASS.where(deliveries.c.next_attempt_at.is_(None))),
)
"""First what waited for its time or was left by its sender, then what was never tried.

Two statements, each ended by the index, in the order of which they read: as one condition with an OR they would read
everything that waits for its time.
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is due, and the database's real time when it was found to be."""

    delivery: Delivery
    looked_at: datetime


async def lock(
    tx: Transaction, channel: Channel, urgency: Urgency, versions: Mapping[Template, int], *, most: int
) -> list[Due]:
    """Lock up to `most` due messages of a class.

    A message in a newer version of its text than `versions` knows was written by a newer release, and is left to it.
    """
    known = orjson.dumps({str(name): newest for name, newest in versions.items()}).decode()
    asked = {"channel_name": channel.name, "urgency_name": str(urgency), "versions": known}
    found: list[Due] = []
    for statement in DUE:
        if len(found) < most:
            rows = await tx.rows(statement, **asked, most=most - len(found))
            found += [Due(to_delivery(row), row["looked_at"]) for row in rows]
    return found


async def lock_claimed(tx: Transaction, claim: UUID) -> list[Delivery]:
    """Lock what is still under a claim."""
    query = select(deliveries).where(deliveries.c.claimed_by == claim).order_by(deliveries.c.delivery_id)
    return await _deliveries(tx, query.with_for_update())


async def lock_expired(tx: Transaction, *, most: int) -> list[Delivery]:
    """Lock up to `most` waiting messages that are of no use any more."""
    query = (
        select(deliveries)
        .where(deliveries.c.status == "waiting", deliveries.c.expires_at <= tx.now)
        .order_by(deliveries.c.expires_at)
        .limit(most)
    )
    return await _deliveries(tx, query.with_for_update(skip_locked=True))


async def lock_failed(tx: Transaction, reason: FailureReason, *, after: UUID, most: int) -> list[Delivery]:
    """Lock up to `most` messages that were given up for this reason, after the one named."""
    query = (
        select(deliveries)
        .where(deliveries.c.status == "failed", deliveries.c.failure == reason, deliveries.c.delivery_id > after)
        .order_by(deliveries.c.delivery_id)
        .limit(most)
    )
    return await _deliveries(tx, query.with_for_update())


async def _deliveries(tx: Transaction, query: Select[Any]) -> list[Delivery]:
    return [to_delivery(row) for row in await tx.rows(query)]


async def renew(tx: Transaction, claim: UUID) -> None:
    """Let the lease of everything under a claim begin anew."""
    await tx.run(
        update(deliveries)
        .where(deliveries.c.claimed_by == claim)
        .values(next_attempt_at=func.clock_timestamp() + LEASE)
    )
