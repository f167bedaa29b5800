"""What happens to deliveries. Delivered and failed are published; the rest is notifications' own business."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bilet_notifications.domain.channels import Channel
from bilet_notifications.domain.people import Recipient

FailureReason = Literal["no-contact", "refused", "unavailable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationDelivered:
    """The channel took the message; `maybe_repeated`: a crash in mid-send may have made it take it twice."""

    delivery_id: UUID
    region_code: str
    recipient: Recipient
    channel: Channel
    template: str
    attempts: int
    maybe_repeated: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationFailed:
    """The message was given up."""

    delivery_id: UUID
    region_code: str
    recipient: Recipient
    channel: Channel
    template: str
    attempts: int
    reason: FailureReason
    at: datetime


@dataclass(frozen=True, slots=True)
class SendingBegun:
    """The message is about to be handed to the mail server."""

    delivery_id: UUID


@dataclass(frozen=True, slots=True)
class NotificationSilenced:
    """The recipient no longer wants the message, or may not get it."""

    delivery_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AttemptPostponed:
    """The attempt did not work and will be repeated, not before `next_attempt_at` (real time).

    `in_doubt`: it may have worked all the same.
    """

    delivery_id: UUID
    next_attempt_at: datetime
    in_doubt: bool = False


DeliveryEvent = NotificationDelivered | NotificationFailed | SendingBegun | NotificationSilenced | AttemptPostponed
Published = NotificationDelivered | NotificationFailed
