"""The inbox: each fact has its effect exactly once, in the same transaction as the effect itself."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import resources
from typing import Any
from uuid import UUID

from opentelemetry import trace

from bilet_kit.consuming.consumers import Listener, Received
from bilet_kit.consuming.parking import park
from bilet_kit.consuming.projection import PendingRows
from bilet_kit.consuming.records import Fault, Incoming
from bilet_kit.observability.tracing import CONTEXT, QUIET
from bilet_kit.storage.database import Transaction

ADMIT = resources.files("bilet_kit.consuming").joinpath("inbox.sql").read_text(encoding="utf-8")
FORGET = "DELETE FROM inbox WHERE fact_id = $1"

_KIND = trace.SpanKind.CONSUMER
_tracer = trace.get_tracer("bilet.consumer")


@dataclass(eq=False)
class RejectedError(Exception):
    """A handler said that this record can never succeed."""

    incoming: Incoming
    fault: Fault


@dataclass(slots=True)
class Admission:
    """What the inbox says of a batch: facts it had not seen, and keys with parked records."""

    fresh: set[UUID]
    blocked: set[tuple[str, str]]

    @classmethod
    async def of(cls, tx: Transaction, batch: Sequence[Incoming]) -> "Admission":
        """Enter a batch's facts into the inbox, in one statement."""
        facts = [item.received.fact_id for item in batch if item.received and item.needs_inbox and not item.fault]
        topics, keys = zip(*{item.key for item in batch}, strict=True)
        rows = await tx.fetch(ADMIT, facts, list(topics), list(keys))
        blocked = {(row["topic"], row["key"]) for row in rows if row["topic"] is not None}
        return cls({row["fact_id"] for row in rows if row["fact_id"] is not None}, blocked)


class Inbox:
    """Applies admitted records to projections and handlers, in order."""

    def __init__(self, domain_error: type[Exception]) -> None:
        self._domain_error = domain_error

    async def apply(self, tx: Transaction, batch: Sequence[Incoming], admission: Admission) -> dict[Incoming, str]:
        """Give each record its effect or park it; what became of each: applied, repeated or parked.

        Raises:
            RejectedError: a handler refused a record for good; the transaction must be rolled back.
        """
        pending = PendingRows()
        outcomes: dict[Incoming, str] = {}
        for item in batch:
            outcomes[item] = await self._apply_one(tx, item, admission, pending)
        await pending.flush(tx)
        return outcomes

    async def _apply_one(self, tx: Transaction, item: Incoming, admission: Admission, pending: PendingRows) -> str:
        received = item.received
        if item.fault is not None or received is None:
            admission.blocked.add(item.key)
            await park(tx, item, item.fault or Fault("value", "unread"))
            return "parked"
        if item.needs_inbox and received.fact_id not in admission.fresh:
            return "repeated"
        admission.fresh.discard(received.fact_id)
        if item.waits_behind_parked and item.key in admission.blocked:
            await park(tx, item, Fault("key", "behind-parked"))
            await tx.execute(FORGET, received.fact_id)
            return "parked"
        await self._run(tx, item, received, pending)
        return "applied"

    async def _run(self, tx: Transaction, item: Incoming, received: Received[Any], pending: PendingRows) -> None:
        listener = item.listener or Listener(type(received.event))
        parent = CONTEXT.extract({"traceparent": received.traceparent or ""})
        unrecorded = received.traceparent and received.traceparent.endswith("-00")  # a span would cost, and say nothing
        with nullcontext() if unrecorded else _tracer.start_as_current_span(item.type, parent, _KIND, **QUIET):
            try:
                for projection, row_of in listener.projections:
                    row = row_of(received)
                    if row is not None:
                        pending.add(projection, row, received.sequence)
                if listener.handlers:
                    await pending.flush(tx)
                for handler in listener.handlers:
                    await handler(received, tx)
            except self._domain_error as error:
                raise RejectedError(item, Fault(item.type, type(error).__name__)) from None
