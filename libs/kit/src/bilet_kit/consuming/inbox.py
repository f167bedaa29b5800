"""The inbox admits each fact once, in the transaction of its effect, so that a fact acts exactly once."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
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

Reached = Mapping[tuple[str, int], int]
"""The next offset by topic and partition."""

_NOT_SAMPLED = "-00"
"""How a W3C traceparent ends whose trace nobody records."""

_tracer = trace.get_tracer("bilet.consumer")


@dataclass(eq=False)
class RejectedError(Exception):
    """A handler refused a record for good: no later event can make it succeed."""

    incoming: Incoming
    fault: Fault


@dataclass(slots=True)
class Admission:
    """What the inbox knows of a batch: the facts it had not seen before, and the keys that have parked records."""

    fresh: set[UUID]
    blocked: set[tuple[str, str]]

    @classmethod
    async def of(cls, tx: Transaction, batch: Sequence[Incoming], reached: Reached | None = None) -> "Admission":
        """Enter the facts of a batch into the inbox, and how far its partitions are read by it, in one statement."""
        places = [(topic, partition, offset) for (topic, partition), offset in (reached or {}).items()]
        offsets = [list(column) for column in zip(*places, strict=True)] or [[], [], []]
        facts = [item.received.fact_id for item in batch if item.received and item.needs_inbox and not item.fault]
        topics, keys = zip(*{item.key for item in batch}, strict=True)
        rows = await tx.fetch(ADMIT, facts, list(topics), list(keys), *offsets)
        blocked = {(row["topic"], row["key"]) for row in rows if row["topic"] is not None}
        return cls({row["fact_id"] for row in rows if row["fact_id"] is not None}, blocked)


class Inbox:
    """Applies admitted records to projections and handlers, in order."""

    def __init__(self, domain_error: type[Exception]) -> None:
        self._domain_error = domain_error

    async def apply(self, tx: Transaction, batch: Sequence[Incoming], admission: Admission) -> dict[Incoming, str]:
        """Apply each record or park it; the outcome of each is `applied`, `repeated` or `parked`.

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
        with _span(item.type, received.traceparent):
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


def _span(name: str, traceparent: str | None) -> AbstractContextManager[object]:
    """Open the span of a handler under the trace of its event; an unrecorded trace gets none, which would only cost."""
    if traceparent is not None and traceparent.endswith(_NOT_SAMPLED):
        return nullcontext()
    parent = CONTEXT.extract({"traceparent": traceparent or ""})
    return _tracer.start_as_current_span(name, parent, trace.SpanKind.CONSUMER, **QUIET)
