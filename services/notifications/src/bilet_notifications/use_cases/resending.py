"""Messages that had been given up get another chance."""

from dataclasses import dataclass
from uuid import UUID

from bilet_kit.events.decisions import Decision, fold
from bilet_kit.storage.database import Transaction
from bilet_notifications.domain import deliveries as rules
from bilet_notifications.domain.events import FailureReason
from bilet_notifications.storage import due
from bilet_notifications.use_cases.deciding import decide

FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Page:
    """How many messages were taken, and the last one; None when there are no more."""

    resent: int
    last: UUID | None


async def resend_page(tx: Transaction, reason: FailureReason, *, after: UUID = FIRST, most: int = 200) -> Page:
    """Let up to `most` messages wait again that were given up for this reason; the inbox has its own at once."""
    failed = await due.lock_failed(tx, reason, after=after, most=most)
    decisions = []
    for one in failed:
        events = rules.resend(one, now=tx.now)
        waiting = fold(one, events, rules.evolve) or one
        decisions.append(Decision(one, (*events, *rules.put_into_inbox(waiting, now=tx.now))))
    await decide(tx, decisions)
    return Page(len(failed), failed[-1].delivery_id if failed else None)
