"""Routes: one's own inbox and preferences, nobody else's."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from bilet_kit.web.transactions import Tx
from bilet_notifications.api.auth import Owner
from bilet_notifications.api.parts import RunningParts
from bilet_notifications.api.schemas import Inbox, InboxMessage, Preferences, ReadReceipt
from bilet_notifications.rendering import Renderer
from bilet_notifications.use_cases import reading
from bilet_notifications.use_cases.reading import Message

router = APIRouter()


@router.get("/inbox")
async def read_inbox(
    tx: Tx,
    owner: Owner,
    parts: RunningParts,
    cursor: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Inbox:
    """The owner's messages, newest first, with the number of unread ones."""
    page = await reading.read_inbox(tx, owner, before=cursor, limit=limit)
    return Inbox(
        items=[_rendered(message, parts.renderer) for message in page.messages],
        next_cursor=None if page.next_cursor is None else str(page.next_cursor),
        unread=page.unread,
    )


@router.post("/inbox/{message_id}/read")
async def mark_read(tx: Tx, owner: Owner, message_id: UUID) -> ReadReceipt:
    """Mark a message as read; a repeat answers when it was first read."""
    return ReadReceipt(id=message_id, read_at=await reading.mark_read(tx, owner, message_id))


@router.get("/preferences")
async def read_preferences(tx: Tx, owner: Owner) -> Preferences:
    """Whether the owner wants e-mail."""
    return Preferences(email=await reading.wants_email(tx, owner))


@router.put("/preferences")
async def write_preferences(tx: Tx, owner: Owner, wanted: Preferences) -> Preferences:
    """Switch e-mail on or off; what already waits to be sent obeys as well."""
    await reading.switch_email(tx, owner, wanted=wanted.email)
    return wanted


def _rendered(message: Message, renderer: Renderer) -> InboxMessage:
    text = renderer.text(message.template, message.template_version, message.variables)
    booking_id = message.variables.get("booking_id")
    return InboxMessage(
        id=message.message_id,
        template=message.template,
        title=text.title,
        body=text.body,
        student_id=message.student_id,
        booking_id=None if booking_id is None else UUID(booking_id),
        created_at=message.created_at,
        read_at=message.read_at,
    )
