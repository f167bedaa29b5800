"""The database's side of sending: claim, take turns, hand back. The network is used between them, in no transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from bilet_kit.clock import real_now
from bilet_kit.events.decisions import Decision
from bilet_kit.storage.database import Transaction
from bilet_notifications.domain import deliveries as rules
from bilet_notifications.domain.channels import Channel
from bilet_notifications.domain.deliveries import Delivery, Outcome
from bilet_notifications.domain.events import SendingBegun
from bilet_notifications.domain.lasting import Urgency
from bilet_notifications.domain.notices import TEMPLATE_VERSIONS
from bilet_notifications.domain.scenes import BARE, Scene, Wording
from bilet_notifications.rendering.texts import Text
from bilet_notifications.storage import deliveries, due, recipients, scenes, students
from bilet_notifications.use_cases.deciding import decide


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message under our claim, the scene it is about, and its words, in which no child is named yet."""

    delivery: Delivery
    scene: Scene
    text: Text


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a message that was handed over."""

    delivery_id: UUID
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Turn:
    """One connection's turn at the database: it settles its last message and asks whether the next one may go.

    Attributes:
        line: number of the connection within its sender.
    """

    line: int
    settled: Settled | None
    following: UUID | None


async def claim_due(
    tx: Transaction,
    channel: Channel,
    urgency: Urgency,
    *,
    claim: UUID,
    most: int,
    render: Callable[[Wording], Text | None],
) -> list[Claimed]:
    """Take up to `most` due messages of a class; of those found, the expired and the unreadable are given up."""
    found = await due.lock(tx, channel, urgency, TEMPLATE_VERSIONS, most=most)
    known = await scenes.find(tx, [one.delivery.delivery_id for one in found])
    decided, worded = [], []
    for one in found:
        delivery = one.delivery
        scene = known.get(delivery.delivery_id, BARE)
        text = render(delivery.wording(scene))
        events = rules.claim(delivery, by=claim, readable=text is not None, now=tx.now, real_now=one.looked_at)
        decided.append(Decision(delivery, events))
        worded.append((scene, text))
    after = await decide(tx, decided)
    return [
        Claimed(delivery, scene, text)
        for delivery, (scene, text) in zip(after, worded, strict=True)
        if text is not None and delivery.is_claimed(claim)
    ]


async def take_turns(tx: Transaction, claim: UUID, turns: Sequence[Turn]) -> list[bool]:
    """Settle what connections have handed over and begin what they hold next; for each, whether its next may go now.

    What may not go is silenced, expired, or no longer ours.
    """
    settled = {turn.settled.delivery_id: turn.settled.outcome for turn in turns if turn.settled}
    following = [turn.following for turn in turns if turn.following]
    locked = await deliveries.lock_all(tx, {*settled, *following})
    beginning = [locked[one] for one in following if one in locked]
    decisions = [
        Decision(locked[one], rules.settle(locked[one], outcome, claim=claim, now=tx.now, real_now=real_now()))
        for one, outcome in settled.items()
        if one in locked
    ]
    decisions += await _begun(tx, claim, beginning)
    await decide(tx, decisions)
    begun = {event.delivery_id for one in decisions for event in one.events if isinstance(event, SendingBegun)}
    return [turn.following in begun for turn in turns]


async def hand_back(tx: Transaction, claim: UUID) -> int:
    """Let others take what is claimed and was never offered; how many there were."""
    claimed = await due.lock_claimed(tx, claim)
    decisions = [Decision(one, events) for one in claimed if (events := rules.hand_back(one, claim=claim))]
    return len(await decide(tx, decisions))


async def renew(tx: Transaction, claim: UUID) -> None:
    """Keep what is claimed from others for another lease."""
    await due.renew(tx, claim)


async def expire_overdue(tx: Transaction, *, most: int) -> int:
    """Give up waiting messages that are of no use any more; how many there were, `most` at once."""
    overdue = await due.lock_expired(tx, most=most)
    decisions = [Decision(one, rules.expire(one, now=tx.now)) for one in overdue]
    return len(await decide(tx, decisions))


async def _begun(tx: Transaction, claim: UUID, beginning: Sequence[Delivery]) -> list[Decision[Delivery]]:
    if not beginning:
        return []
    known = await students.find_all(tx, {one.student_id for one in beginning})
    people = await recipients.find_correspondents(tx, [one.recipient for one in beginning])
    return [
        Decision(
            one,
            rules.begin(
                one,
                claim=claim,
                student=known.get(one.student_id),
                correspondent=people[one.recipient],
                now=tx.now,
            ),
        )
        for one in beginning
    ]
