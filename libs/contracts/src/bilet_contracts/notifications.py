"""What notifications says: which message reached its channel, and which did not."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from bilet_contracts.base import Event

Channel = Literal["inbox", "email"]
RecipientKind = Literal["student", "guardian", "staff"]


class DeliveryState(Event):
    """A message to one recipient over one channel, about one fact."""

    delivery_id: UUID
    recipient_kind: RecipientKind
    recipient_id: UUID
    channel: Channel
    template: str
    attempts: int = Field(ge=1)


class DeliveredV1(DeliveryState, service="notifications", topic="notifications.events", key="recipient_id"):
    """The channel took the message; a crash in mid-send may have made it take it twice."""

    maybe_repeated: bool = False


class FailedV1(DeliveryState, service="notifications", topic="notifications.events", key="recipient_id"):
    """The message was given up."""

    reason: Literal["no-contact", "refused", "unavailable"]
