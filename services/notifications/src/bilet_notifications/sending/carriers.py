"""What a carrier is: it takes the messages of one channel to people. A new channel is one more of them."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from bilet_notifications.domain.channels import Channel
from bilet_notifications.domain.deliveries import Outcome
from bilet_notifications.domain.people import RecipientKind
from bilet_notifications.rendering.texts import Text
from bilet_notifications.sending.contacts import Contact


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way out."""

    delivery_id: UUID
    reader: RecipientKind
    text: Text


class Line(Protocol):
    """A connection to a carrier."""

    @property
    def is_open(self) -> bool:
        """Whether it is connected."""

    async def connect(self) -> bool:
        """Connect; whether the carrier greets us. No message is at stake."""

    async def hand_over(self, message: Outgoing, contact: Contact) -> Outcome:
        """Hand a message over; never raises for a message or a carrier that is not well.

        Postponed is the carrier's word about this message. Interrupted means that the connection failed before the
        message was offered whole, lost that it broke afterwards and before the carrier answered.
        """


class Carrier(Protocol):
    """Takes the messages of one channel."""

    @property
    def channel(self) -> Channel:
        """The channel whose messages it takes."""

    def open(self) -> AbstractAsyncContextManager[Line]:
        """Prepare a connection."""
