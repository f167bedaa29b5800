"""The database's side of sending: claim, begin, settle. The network is used between them, outside any transaction."""

from dataclasses import dataclass
from uuid import UUID

from bilet_kit.clock import real_now
from bilet_kit.events.decisions import Decision, take_effect
from bilet_kit.storage.database import Transaction
from bilet_notifications.domain import deliveries as rules
from bilet_notifications.domain.channels import Channel
from bilet_notifications.domain.deliveries import Delivery, Outcome
from bilet_notifications.domain.events import SendingBegun
from bilet_notifications.storage import deliveries, due, recipients, students


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours to send until its lease ends; the attempt's number tells a newer claim from ours."""

    delivery_id: UUID
    attempt: int


def claim_of(delivery: Delivery) -> Claim:
    """Name the claim that a claimed delivery stands for."""
    return Claim(delivery.delivery_id, delivery.attempts)


async def claim_due(tx: Transaction, channel: Channel, *, most: int) -> list[Delivery]:
    """Take up to `most` messages of a channel that are due."""
    return await due.claim(tx, channel, most)


async def begin(tx: Transaction, mine: Claim) -> bool:
    """Whether the message may be handed over now, its lease begun anew; if not, it is silenced or no longer ours."""
    delivery = await deliveries.lock(tx, mine.delivery_id)
    if delivery is None:
        return False
    events = rules.begin(
        delivery,
        attempt=mine.attempt,
        student=await students.find(tx, delivery.student_id),
        correspondent=await recipients.find_correspondent(tx, delivery.recipient),
        now=tx.now,
    )
    await take_effect(tx, [Decision(delivery, events)], evolve=rules.evolve, save=deliveries.save)
    begun = any(isinstance(event, SendingBegun) for event in events)
    if begun:
        await due.extend(tx, delivery.delivery_id)
    return begun


async def settle(tx: Transaction, mine: Claim, outcome: Outcome) -> None:
    """Decide what became of an attempt; a claim that was taken over changes nothing."""
    delivery = await deliveries.lock(tx, mine.delivery_id)
    if delivery is None:
        return
    events = rules.settle(delivery, outcome, attempt=mine.attempt, now=tx.now, real_now=real_now())
    await take_effect(tx, [Decision(delivery, events)], evolve=rules.evolve, save=deliveries.save)
