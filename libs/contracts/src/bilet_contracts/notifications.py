"""What notifications publishes: which message its carrier took, and which was given up.

What is put into an inbox is not published: nothing outside took it, and an integrator reads inboxes over HTTP.
"""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from bilet_contracts.base import Event
from bilet_contracts.words import Known, Word

Channel = Annotated[Word, Known("inbox", "email")]
RecipientKind = Annotated[Word, Known("student", "guardian", "staff")]
FailureReason = Annotated[Word, Known("no-contact", "refused", "unavailable", "expired", "unrenderable")]


class DeliveryState(Event):
    """A message about one fact, to one recipient over one channel."""

    delivery_id: UUID
    recipient_kind: RecipientKind
    recipient_id: UUID
    channel: Channel
    template: str
    attempts: int = Field(ge=1)


class DeliveredV1(DeliveryState, service="notifications", topic="notifications.events", key="recipient_id"):
    """The channel took the message; `maybe_repeated` after a crash in mid-send, when it may have taken it twice."""

    maybe_repeated: bool = False


class FailedV1(DeliveryState, service="notifications", topic="notifications.events", key="recipient_id"):
    """The message was given up and will not be sent again."""

    reason: FailureReason
