"""Decisions about deliveries take effect, and what is given up is counted: somebody has to hear of it."""

from collections.abc import Sequence

import structlog
from prometheus_client import Counter

from bilet_kit.events.decisions import Decision, take_effect
from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.deliveries import Delivery, evolve
from bilet_notifications.domain.events import NotificationFailed
from bilet_notifications.storage import deliveries

_GIVEN_UP = Counter("bilet_notifications_given_up", "Messages that were given up", ("channel", "template", "reason"))
_log = structlog.get_logger()


async def decide(tx: Transaction, decisions: Sequence[Decision[Delivery]]) -> list[Delivery]:
    """Give decisions their effect; the deliveries after them, in order."""
    after = await take_effect(tx, decisions, evolve=evolve, save=deliveries.save)
    for decision in decisions:
        for event in decision.events:
            if isinstance(event, NotificationFailed):
                _tell(event)
    return after


def _tell(event: NotificationFailed) -> None:
    _GIVEN_UP.labels(event.channel, event.template, event.reason).inc()
    if event.reason == "unrenderable":
        _log.error("message-unrenderable", type=event.template)
