"""Where claims of one process wait for each other and share a statement, with its own transaction edge.

On a hot slot fewer, larger statements are faster than many that queue for its row inside PostgreSQL; over many slots
they share planning and commit. One statement of a process runs at a time: two at once took a third more of PostgreSQL.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

import asyncpg
import orjson
import structlog
from prometheus_client import Counter

from bilet_booking.storage.claim import CLAIM
from bilet_kit.database import Database
from bilet_kit.ids import new_id
from bilet_kit.transience import is_transient

BATCH = 64
CLAIM_FAILURES = Counter(
    "bilet_booking_claim_failures", "Statements of the desk that failed, by reason", ("kind", "error_type")
)

_UNEXPECTED = "unexpected"
_log = structlog.get_logger()

# What a view of a new booking says besides the slot and the pupil.
_BLANK = orjson.dumps(
    {"status": "requested", "decided_by": None, "cancelled_by": None, "attendance": None, "recommendation": None}
).decode()


class Unbooked(Enum):
    """Why the short way gave no booking: no seat left, or a reason that only the long way can tell."""

    FULL = "full"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Claim:
    """One pupil's wish for a seat, with the request's idempotency key and trace headers (JSON)."""

    student_id: UUID
    slot_id: UUID
    key: str
    request_hash: bytes
    trace: str


_Answer = bytes | Unbooked
_Waiting = tuple[Claim, asyncio.Future[_Answer]]


class ClaimDesk:
    """Takes claims and answers each with the stored body of its booking, or with why there is none."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: deque[_Waiting] = deque()
        self._serving: asyncio.Task[None] | None = None

    async def claim(self, claim: Claim) -> _Answer:
        """Wait for the statement that serves this claim; its outcome is committed."""
        answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._queue.append((claim, answer))
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve())
        return await answer

    async def _serve(self) -> None:
        try:
            while self._queue:
                await self._answer(_take(self._queue))
        finally:
            self._serving = None

    async def _answer(self, batch: Sequence[_Waiting]) -> None:
        try:
            answers = await self._ask([claim for claim, _ in batch])
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, and the queue goes on
            for _, waiting in batch:
                if not waiting.done():
                    waiting.set_exception(error)
            return
        for (_, waiting), answer in zip(batch, answers, strict=True):
            if not waiting.done():
                waiting.set_result(answer)

    async def _ask(self, claims: Sequence[Claim]) -> list[_Answer]:
        """One statement for all; if a constraint or the network stops it, each goes the long way, which can say why.

        Raises:
            Exception: whatever else happens; the long way must not hide a statement that is wrong.
        """
        try:
            rows = await self._database.pool.fetch(CLAIM, *_arguments(claims))
        except Exception as error:
            if _told(error, len(claims)) == _UNEXPECTED:
                raise
            return [Unbooked.UNSURE] * len(claims)
        answers: list[_Answer] = [row[0] or (Unbooked.FULL if row[1] else Unbooked.UNSURE) for row in rows]
        if any(isinstance(answer, bytes) for answer in answers):
            self._database.committed()
        return answers


def _take(queue: deque[_Waiting]) -> list[_Waiting]:
    """The next claims, no two of one pupil: the others stay at the head of the queue."""
    batch: list[_Waiting] = []
    put_back: list[_Waiting] = []
    pupils: set[UUID] = set()
    while queue and len(batch) < BATCH:
        waiting = queue.popleft()
        pupil = waiting[0].student_id
        (put_back if pupil in pupils else batch).append(waiting)
        pupils.add(pupil)
    queue.extendleft(reversed(put_back))
    return batch


def _told(error: Exception, claims: int) -> str:
    """Log and count why a statement failed; the kind of the reason."""
    kind = _UNEXPECTED
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        kind = "constraint"
    elif is_transient(error):
        kind = "transient"
    _log.warning("claims-failed", kind=kind, error_type=type(error).__name__, count=claims)
    CLAIM_FAILURES.labels(kind, type(error).__name__).inc()
    return kind


def _arguments(claims: Sequence[Claim]) -> tuple[object, ...]:
    return (
        [claim.student_id for claim in claims],
        [claim.slot_id for claim in claims],
        [new_id() for _ in claims],
        [new_id() for _ in claims],
        [str(claim.student_id) for claim in claims],
        [claim.key for claim in claims],
        [claim.request_hash for claim in claims],
        [claim.trace for claim in claims],
        list({claim.slot_id for claim in claims}),
        _BLANK,
    )
