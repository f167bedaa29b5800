"""A person's own inbox and preferences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.errors import MessageNotFound
from bilet_notifications.domain.people import Recipient
from bilet_notifications.storage import inbox, people


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of an inbox, not rendered yet."""

    message_id: UUID
    student_id: UUID
    template: str
    template_version: int
    variables: Mapping[str, str]
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Messages, newest first; `next_cursor` is there when older ones follow."""

    messages: tuple[Message, ...]
    next_cursor: UUID | None
    unread: int


async def read_inbox(tx: Transaction, owner: Recipient, *, before: UUID | None, limit: int) -> InboxPage:
    """The owner's messages older than `before`, at most `limit`."""
    rows = await inbox.page(tx.session, owner, before=before, limit=limit + 1)
    messages = tuple(
        Message(
            message_id=row.delivery_id,
            student_id=row.student_id,
            template=row.template,
            template_version=row.template_version,
            variables=row.variables,
            created_at=row.created_at,
            read_at=row.read_at,
        )
        for row in rows[:limit]
    )
    more = messages[-1].message_id if len(rows) > limit else None
    return InboxPage(messages, more, await inbox.count_unread(tx.session, owner))


async def mark_read(tx: Transaction, owner: Recipient, message_id: UUID) -> datetime:
    """When the message was first read; a repeat changes nothing.

    Raises:
        MessageNotFound: the owner has no such message.
    """
    read_at = await inbox.mark_read(tx.session, owner, message_id, tx.now)
    if read_at is None:
        raise MessageNotFound
    return read_at


async def wants_email(tx: Transaction, owner: Recipient) -> bool:
    """The owner's own switch for e-mail."""
    return await people.wants_email(tx.session, owner)


async def switch_email(tx: Transaction, owner: Recipient, *, wanted: bool) -> None:
    """Remember whether the owner wants e-mail at all."""
    await people.switch_email(tx.session, owner, wanted, tx.now)
