"""What happens to deliveries; `publications` publishes some and lists the others as silent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bilet_notifications.domain.people import Recipient

FailureReason = Literal["no-contact", "refused", "unavailable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationDelivered:
    """The channel took the message; `maybe_repeated` after a crash in mid-send, when it may have taken it twice."""

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
    """The message was given up and will not be sent again."""

    delivery_id: UUID
    region_code: str
    recipient: Recipient
    channel: str
    template: str
    attempts: int
    reason: FailureReason
    at: datetime


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


DeliveryEvent = NotificationDelivered | NotificationFailed | SendingBegun | NotificationSilenced | AttemptPostponed
