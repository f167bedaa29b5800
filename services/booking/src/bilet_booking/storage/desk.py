"""Where claims of one process wait for each other and share a statement, with its own transaction edge.

On a hot slot fewer, larger statements are faster than many that queue for its row inside PostgreSQL; over many slots
they share planning and commit. Two statements of a process at once took a third more of PostgreSQL than one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

import asyncpg
import orjson
import structlog
from prometheus_client import Counter

from bilet_booking.storage.claim import CLAIM
from bilet_kit.ids import new_id
from bilet_kit.storage.batching import BatchingQueue
from bilet_kit.storage.database import Database
from bilet_kit.storage.transience import is_transient

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


class ClaimDesk:
    """Takes claims and answers each with the stored body of its booking, or with why there is none."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.claim = BatchingQueue(self._ask, lambda claim: claim.student_id)

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
            self._database.wake_relay()
        return answers


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
