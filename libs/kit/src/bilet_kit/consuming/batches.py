"""Batches of records, one transaction each, retried, split or parked until every record is settled."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from importlib import resources
from time import perf_counter

import structlog

from bilet_kit.consuming.consumers import Consumers
from bilet_kit.consuming.inbox import Admission, Inbox, RejectedError
from bilet_kit.consuming.parking import take_parked
from bilet_kit.consuming.records import Fault, Incoming, RawRecord, read_record
from bilet_kit.observability import metrics
from bilet_kit.storage.database import Database
from bilet_kit.storage.transience import is_transient

TRIES = 5
_BACKOFF = 0.05
_COUNT = resources.files("bilet_kit.consuming").joinpath("inbox_attempts.sql").read_text(encoding="utf-8")

_log = structlog.get_logger()


class BatchProcessor:
    """Settles batches for one service; once `process` returns, their offsets may be committed."""

    def __init__(self, database: Database, consumers: Consumers, inbox: Inbox) -> None:
        self._database = database
        self._consumers = consumers
        self._inbox = inbox

    async def process(self, records: Sequence[RawRecord]) -> None:
        """Apply every record exactly once, park it, or skip it when nobody here consumes its type."""
        started = perf_counter()
        batch = [incoming for record in records if (incoming := read_record(record, self._consumers))]
        metrics.EVENTS.labels(type="unknown", outcome="skipped").inc(len(records) - len(batch))
        if batch:
            await self._settle(batch)
        metrics.BATCH_SECONDS.observe(perf_counter() - started)

    async def replay(self, topic: str, key: str) -> int:
        """Apply the parked records of a key in order and unpark them, in one transaction; how many there were.

        Raises:
            RejectedError: one of them still cannot succeed; all stay parked.
        """
        async with self._database.transaction() as tx:
            parked = await take_parked(tx, topic, key)
            unheard = Fault("ce_type", "not-listened-to")
            batch = [read_record(record, self._consumers) or Incoming(record, "", fault=unheard) for record in parked]
            if faulty := next((item for item in batch if item.fault), None):
                raise RejectedError(faulty, faulty.fault or unheard)
            if batch:
                admission = await Admission.of(tx, batch)
                await self._inbox.apply(tx, batch, Admission(admission.fresh, set()))
            return len(parked)

    async def _settle(self, batch: Sequence[Incoming]) -> None:
        tried = 0
        while True:
            try:
                return await self._apply(batch)
            except RejectedError as rejected:
                rejected.incoming.fault = rejected.fault
                continue
            except Exception as error:  # noqa: BLE001 — whatever fails is retried, split or parked, never dropped
                if len(batch) > 1 and not is_transient(error):
                    metrics.BATCH_RETRIES.labels(kind="split").inc()
                    middle = len(batch) // 2
                    await self._settle(batch[:middle])
                    return await self._settle(batch[middle:])
                await self._judge(batch[0], error)
            tried += 1
            await asyncio.sleep(_BACKOFF * 2 ** min(tried, 7))

    async def _apply(self, batch: Sequence[Incoming]) -> None:
        async with self._database.transaction() as tx:
            reached = {(item.record.topic, item.record.partition): item.record.offset + 1 for item in batch}
            admission = await Admission.of(tx, batch, reached)
            outcomes = await self._inbox.apply(tx, batch, admission)
        for item, outcome in outcomes.items():
            metrics.EVENTS.labels(type=item.type or "unreadable", outcome=outcome).inc()
            if outcome == "parked":
                fault = item.fault or Fault("key", "behind-parked")
                _log.error("record-parked", type=item.type, error_place=fault.place, error_type=fault.kind)

    async def _judge(self, first: Incoming, error: Exception) -> None:
        """Count a failure in PostgreSQL, where it outlives this process, and mark a record that has failed too often."""
        transient = is_transient(error)
        kind = type(error).__name__
        metrics.BATCH_RETRIES.labels(kind="transient" if transient else "unknown").inc()
        _log.warning("batch-retried", type=first.type, error_type=kind, transient=transient)
        record = first.record
        with suppress(Exception):  # a failure that cannot be counted is tried again all the same
            attempts = await self._database.pool.fetchval(
                _COUNT, record.topic, record.partition, record.offset, int(not transient), int(transient), kind
            )
            if attempts >= TRIES and not transient:
                first.fault = Fault(first.type, kind)
