"""Rows of deliveries and the domain's objects."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bilet_notifications.domain.deliveries import Delivery
from bilet_notifications.domain.people import Recipient
from bilet_notifications.storage.tables import deliveries


async def lock(session: AsyncSession, delivery_id: UUID) -> Delivery | None:
    """The delivery, locked until the end of the transaction."""
    query = select(deliveries).where(deliveries.c.delivery_id == delivery_id).with_for_update()
    row = (await session.execute(query)).one_or_none()
    return None if row is None else to_delivery(row)


async def save(session: AsyncSession, delivery: Delivery) -> None:
    """Write back what may change in a delivery."""
    await session.execute(
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
    """A row of the deliveries table as the domain's object."""
    return Delivery(
        delivery_id=row.delivery_id,
        fact_id=row.fact_id,
        recipient=Recipient(row.recipient_kind, row.recipient_id),
        channel=row.channel,
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
