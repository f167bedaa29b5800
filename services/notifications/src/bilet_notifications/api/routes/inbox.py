"""One's own inbox."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from bilet_kit.web.transactions import Tx
from bilet_notifications.api.auth import Owner
from bilet_notifications.api.parts import RunningParts
from bilet_notifications.api.schemas.inbox import InboxView, ReadReceiptView
from bilet_notifications.use_cases import inbox

router = APIRouter(prefix="/inbox", tags=["inbox"])


@router.get("", summary="Мои сообщения")
async def read_inbox(
    tx: Tx,
    owner: Owner,
    parts: RunningParts,
    cursor: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> InboxView:
    """List the asker's messages, newest first, with the number of unread ones."""
    page = await inbox.read_inbox(tx, owner, before=cursor, limit=limit, render=parts.renderer.text_of)
    return InboxView.of(page)


@router.post("/{message_id}/read", summary="Отметить сообщение прочитанным")
async def mark_read(tx: Tx, owner: Owner, message_id: UUID) -> ReadReceiptView:
    """Mark a message as read. A repeat answers when it was first read."""
    return ReadReceiptView(id=message_id, read_at=await inbox.mark_read(tx, owner, message_id))
