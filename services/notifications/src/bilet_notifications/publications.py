"""Everything notifications publishes, and what stays its own business."""

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
    published = FailedV1(
        region_code=event.region_code,
        delivery_id=event.delivery_id,
        recipient_kind=event.recipient.kind,
        recipient_id=event.recipient.id,
        channel=event.channel,
        template=event.template,
        attempts=event.attempts,
        reason=event.reason,
    )
    return Published(published, "delivery", str(event.delivery_id))


PUBLICATIONS = Publications(
    service="notifications",
    translations={events.NotificationDelivered: to_delivered, events.NotificationFailed: to_failed},
    events=(DeliveredV1, FailedV1),
    silent=frozenset({events.SendingBegun, events.NotificationSilenced, events.AttemptPostponed}),
)
