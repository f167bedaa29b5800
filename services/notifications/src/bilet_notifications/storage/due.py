"""A sender's claim of due messages of its channel: one statement, so that replicas share the work without waiting.

A message found in `sending` belonged to a sender that never came back. It may have gone out, which is recorded.
"""

from uuid import UUID

from sqlalchemy import bindparam, case, func, or_, select, update

from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.channels import Channel
from bilet_notifications.domain.deliveries import LEASE, Delivery
from bilet_notifications.storage.deliveries import to_delivery
from bilet_notifications.storage.tables import deliveries

_DUE = (
    select(deliveries.c.delivery_id)
    .where(
        deliveries.c.channel == bindparam("channel_name"),
        deliveries.c.status.in_(("waiting", "claimed", "sending")),
        or_(deliveries.c.next_attempt_at.is_(None), deliveries.c.next_attempt_at <= func.clock_timestamp()),
    )
    .order_by(deliveries.c.next_attempt_at.nulls_first())
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(deliveries)
    .where(deliveries.c.delivery_id.in_(_DUE.scalar_subquery()))
    .values(
        status="claimed",
        attempts=deliveries.c.attempts + 1,
        maybe_repeated=or_(deliveries.c.maybe_repeated, case((deliveries.c.status == "sending", True), else_=False)),
        next_attempt_at=func.clock_timestamp() + LEASE,
    )
    .returning(deliveries)
)


async def claim(tx: Transaction, channel: Channel, most: int) -> list[Delivery]:
    """Take up to `most` due messages of a channel for LEASE; each claim has the next attempt number."""
    rows = await tx.session.execute(_CLAIM, {"channel_name": channel.name, "most": most})
    return [to_delivery(row) for row in rows]


async def extend(tx: Transaction, delivery_id: UUID) -> None:
    """Let the lease of a claim begin anew."""
    await tx.session.execute(
        update(deliveries)
        .where(deliveries.c.delivery_id == delivery_id)
        .values(next_attempt_at=func.clock_timestamp() + LEASE)
    )
