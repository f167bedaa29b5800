"""A person's inbox: newest first, and only what its owner may still see."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, any_, func, literal, select, update

from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.channels import INBOX
from bilet_notifications.domain.messages import Message
from bilet_notifications.domain.people import GUARDIAN, Recipient
from bilet_notifications.domain.scenes import Wording
from bilet_notifications.storage.scenes import to_scene, with_scenes
from bilet_notifications.storage.tables import deliveries, students

_THEIRS = students.alias("theirs")
_OF_A_MESSAGE = (
    deliveries.c.delivery_id,
    deliveries.c.student_id,
    deliveries.c.recipient_kind,
    deliveries.c.template,
    deliveries.c.template_version,
    deliveries.c.variables,
    deliveries.c.created_at,
    deliveries.c.read_at,
)


async def page(tx: Transaction, owner: Recipient, *, before: UUID | None, limit: int) -> list[Message]:
    """Read up to `limit` messages older than `before`, newest first."""
    query = select(*_OF_A_MESSAGE).where(_visible(owner)).order_by(deliveries.c.delivery_id.desc()).limit(limit)
    if before is not None:
        query = query.where(deliveries.c.delivery_id < before)
    return [_to_message(row) for row in (await tx.session.execute(with_scenes(query))).mappings()]


async def count_unread(tx: Transaction, owner: Recipient) -> int:
    """Count the messages that the owner has not read."""
    query = select(func.count()).select_from(deliveries).where(_visible(owner), deliveries.c.read_at.is_(None))
    return int((await tx.session.execute(query)).scalar_one())


async def mark_read(tx: Transaction, owner: Recipient, message_id: UUID) -> datetime | None:
    """Mark a message as read; the time of its first reading, or None when the owner has no such message."""
    statement = (
        update(deliveries)
        .where(deliveries.c.delivery_id == message_id, _visible(owner))
        .values(read_at=func.coalesce(deliveries.c.read_at, tx.now))
        .returning(deliveries.c.read_at)
    )
    found: datetime | None = (await tx.session.execute(statement)).scalar_one_or_none()
    return found


def _visible(owner: Recipient) -> ColumnElement[bool]:
    """Select an owner's messages; a guardian sees those about a pupil only while being the guardian of a minor."""
    own = and_(
        deliveries.c.channel == INBOX.name,
        deliveries.c.recipient_id == owner.id,
        deliveries.c.recipient_kind == owner.kind,
        deliveries.c.status == "delivered",
    )
    if owner.kind != GUARDIAN:
        return own
    still_guardian = select(literal(1)).where(
        _THEIRS.c.student_id == deliveries.c.student_id,
        _THEIRS.c.decides_alone.is_(False),
        literal(owner.id) == any_(_THEIRS.c.guardian_ids),
    )
    return and_(own, still_guardian.exists())


def _to_message(row: RowMapping) -> Message:
    wording = Wording(
        template=row["template"],
        version=row["template_version"],
        variables=row["variables"],
        reader=row["recipient_kind"],
        scene=to_scene(row),
    )
    return Message(
        message_id=row["delivery_id"],
        student_id=row["student_id"],
        wording=wording,
        created_at=row["created_at"],
        read_at=row["read_at"],
    )
