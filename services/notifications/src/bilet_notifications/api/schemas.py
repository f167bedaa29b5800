"""Bodies of requests and answers."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class InboxMessage(BaseModel):
    """A message, rendered; names are not in it: the client asks identity for the pupil's, if it may.

    Attributes:
        template: what it is about, for clients that show an icon or open a page.
        booking_id: the booking it is about, if it is about one.
    """

    id: UUID
    template: str
    title: str
    body: str
    student_id: UUID
    booking_id: UUID | None = None
    created_at: datetime
    read_at: datetime | None = None


class Inbox(BaseModel):
    """A page of the inbox, newest first; `next_cursor` leads to older messages."""

    items: list[InboxMessage]
    next_cursor: str | None = None
    unread: int = Field(ge=0)


class ReadReceipt(BaseModel):
    """When the message was first read."""

    id: UUID
    read_at: datetime


class Preferences(BaseModel):
    """What the owner wants; the inbox cannot be switched off."""

    model_config = ConfigDict(extra="forbid")

    email: bool
