"""Rows of deliveries and the domain's objects."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bilet_notifications.domain.deliveries import Delivery
from bilet_notifications.domain.people import Recipient
from bilet_notifications.storage.tables import deliveries


async def insert_new(session: AsyncSession, new: Sequence[Delivery]) -> set[UUID]:
    """Insert deliveries, passing over facts their recipients heard of already; the ids of those that are new."""
    if not new:
        return set()
    statement = insert(deliveries).values([_to_row(delivery) for delivery in new])
    unique = ["fact_id", "recipient_id", "channel"]
    statement = statement.on_conflict_do_nothing(index_elements=unique)
    result = await session.execute(statement.returning(deliveries.c.delivery_id))
    return set(result.scalars())


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


def _to_row(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": delivery.delivery_id,
        "fact_id": delivery.fact_id,
        "recipient_kind": delivery.recipient.kind,
        "recipient_id": delivery.recipient.id,
        "channel": delivery.channel,
        "student_id": delivery.student_id,
        "region_code": delivery.region_code,
        "template": delivery.template,
        "template_version": delivery.template_version,
        "variables": dict(delivery.variables),
        "created_at": delivery.created_at,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "maybe_repeated": delivery.maybe_repeated,
        "next_attempt_at": delivery.next_attempt_at,
        "settled_at": delivery.settled_at,
        "failure": delivery.failure,
    }
