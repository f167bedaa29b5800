"""Everything notifications publishes, and what stays its own business.

What is put into an inbox is not published: nothing outside took it, and each such row would be a record.
"""

from bilet_contracts.notifications import DeliveredV1, FailedV1
from bilet_kit.storage.outbox import Publications, Published
from bilet_notifications.domain import events


def to_delivered(event: events.NotificationDelivered) -> Published:
    published = DeliveredV1(
        region_code=event.region_code,
        delivery_id=event.delivery_id,
        recipient_kind=event.recipient.kind,
        recipient_id=event.recipient.id,
        channel=event.channel,
        template=event.template,
        attempts=event.attempts,
        maybe_repeated=event.maybe_repeated,
    )
    return Published(published, "delivery", str(event.delivery_id))


def to_failed(event: events.NotificationFailed) -> Published:
    """Report a message that was given up; one that was never offered counts as tried once, for the contract has no 0."""
    published = FailedV1(
        region_code=event.region_code,
        delivery_id=event.delivery_id,
        recipient_kind=event.recipient.kind,
        recipient_id=event.recipient.id,
        channel=event.channel,
        template=event.template,
        attempts=max(event.attempts, 1),
        reason=event.reason,
    )
    return Published(published, "delivery", str(event.delivery_id))


PUBLICATIONS = Publications(
    service="notifications",
    translations={events.NotificationDelivered: to_delivered, events.NotificationFailed: to_failed},
    events=(DeliveredV1, FailedV1),
    silent=frozenset(
        {
            events.PutIntoInbox,
            events.MessageClaimed,
            events.MessageHandedBack,
            events.SendingBegun,
            events.NotificationSilenced,
            events.AttemptPostponed,
            events.MessageResent,
        }
    ),
)
