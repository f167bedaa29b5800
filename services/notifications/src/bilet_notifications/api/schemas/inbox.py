"""The inbox as its owner sees it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from bilet_kit.web.schemas import PageView, View
from bilet_notifications.use_cases.inbox import InboxPage, ReadableMessage


class MessageView(View):
    """A message, rendered. It holds no names: the client asks identity for the pupil's, if it may.

    Attributes:
        template: what it is about, for clients that show an icon or open a page.
        booking_id: the booking it is about, if it is about one.
    """

    id: UUID
    template: str
    title: str
    body: str
    student_id: UUID
    booking_id: UUID | None
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, readable: ReadableMessage) -> Self:
        message, text = readable.message, readable.text
        return cls(
            id=message.message_id,
            template=message.wording.template,
            title=text.title,
            body=text.body,
            student_id=message.student_id,
            booking_id=message.booking_id,
            created_at=message.created_at,
            read_at=message.read_at,
        )


class InboxView(PageView[MessageView]):
    """A page of the inbox, newest first; `next_cursor` leads to older messages."""

    unread: int = Field(ge=0)

    @classmethod
    def of(cls, page: InboxPage) -> Self:
        return cls(
            items=[MessageView.of(message) for message in page.messages],
            next_cursor=None if page.next_cursor is None else str(page.next_cursor),
            unread=page.unread,
        )


class ReadReceiptView(View):
    """When a message was first read."""

    id: UUID
    read_at: datetime
