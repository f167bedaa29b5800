"""The life of one delivery: waiting, claimed by a sender, handed to its carrier, delivered or given up.

    waiting → claimed → sending → delivered | failed
    claimed | sending → waiting (to be tried again)     claimed → silenced     failed → waiting (resent)

A claim is a timed lease with an id of its own: an outcome that comes back under an older claim is ignored. An attempt is
counted when a message is offered to its carrier, so a carrier that is out of reach costs no message an attempt. There
is no last attempt: a message ends when it expires. A delivery found in `sending` after its lease ran out, or lost
together with the connection to the carrier, may have gone out already: it is sent again and marked `maybe_repeated`.
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
    MessageClaimed,
    MessageHandedBack,
    MessageResent,
    NotificationDelivered,
    NotificationFailed,
    NotificationSilenced,
    PutIntoInbox,
    SendingBegun,
)
from bilet_notifications.domain.lasting import Urgency, expiry_of, urgency_of
from bilet_notifications.domain.notices import Notice
from bilet_notifications.domain.people import Correspondent, Recipient, Student
from bilet_notifications.domain.scenes import Scene, Wording

Status = Literal["waiting", "claimed", "sending", "delivered", "failed", "silenced"]
Outcome = Literal["delivered", "no-contact", "refused", "postponed", "interrupted", "lost"]

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=4)
LEASE = timedelta(seconds=30)
DOUBTFUL_ATTEMPTS = 4
"""After so many attempts a message is given up that may have gone out each time: nobody wants a fifth copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one recipient over one channel.

    Attributes:
        created_at: business time.
        expires_at: business time from which it is not sent any more; None once nothing waits for it.
        next_attempt_at: real time before which it is not sent, None at once; of a claimed one, the end of its lease.
        due_at: of a claimed one, its `next_attempt_at` before the claim.
        claimed_by: the claim it is under.
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
    urgency: Urgency
    expires_at: datetime | None
    attempts: int = 0
    maybe_repeated: bool = False
    next_attempt_at: datetime | None = None
    due_at: datetime | None = None
    claimed_by: UUID | None = None
    settled_at: datetime | None = None
    failure: FailureReason | None = None

    def wording(self, scene: Scene) -> Wording:
        """Gather what its words follow from."""
        return Wording(
            template=self.template,
            version=self.template_version,
            variables=self.variables,
            reader=self.recipient.kind,
            scene=scene,
        )

    def is_expired(self, now: datetime) -> bool:
        """Whether it is of no use any more; `now` is business time."""
        return self.expires_at is not None and now >= self.expires_at

    def is_claimed(self, claim: UUID) -> bool:
        """Whether a sender that claimed it may still decide about it."""
        return self.status in {"claimed", "sending"} and self.claimed_by == claim


def pause_after(attempts: int) -> timedelta:
    """Compute the pause after this many attempts, at least one: 30 seconds, doubled each time, four hours at most."""
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
        urgency=urgency_of(notice.template),
        expires_at=expiry_of(notice.template, notice.variables, now=now),
    )


def put_into_inbox(delivery: Delivery, *, now: datetime) -> tuple[DeliveryEvent, ...]:
    """Deliver at once what nothing outside has to take; nothing happens to other channels, or a second time."""
    if delivery.channel.is_sent or delivery.status != "waiting":
        return ()
    return (PutIntoInbox(delivery.delivery_id, now),)


def claim(
    delivery: Delivery, *, by: UUID, readable: bool, now: datetime, real_now: datetime
) -> tuple[DeliveryEvent, ...]:
    """Take a due message for LEASE; one that has expired, or that nobody could read, is given up instead.

    Args:
        delivery: the message, locked.
        by: the id of the claim.
        readable: its text can be rendered.
        now: business time.
        real_now: real time.
    """
    if delivery.is_expired(now):
        return (_failed(delivery, "expired", now),)
    if not readable:
        return (_failed(delivery, "unrenderable", now),)
    return (MessageClaimed(delivery.delivery_id, by, real_now + LEASE),)


def hand_back(delivery: Delivery, *, claim: UUID) -> tuple[DeliveryEvent, ...]:
    """Let others take a claimed message that was never offered to its carrier."""
    if delivery.status != "claimed" or not delivery.is_claimed(claim):
        return ()
    return (MessageHandedBack(delivery.delivery_id),)


def expire(delivery: Delivery, *, now: datetime) -> tuple[DeliveryEvent, ...]:
    """Give up a waiting message that is of no use any more; `now` is business time."""
    if delivery.status != "waiting" or not delivery.is_expired(now):
        return ()
    return (_failed(delivery, "expired", now),)


