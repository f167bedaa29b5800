"""The database side of sending e-mail: claim, begin, settle. Between them the network is talked to, outside any transaction."""

from dataclasses import dataclass
from functools import reduce
from uuid import UUID

from bilet_kit.clock import real_now
from bilet_kit.storage.database import Transaction
from bilet_notifications.domain import deliveries as rules
from bilet_notifications.domain.deliveries import Delivery, Outcome
from bilet_notifications.domain.events import NotificationDelivered, NotificationFailed, SendingBegun
from bilet_notifications.storage import claim, deliveries, people, telling


@dataclass(frozen=True, slots=True)
class Claim:
    """An e-mail that is ours to send until its lease ends; the attempt's number tells a newer claim from ours."""

    delivery_id: UUID
    attempt: int


def claim_of(delivery: Delivery) -> Claim:
    """The claim that a claimed delivery stands for."""
    return Claim(delivery.delivery_id, delivery.attempts)


async def claim_due(tx: Transaction, *, most: int) -> list[Delivery]:
    """Take up to `most` e-mails that are due."""
    return await claim.claim_due(tx.session, most)


async def begin(tx: Transaction, mine: Claim) -> bool:
    """Whether the e-mail may be handed over now; if not, it is silenced, or no longer ours. Its lease begins anew."""
    delivery = await deliveries.lock(tx.session, mine.delivery_id)
    if delivery is None:
        return False
    events = rules.begin(
        delivery,
        attempt=mine.attempt,
        student=await telling.find_student(tx, delivery.student_id),
        correspondent=await people.find_correspondent(tx.session, delivery.recipient),
        now=tx.now,
    )
    if not events:
        return False
    await deliveries.save(tx.session, reduce(rules.evolve, events, delivery))
    begun = any(isinstance(event, SendingBegun) for event in events)
    if begun:
        await claim.extend(tx.session, delivery.delivery_id)
    return begun


async def settle(tx: Transaction, mine: Claim, outcome: Outcome) -> None:
    """Write down what became of the attempt, and say so when it is the end. A claim that was taken over changes nothing."""
    delivery = await deliveries.lock(tx.session, mine.delivery_id)
    if delivery is None:
        return
    events = rules.settle(delivery, outcome, attempt=mine.attempt, now=tx.now, real_now=real_now())
    if not events:
        return
    await deliveries.save(tx.session, reduce(rules.evolve, events, delivery))
    tx.record(*(event for event in events if isinstance(event, NotificationDelivered | NotificationFailed)))
