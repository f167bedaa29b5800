"""A person's own inbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bilet_kit.events.decisions import Decision
from bilet_kit.storage.database import Transaction
from bilet_notifications.domain import deliveries as rules
from bilet_notifications.domain.errors import MessageNotFound
from bilet_notifications.domain.messages import Message
from bilet_notifications.domain.people import Recipient
from bilet_notifications.domain.scenes import Wording
from bilet_notifications.rendering.texts import Text
from bilet_notifications.storage import deliveries, inbox
from bilet_notifications.use_cases.deciding import decide


@dataclass(frozen=True, slots=True)
class ReadableMessage:
    """A message and its words."""

    message: Message
    text: Text


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Messages, newest first; `next_cursor` is there when older ones follow."""

    messages: tuple[ReadableMessage, ...]
    next_cursor: UUID | None
    unread: int


async def read_inbox(
    tx: Transaction,
    owner: Recipient,
    *,
    before: UUID | None,
    limit: int,
    render: Callable[[Wording], Text | None],
) -> InboxPage:
    """Read the owner's messages older than `before`, at most `limit`; one that cannot be shown is given up."""
    found = await inbox.page(tx, owner, before=before, limit=limit + 1)
    messages = found[:limit]
    texts = [render(one.wording) for one in messages]
    shown = [ReadableMessage(one, text) for one, text in zip(messages, texts, strict=True) if text]
    if len(shown) < len(messages):
        await _give_up(tx, [one.message_id for one, text in zip(messages, texts, strict=True) if not text])
    return InboxPage(
        messages=tuple(shown),
        next_cursor=messages[-1].message_id if len(found) > limit else None,
        unread=await inbox.count_unread(tx, owner),
    )


async def mark_read(tx: Transaction, owner: Recipient, message_id: UUID) -> datetime:
    """Mark a message as read and return when it first was; a repeat changes nothing.

    Raises:
        MessageNotFound: the owner has no such message.
    """
    read_at = await inbox.mark_read(tx, owner, message_id)
    if read_at is None:
        raise MessageNotFound
    return read_at


async def _give_up(tx: Transaction, message_ids: Sequence[UUID]) -> None:
    locked = await deliveries.lock_all(tx, message_ids)
    await decide(tx, [Decision(one, rules.give_up_unreadable(one, now=tx.now)) for one in locked.values()])
