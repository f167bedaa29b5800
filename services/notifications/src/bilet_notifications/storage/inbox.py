"""A person's inbox: newest first, and only what its owner may still see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Uuid, and_, any_, bindparam, func, literal, select, update

from bilet_kit.storage.database import Row, Transaction
from bilet_kit.storage.statements import Statement
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


_OWN = and_(
    deliveries.c.channel == INBOX.name,
    deliveries.c.recipient_id == bindparam("owner_id"),
    deliveries.c.recipient_kind == bindparam("owner_kind"),
    deliveries.c.status == "delivered",
)
_STILL_GUARDIAN = (
    select(literal(1))
    .where(
        _THEIRS.c.student_id == deliveries.c.student_id,
        _THEIRS.c.decides_alone.is_(False),
        bindparam("owner_id", type_=Uuid) == any_(_THEIRS.c.guardian_ids),
    )
    .exists()
)


@dataclass(frozen=True, slots=True)
class _Statements:
    """What an inbox is asked, for one kind of owner."""

    first: Statement
    following: Statement
    unread: Statement
    mark: Statement

    @classmethod
    def where(cls, visible: ColumnElement[bool]) -> Self:
        page = with_scenes(select(*_OF_A_MESSAGE).where(visible)).order_by(deliveries.c.delivery_id.desc())
        first = page.limit(bindparam("most", type_=Integer))
        read_at = func.coalesce(deliveries.c.read_at, bindparam("now", type_=deliveries.c.read_at.type))
        return cls(
            first=Statement(first),
            following=Statement(first.where(deliveries.c.delivery_id < bindparam("before"))),
            unread=Statement(
                select(func.count()).select_from(deliveries).where(visible, deliveries.c.read_at.is_(None))
            ),
            mark=Statement(
                update(deliveries)
                .where(deliveries.c.delivery_id == bindparam("message"), visible)
                .values(read_at=read_at)
                .returning(deliveries.c.read_at)
            ),
        )


_OF_OWNERS = _Statements.where(_OWN)
_OF_GUARDIANS = _Statements.where(and_(_OWN, _STILL_GUARDIAN))
"""A guardian sees what is about a pupil only while being the guardian of a minor."""


async def page(tx: Transaction, owner: Recipient, *, before: UUID | None, limit: int) -> list[Message]:
    """Read up to `limit` messages older than `before`, newest first."""
    asked: dict[str, object] = {**_whose(owner), "most": limit}
    if before is None:
        rows = await tx.rows(_for(owner).first, **asked)
    else:
        rows = await tx.rows(_for(owner).following, **asked, before=before)
    return [_to_message(row) for row in rows]


async def count_unread(tx: Transaction, owner: Recipient) -> int:
    """Count the messages that the owner has not read."""
    return int(await tx.value(_for(owner).unread, **_whose(owner)))


async def mark_read(tx: Transaction, owner: Recipient, message_id: UUID) -> datetime | None:
    """Mark a message as read; the time of its first reading, or None when the owner has no such message."""
    found: datetime | None = await tx.value(_for(owner).mark, **_whose(owner), message=message_id, now=tx.now)
    return found


def _for(owner: Recipient) -> _Statements:
    return _OF_GUARDIANS if owner.kind == GUARDIAN else _OF_OWNERS


def _whose(owner: Recipient) -> dict[str, object]:
    return {"owner_id": owner.id, "owner_kind": owner.kind}


def _to_message(row: Row) -> Message:
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
