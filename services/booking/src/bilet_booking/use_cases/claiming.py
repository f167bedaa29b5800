"""Claims of one process wait for each other, are decided by the domain, and share two statements.

On a hot slot fewer, larger statements are faster than many that queue for its row inside PostgreSQL; over many slots
they share planning and commit. Two statements of a process at once took a third more of PostgreSQL than one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum

import asyncpg
import structlog
from prometheus_client import Counter

from bilet_booking.domain import deciding
from bilet_booking.domain.booking import Booking, evolve
from bilet_booking.domain.errors import NotEligible
from bilet_booking.storage.claim import Candidate, Claim, Decided, Outcome, read, write
from bilet_kit.events.decisions import begun
from bilet_kit.ids import new_id
from bilet_kit.storage.batching import BatchingQueue
from bilet_kit.storage.database import Database
from bilet_kit.storage.outbox import Published
from bilet_kit.storage.transience import is_transient

CLAIM_FAILURES = Counter(
    "bilet_booking_claim_failures", "Statements of the desk that failed, by reason", ("kind", "error_type")
)

_UNEXPECTED = "unexpected"
_log = structlog.get_logger()

Translate = Callable[[object], tuple[Published, ...]]
BodyOf = Callable[[Booking], bytes]


class Unbooked(Enum):
    """Why the fast path gave no booking: no seat is left, or a reason that only the slow path can name."""

    FULL = "full"
    UNSURE = "unsure"


_Answer = bytes | Unbooked


class ClaimDesk:
    """Takes claims and answers each with the stored body of its booking, or with why there is none.

    Args:
        database: whose hot pool the statements use.
        translate: turns domain events into what the service publishes.
        body_of: writes the answer that a booking gives over HTTP.
    """

    def __init__(self, database: Database, translate: Translate, body_of: BodyOf) -> None:
        self._database = database
        self._translate = translate
        self._body_of = body_of
        self.claim = BatchingQueue(self._answer_all, lambda claim: claim.student_id)

    async def _answer_all(self, claims: Sequence[Claim]) -> list[_Answer]:
        """Answer these claims; if a constraint or the network stops them, all take the slow path, which can say why.

        Raises:
            Exception: whatever else happens; the slow path must not hide a statement that is wrong.
        """
        try:
            return await self._serve(claims)
        except Exception as error:
            if _report(error, len(claims)) == _UNEXPECTED:
                raise
            return [Unbooked.UNSURE] * len(claims)

    async def _serve(self, claims: Sequence[Claim]) -> list[_Answer]:
        decisions = [self._decide(candidate) for candidate in await read(self._database.pool, claims)]
        granted = [decision for decision in decisions if isinstance(decision, Decided)]
        answers = iter(await self._write(granted) if granted else ())
        return [next(answers) if isinstance(decision, Decided) else decision for decision in decisions]

    async def _write(self, granted: Sequence[Decided]) -> list[_Answer]:
        outcomes = await write(self._database.pool, granted)
        if any(outcome.is_booked for outcome in outcomes):
            self._database.wake_relay()
        return list(map(_answer, granted, outcomes))

    def _decide(self, candidate: Candidate) -> Decided | Unbooked:
        """Let the domain decide; a refusal takes the slow path, which tells it. No rule is asked about a full slot."""
        if candidate.is_full:
            return Unbooked.FULL
        standing, appointment, now = candidate.standing, candidate.appointment, candidate.now
        if standing is None or appointment is None:
            return Unbooked.UNSURE
        try:
            events = deciding.request(booking_id=new_id(), standing=standing, appointment=appointment, now=now)
            quota = candidate.quota.claim(appointment)
        except NotEligible:
            return Unbooked.UNSURE
        booking = begun(events, evolve)
        trace = candidate.claim.trace
        published = [replace(said, trace=trace) for event in events for said in self._translate(event)]
        body = self._body_of(booking)
        return Decided(candidate=candidate, booking=booking, quota=quota, events=published, body=body)


def _answer(decided: Decided, outcome: Outcome) -> _Answer:
    if outcome.is_booked:
        return decided.body
    return Unbooked.FULL if outcome.is_full and not decided.candidate.is_overdue else Unbooked.UNSURE


def _report(error: Exception, claims: int) -> str:
    """Log and count why a statement failed, by class of error only; returns the kind of the reason."""
    kind = _UNEXPECTED
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        kind = "constraint"
    elif is_transient(error):
        kind = "transient"
    _log.warning("claims-failed", kind=kind, error_type=type(error).__name__, count=claims)
    CLAIM_FAILURES.labels(kind, type(error).__name__).inc()
    return kind
