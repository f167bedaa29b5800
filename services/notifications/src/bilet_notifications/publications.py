"""Everything notifications says."""

from bilet_contracts.notifications import DeliveredV1, FailedV1
from bilet_kit.storage.outbox import Publications, Published
from bilet_notifications.domain.events import NotificationDelivered, NotificationFailed


def to_delivered(event: NotificationDelivered) -> Published:
    """A channel took a message."""
    return Published(
        event=DeliveredV1(
            region_code=event.region_code,
            delivery_id=event.delivery_id,
            recipient_kind=event.recipient.kind,
            recipient_id=event.recipient.id,
            channel=event.channel,
            template=event.template,
            attempts=event.attempts,
            maybe_repeated=event.maybe_repeated,
        ),
        aggregate_type="delivery",
        aggregate_id=str(event.delivery_id),
    )


def to_failed(event: NotificationFailed) -> Published:
    """A message was given up."""
    return Published(
        event=FailedV1(
            region_code=event.region_code,
            delivery_id=event.delivery_id,
            recipient_kind=event.recipient.kind,
            recipient_id=event.recipient.id,
            channel=event.channel,
            template=event.template,
            attempts=event.attempts,
            reason=event.reason,
        ),
        aggregate_type="delivery",
        aggregate_id=str(event.delivery_id),
    )


PUBLICATIONS = Publications(
    service="notifications",
    translations={NotificationDelivered: to_delivered, NotificationFailed: to_failed},
    events=(DeliveredV1, FailedV1),
)
