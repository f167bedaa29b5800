"""What the worker does by itself: it sends what is due and addresses notices whose pupils have become known."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog

from bilet_kit.process.service import Job
from bilet_kit.storage.database import Database
from bilet_notifications.domain.deliveries import Delivery, Outcome
from bilet_notifications.sending.carriers import Carrier, Handover, Line
from bilet_notifications.sending.contacts import Contact, Contacts, ContactsUnavailableError
from bilet_notifications.use_cases import sending
from bilet_notifications.use_cases.announcing import release_waiting

BATCH = 50
RELEASED_AT_ONCE = 200

_OUTCOMES: Mapping[Handover, Outcome] = {
    "delivered": "delivered",
    "no-contact": "no-contact",
    "refused": "refused",
    "postponed": "unavailable",
    "unreachable": "unavailable",
    "lost": "lost",
}
_CARRIER_IS_NOT_WELL = frozenset({"unreachable", "lost"})

_log = structlog.get_logger()


def jobs(carriers: Sequence[Carrier], contacts: Contacts) -> tuple[Job, ...]:
    """List the worker's jobs: a sender for each carrier, and the release of waiting notices."""
    senders = [
        Job(name=f"send-{carrier.channel.name}", every=1.0, run=Sender(contacts=contacts, carrier=carrier).run)
        for carrier in carriers
    ]
    return (*senders, Job(name="release-waiting-notices", every=1.0, run=release_notices))


async def release_notices(database: Database) -> bool:
    """Address one batch of waiting notices; whether there may be more."""
    async with database.transaction() as tx:
        return await release_waiting(tx, most=RELEASED_AT_ONCE) == RELEASED_AT_ONCE


class Sender:
    """Sends what is due over one carrier; any number of senders may run beside each other.

    Each message is marked `sending` before it is handed over and settled right after, in transactions of their own, so
    that a crash leaves at most one message in doubt.
    """

    def __init__(self, *, contacts: Contacts, carrier: Carrier, batch: int = BATCH) -> None:
        self._contacts = contacts
        self._carrier = carrier
        self._batch = batch

    async def run(self, database: Database) -> bool:
        """Send one batch; whether there may be more to send at once."""
        async with database.transaction() as tx:
            claimed = await sending.claim_due(tx, self._carrier.channel, most=self._batch)
        if not claimed:
            return False
        try:
            contacts = await self._contacts.find(delivery.recipient.id for delivery in claimed)
        except ContactsUnavailableError as error:
            _log.warning("contacts-unavailable", error_type=str(error))
            await _give_back(database, claimed)
            return False
        async with self._carrier.open() as line:
            for place, delivery in enumerate(claimed):
                if not await _send(database, line, delivery, contacts):
                    await _give_back(database, claimed[place + 1 :])
                    return False
        return len(claimed) == self._batch


async def _send(database: Database, line: Line, delivery: Delivery, contacts: Mapping[UUID, Contact]) -> bool:
    """Send one message; whether the carrier is well enough for the next one."""
    async with database.transaction() as tx:
        begun = await sending.begin(tx, sending.claim_of(delivery))
    if not begun:
        return True
    contact = contacts.get(delivery.recipient.id)
    handover = "no-contact" if contact is None else await line.hand_over(delivery, contact)
    await _settle(database, delivery, _OUTCOMES[handover])
    if handover in _CARRIER_IS_NOT_WELL:
        _log.warning("carrier-not-well", outcome=handover)
    return handover not in _CARRIER_IS_NOT_WELL


async def _give_back(database: Database, claimed: Sequence[Delivery]) -> None:
    for delivery in claimed:
        await _settle(database, delivery, "unavailable")


async def _settle(database: Database, delivery: Delivery, outcome: Outcome) -> None:
    async with database.transaction() as tx:
        await sending.settle(tx, sending.claim_of(delivery), outcome)
