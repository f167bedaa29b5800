"""The life of one delivery: waiting, claimed by a sender, handed to its carrier, delivered or given up.

    waiting → claimed → sending → delivered | failed
    claimed | sending → waiting (to be tried again)        claimed → silenced

A claim is a timed lease, numbered by `attempts`: an outcome that comes back under an older number is ignored. A
delivery found in `sending` after its lease ran out, or lost together with the connection to the carrier, may have gone
out already: it is sent again and marked `maybe_repeated`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, assert_never
from uuid import UUID

from bilet_notifications.domain.channels import Channel, may_use
from bilet_notifications.domain.events import (
    AttemptPostponed,
    DeliveryEvent,
    FailureReason,
    NotificationDelivered,
    NotificationFailed,
    NotificationSilenced,
    SendingBegun,
)
from bilet_notifications.domain.notices import Notice
from bilet_notifications.domain.people import Correspondent, Recipient, Student

Status = Literal["waiting", "claimed", "sending", "delivered", "failed", "silenced"]
Outcome = Literal["delivered", "no-contact", "refused", "unavailable", "lost"]

MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one recipient over one channel.

    Attributes:
        created_at: business time.
        next_attempt_at: real time before which it is not sent, None at once; of a claimed one, the end of its lease.
        settled_at: business time at which it was delivered, given up or silenced.
    """

    delivery_id: UUID
    fact_id: UUID
    recipient: Recipient
    channel: Channel
    student_id: UUID
    region_code: str
    template: str
    template_version: int
    variables: Mapping[str, str]
    created_at: datetime
    status: Status
    attempts: int = 0
    maybe_repeated: bool = False
    next_attempt_at: datetime | None = None
    settled_at: datetime | None = None
    failure: FailureReason | None = None


def pause_after(attempts: int) -> timedelta:
    """Compute the pause after this many attempts, at least one: 30 seconds, doubled each time, an hour at most."""
    doublings: int = 2 ** min(attempts - 1, 10)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def addressed(
    notice: Notice, recipient: Recipient, channel: Channel, *, delivery_id: UUID, template_version: int, now: datetime
) -> Delivery:
    """Make a new delivery, which waits; `now` is business time."""
    return Delivery(
        delivery_id=delivery_id,
        fact_id=notice.fact_id,
        recipient=recipient,
        channel=channel,
        student_id=notice.student_id,
        region_code=notice.region_code,
        template=notice.template,
        template_version=template_version,
        variables=notice.variables,
        created_at=now,
        status="waiting",
    )


def put_into_inbox(delivery: Delivery, *, now: datetime) -> tuple[DeliveryEvent, ...]:
    """Deliver at once what nothing outside has to take; nothing happens to other channels, or a second time."""
    if delivery.channel.is_sent or delivery.status != "waiting":
        return ()
    return (_delivered(replace(delivery, attempts=1), now),)


def begin(
    delivery: Delivery, *, attempt: int, student: Student | None, correspondent: Correspondent, now: datetime
) -> tuple[DeliveryEvent, ...]:
    """Decide, just before a message is handed over, whether it may still go.

    Nothing happens when the claim numbered `attempt` is no longer ours. A pupil who is no longer known silences it.
    """
    if delivery.status != "claimed" or delivery.attempts != attempt:
        return ()
    if student is None or not may_use(delivery.channel, correspondent, student):
        return (NotificationSilenced(delivery.delivery_id, now),)
    return (SendingBegun(delivery.delivery_id),)


def settle(
    delivery: Delivery, outcome: Outcome, *, attempt: int, now: datetime, real_now: datetime
) -> tuple[DeliveryEvent, ...]:
    """Decide what the outcome of attempt number `attempt` means; nothing happens when a newer claim took over.

    An unavailable carrier or address book is tried again, up to MAX_ATTEMPTS times. So is a message that was lost with
    the connection, when nobody knows whether the carrier took it.
    """
    if delivery.status not in {"claimed", "sending"} or delivery.attempts != attempt:
        return ()
    if outcome == "delivered":
        return (_delivered(delivery, now),)
    if outcome in {"no-contact", "refused"}:
        return (_failed(delivery, outcome, now),)
    if delivery.attempts >= MAX_ATTEMPTS:
        return (_failed(delivery, "unavailable", now),)
    later = real_now + pause_after(delivery.attempts)
    return (AttemptPostponed(delivery.delivery_id, later, in_doubt=outcome == "lost"),)


def evolve(delivery: Delivery, event: DeliveryEvent) -> Delivery:
    """Apply an event."""
    match event:
        case SendingBegun():
            return replace(delivery, status="sending")
        case NotificationSilenced():
            return replace(delivery, status="silenced", next_attempt_at=None, settled_at=event.at)
        case AttemptPostponed():
            in_doubt = delivery.maybe_repeated or event.in_doubt
            return replace(delivery, status="waiting", next_attempt_at=event.next_attempt_at, maybe_repeated=in_doubt)
        case NotificationDelivered():
            return replace(
                delivery, status="delivered", attempts=event.attempts, next_attempt_at=None, settled_at=event.at
            )
        case NotificationFailed():
            return replace(delivery, status="failed", failure=event.reason, next_attempt_at=None, settled_at=event.at)
        case _:
            assert_never(event)


def _delivered(delivery: Delivery, at: datetime) -> NotificationDelivered:
    return NotificationDelivered(
        delivery_id=delivery.delivery_id,
        region_code=delivery.region_code,
        recipient=delivery.recipient,
        channel=delivery.channel.name,
        template=delivery.template,
        attempts=delivery.attempts,
        maybe_repeated=delivery.maybe_repeated,
        at=at,
    )


def _failed(delivery: Delivery, reason: FailureReason, at: datetime) -> NotificationFailed:
    return NotificationFailed(
        delivery_id=delivery.delivery_id,
        region_code=delivery.region_code,
        recipient=delivery.recipient,
        channel=delivery.channel.name,
        template=delivery.template,
        attempts=delivery.attempts,
        reason=reason,
        at=at,
    )
