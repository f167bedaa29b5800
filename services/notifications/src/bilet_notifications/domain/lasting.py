"""How long a message may wait to be sent, and before which others it goes: both follow from its template."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from bilet_notifications.domain.notices import Template

NEWS_LAST = timedelta(hours=72)


class Urgency(StrEnum):
    """The class of a message; each has senders of its own, so that no class waits behind another."""

    URGENT = "urgent"
    ORDINARY = "ordinary"


URGENT_TEMPLATES = frozenset({Template.APPROVAL_REQUESTED, Template.BOOKING_CANCELLED})
"""What somebody must act upon in time, or would otherwise travel in vain for."""


def urgency_of(template: str) -> Urgency:
    """Classify a message by its template."""
    return Urgency.URGENT if template in URGENT_TEMPLATES else Urgency.ORDINARY


def expiry_of(template: str, variables: Mapping[str, str], *, now: datetime) -> datetime:
    """Compute the business time from which a message is of no use any more and is not sent.

    A request for approval lasts until its deadline, everything else, and a request that names none, for three days.
    """
    due = variables.get("approval_due_at") if template == Template.APPROVAL_REQUESTED else None
    return now + NEWS_LAST if due is None else datetime.fromisoformat(due)
