"""What a carrier is: it takes the messages of one channel to people. A new channel is one more of them."""

from contextlib import AbstractAsyncContextManager
from typing import Literal, Protocol

from bilet_notifications.domain.channels import Channel
from bilet_notifications.domain.deliveries import Delivery
from bilet_notifications.sending.contacts import Contact

Handover = Literal["delivered", "no-contact", "refused", "postponed", "unreachable", "lost"]
"""What became of a handover.

Postponed is about one message, unreachable about the carrier; lost means that the connection broke before it answered.
"""


class Line(Protocol):
    """An open connection to a carrier."""

    async def hand_over(self, delivery: Delivery, contact: Contact) -> Handover:
        """Hand a message over; never raises for a message or a carrier that is not well."""


class Carrier(Protocol):
    """Takes the messages of one channel."""

    @property
    def channel(self) -> Channel:
        """The channel whose messages it takes."""

    def open(self) -> AbstractAsyncContextManager[Line]:
        """Connect; a carrier out of reach answers each handover with `unreachable`."""