def begin(
    delivery: Delivery, *, claim: UUID, student: Student | None, correspondent: Correspondent, now: datetime
) -> tuple[DeliveryEvent, ...]:
    """Decide, just before a message is handed over, whether it may still go.

    Nothing happens when the claim is no longer ours. A pupil who is no longer known silences it.
    """
    if delivery.status != "claimed" or not delivery.is_claimed(claim):
        return ()
    if student is None or not may_use(delivery.channel, correspondent, student):
        return (NotificationSilenced(delivery.delivery_id, now),)
    if delivery.is_expired(now):
        return (_failed(delivery, "expired", now),)
    return (SendingBegun(delivery.delivery_id),)


def settle(
    delivery: Delivery, outcome: Outcome, *, claim: UUID, now: datetime, real_now: datetime
) -> tuple[DeliveryEvent, ...]:
    """Decide what the outcome of an attempt means; nothing happens when a newer claim took over.

    What no repetition helps fails at once; everything else is tried again after a pause. A message that was lost with
    the connection may have been taken, so it is repeated DOUBTFUL_ATTEMPTS times at most.
    """
    if not delivery.is_claimed(claim):
        return ()
    if outcome == "delivered":
        return (_delivered(delivery, now),)
    if outcome == "no-contact" or outcome == "refused":  # noqa: PLR1714 - a set of words would lose their type
        return (_failed(delivery, outcome, now),)
    if outcome == "lost" and delivery.maybe_repeated and delivery.attempts >= DOUBTFUL_ATTEMPTS:
        return (_failed(delivery, "unavailable", now),)
    later = real_now + pause_after(max(delivery.attempts, 1))
    return (AttemptPostponed(delivery.delivery_id, later, in_doubt=outcome == "lost"),)


def give_up_unreadable(delivery: Delivery, *, now: datetime) -> tuple[DeliveryEvent, ...]:
    """Take a message out of an inbox that cannot show it; somebody is told of it and may have it resent."""
    if delivery.status != "delivered":
        return ()
    return (_failed(delivery, "unrenderable", now),)


def resend(delivery: Delivery, *, now: datetime) -> tuple[DeliveryEvent, ...]:
    """Let a message wait again that had been given up, as long as a new one of its kind would."""
    if delivery.status != "failed":
        return ()
    return (MessageResent(delivery.delivery_id, expiry_of(delivery.template, delivery.variables, now=now)),)


def evolve(delivery: Delivery, event: DeliveryEvent) -> Delivery:
    """Apply an event."""
    match event:
        case MessageClaimed():
            return _under_claim(delivery, event)
        case SendingBegun():
            return replace(delivery, status="sending", attempts=delivery.attempts + 1)
        case MessageHandedBack() | AttemptPostponed() | MessageResent():
            return _waiting_again(delivery, event)
        case PutIntoInbox() | NotificationDelivered() | NotificationSilenced() | NotificationFailed():
            return _at_rest(delivery, event)
        case _:
            assert_never(event)


def _under_claim(delivery: Delivery, event: MessageClaimed) -> Delivery:
    return replace(
        delivery,
        status="claimed",
        claimed_by=event.by,
        next_attempt_at=event.until,
        due_at=delivery.next_attempt_at if delivery.status == "waiting" else delivery.due_at,
        maybe_repeated=delivery.maybe_repeated or delivery.status == "sending",
    )


def _waiting_again(delivery: Delivery, event: MessageHandedBack | AttemptPostponed | MessageResent) -> Delivery:
    waiting = replace(delivery, status="waiting", due_at=None, claimed_by=None)
    match event:
        case MessageHandedBack():
            return replace(waiting, next_attempt_at=delivery.due_at)
        case AttemptPostponed(next_attempt_at=later, in_doubt=in_doubt):
            return replace(waiting, next_attempt_at=later, maybe_repeated=delivery.maybe_repeated or in_doubt)
        case MessageResent(expires_at=expires_at):
            return replace(waiting, expires_at=expires_at, attempts=0, failure=None, settled_at=None)


def _at_rest(
    delivery: Delivery, event: PutIntoInbox | NotificationDelivered | NotificationSilenced | NotificationFailed
) -> Delivery:
    resting = replace(delivery, next_attempt_at=None, due_at=None, claimed_by=None, settled_at=event.at)
    match event:
        case PutIntoInbox():
            return replace(resting, status="delivered", attempts=1)
        case NotificationDelivered():
            return replace(resting, status="delivered")
        case NotificationSilenced():
            return replace(resting, status="silenced")
        case NotificationFailed(reason=reason):
            return replace(resting, status="failed", failure=reason)


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
