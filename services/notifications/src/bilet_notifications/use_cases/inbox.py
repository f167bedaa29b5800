"""A person's own inbox."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.errors import MessageNotFound
from bilet_notifications.domain.messages import Message
from bilet_notifications.domain.people import Recipient
from bilet_notifications.storage import inbox


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Messages, newest first; `next_cursor` is there when older ones follow."""

    messages: tuple[Message, ...]
    next_cursor: UUID | None
    unread: int


async def read_inbox(tx: Transaction, owner: Recipient, *, before: UUID | None, limit: int) -> InboxPage:
    """Read the owner's messages older than `before`, at most `limit`."""
    found = await inbox.page(tx, owner, before=before, limit=limit + 1)
    messages = tuple(found[:limit])
    more = messages[-1].message_id if len(found) > limit else None
    return InboxPage(messages, more, await inbox.count_unread(tx, owner))


async def mark_read(tx: Transaction, owner: Recipient, message_id: UUID) -> datetime:
    """Mark a message as read and return when it first was; a repeat changes nothing.

    Raises:
        MessageNotFound: the owner has no such message.
    """
    read_at = await inbox.mark_read(tx, owner, message_id)
    if read_at is None:
        raise MessageNotFound
    return read_at
