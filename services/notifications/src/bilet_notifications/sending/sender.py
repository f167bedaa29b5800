"""The sender: claims due e-mails, asks identity where to write, hands the letters over, writes down what became of them.

Each letter is marked `sending` before it is handed over and settled right after, in transactions of their own, so that
a crash leaves at most one letter in doubt.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog

from bilet_kit.storage.database import Database
from bilet_notifications.domain.deliveries import Delivery, Outcome
from bilet_notifications.rendering import Renderer
from bilet_notifications.sending.contacts import Contact, Contacts, ContactsUnavailableError
from bilet_notifications.sending.post import Counter, Handover, Post
from bilet_notifications.use_cases import sending

BATCH = 50
_OUTCOMES: Mapping[Handover, Outcome] = {
    "delivered": "delivered",
    "refused": "refused",
    "postponed": "unavailable",
    "unreachable": "unavailable",
    "lost": "lost",
}
_SERVER_IS_NOT_WELL = frozenset({"unreachable", "lost"})

_log = structlog.get_logger()


class Sender:
    """Sends what is due; any number of them may run beside each other."""

    def __init__(self, *, contacts: Contacts, post: Post, renderer: Renderer, batch: int = BATCH) -> None:
        self._contacts = contacts
        self._post = post
        self._renderer = renderer
        self._batch = batch

    async def run(self, database: Database) -> bool:
        """Send one batch; whether there may be more to send at once."""
        async with database.transaction() as tx:
            claimed = await sending.claim_due(tx, most=self._batch)
        if not claimed:
            return False
        try:
            contacts = await self._contacts.find(delivery.recipient.id for delivery in claimed)
        except ContactsUnavailableError as error:
            _log.warning("contacts-unavailable", error_type=str(error))
            await _give_back(database, claimed)
            return False
        async with self._post.open() as counter:
            for place, delivery in enumerate(claimed):
                if not await self._send(database, counter, delivery, contacts):
                    await _give_back(database, claimed[place + 1 :])
                    return False
        return len(claimed) == self._batch

    async def _send(
        self, database: Database, counter: Counter, delivery: Delivery, contacts: Mapping[UUID, Contact]
    ) -> bool:
        """Send one letter; whether the mail server is well enough for the next one."""
        async with database.transaction() as tx:
            begun = await sending.begin(tx, sending.claim_of(delivery))
        if not begun:
            return True
        contact = contacts.get(delivery.recipient.id)
        if contact is None:
            await _settle(database, delivery, "no-contact")
            return True
        letter = self._renderer.letter(
            delivery.template, delivery.template_version, delivery.variables, greeting=contact.greeting
        )
        handover = await counter.hand_over(delivery.delivery_id, contact.email, letter)
        await _settle(database, delivery, _OUTCOMES[handover])
        if handover in _SERVER_IS_NOT_WELL:
            _log.warning("mail-server-not-well", outcome=handover)
        return handover not in _SERVER_IS_NOT_WELL


async def _give_back(database: Database, claimed: Sequence[Delivery]) -> None:
    for delivery in claimed:
        await _settle(database, delivery, "unavailable")


async def _settle(database: Database, delivery: Delivery, outcome: Outcome) -> None:
    async with database.transaction() as tx:
        await sending.settle(tx, sending.claim_of(delivery), outcome)
