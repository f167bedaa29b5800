"""Reading the inbox: newest first, only what its owner may still see."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bilet_notifications.domain.channels import INBOX
from bilet_notifications.domain.people import GUARDIAN, Recipient
from bilet_notifications.storage.tables import deliveries, students


def _visible(owner: Recipient) -> ColumnElement[bool]:
    """A guardian sees messages about a pupil only while being that pupil's guardian and the pupil is under 18."""
    own = and_(
        deliveries.c.channel == INBOX,
        deliveries.c.recipient_id == owner.id,
        deliveries.c.recipient_kind == owner.kind,
    )
    if owner.kind != GUARDIAN:
        return own
    still_guardian = select(literal(1)).where(
        students.c.student_id == deliveries.c.student_id,
        students.c.decides_alone.is_(False),
        literal(owner.id) == any_(students.c.guardian_ids),
    )
    return and_(own, still_guardian.exists())


async def page(session: AsyncSession, owner: Recipient, *, before: UUID | None, limit: int) -> list[Any]:
    """Up to `limit` messages older than `before`, newest first."""
    query = select(deliveries).where(_visible(owner)).order_by(deliveries.c.delivery_id.desc()).limit(limit)
    if before is not None:
        query = query.where(deliveries.c.delivery_id < before)
    return list(await session.execute(query))


async def count_unread(session: AsyncSession, owner: Recipient) -> int:
    """How many messages the owner has not read."""
    query = select(func.count()).select_from(deliveries).where(_visible(owner), deliveries.c.read_at.is_(None))
    return int((await session.execute(query)).scalar_one())


async def mark_read(session: AsyncSession, owner: Recipient, message_id: UUID, at: datetime) -> datetime | None:
    """When the message was first read; None when the owner has no such message."""
    read_at = func.coalesce(deliveries.c.read_at, at)
    statement = (
        update(deliveries)
        .where(deliveries.c.delivery_id == message_id, _visible(owner))
        .values(read_at=read_at)
        .returning(deliveries.c.read_at)
    )
    found: datetime | None = (await session.execute(statement)).scalar_one_or_none()
    return found
