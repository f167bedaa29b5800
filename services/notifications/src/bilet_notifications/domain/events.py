"""What happens to deliveries; `publications` publishes some and lists the others as silent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bilet_notifications.domain.people import Recipient

FailureReason = Literal["no-contact", "refused", "unavailable", "expired", "unrenderable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationDelivered:
    """The carrier took the message; `maybe_repeated` after a crash in mid-send, when it may have taken it twice."""

    delivery_id: UUID
    region_code: str
    recipient: Recipient
    channel: str
    template: str
    attempts: int
    maybe_repeated: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationFailed:
    """The message was given up and will not be sent again, unless somebody has it resent."""

    delivery_id: UUID
    region_code: str
    recipient: Recipient
    channel: str
    template: str
    attempts: int
    reason: FailureReason
    at: datetime


@dataclass(frozen=True, slots=True)
class PutIntoInbox:
    """The message can be read in its recipient's inbox."""

    delivery_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageClaimed:
    """A sender took the message for a time.

    Attributes:
        by: the sender's claim.
        until: real time at which the claim ends unless its sender renews it.
    """

    delivery_id: UUID
    by: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class MessageHandedBack:
    """The message was never offered to its carrier, so its attempts and its due time are as before the claim."""

    delivery_id: UUID


@dataclass(frozen=True, slots=True)
class SendingBegun:
    """The message is about to be handed to its carrier."""

    delivery_id: UUID


@dataclass(frozen=True, slots=True)
class NotificationSilenced:
    """The recipient does not want the message any more, or may not get it."""

    delivery_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AttemptPostponed:
    """The attempt failed and will be repeated, not before `next_attempt_at` (real time).

    Attributes:
        in_doubt: it may have succeeded all the same.
    """

    delivery_id: UUID
    next_attempt_at: datetime
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class MessageResent:
    """A message that had been given up waits again, until `expires_at` (business time)."""

    delivery_id: UUID
    expires_at: datetime


DeliveryEvent = (
    NotificationDelivered
    | NotificationFailed
    | PutIntoInbox
    | MessageClaimed
    | MessageHandedBack
    | SendingBegun
    | NotificationSilenced
    | AttemptPostponed
    | MessageResent
)
