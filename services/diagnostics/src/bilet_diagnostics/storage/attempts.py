"""Attempts: rows to the aggregate and back."""

from collections.abc import Sequence
from uuid import UUID

from bilet_diagnostics.domain.attempt import Attempt
from bilet_diagnostics.domain.errors import AttemptNotFound
from bilet_diagnostics.storage.rows import ATTEMPT_COLUMNS, answer_columns, to_attempt
from bilet_kit.events.decisions import Change
from bilet_kit.storage.database import Transaction

_INSERT = """
INSERT INTO attempts (attempt_id, student_id, region_code, season_code, stage, number, grade, instruments, status,
    started_at, chosen, answered_ms, sequences, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT DO NOTHING RETURNING attempt_id
"""
_UPDATE = """
UPDATE attempts SET status = $2, submitted_at = $3, chosen = $4, answered_ms = $5, sequences = $6, revision = $7
WHERE attempt_id = $1
"""


async def find_attempt(tx: Transaction, attempt_id: UUID, student_id: UUID) -> Attempt:
    """Find the pupil's own attempt.

    Raises:
        AttemptNotFound: there is none, or it is somebody else's.
    """
    return await _own_attempt(tx, attempt_id, student_id, "")


async def lock_attempt(tx: Transaction, attempt_id: UUID, student_id: UUID) -> Attempt:
    """Load the pupil's own attempt, locked until the commit.

    Raises:
        AttemptNotFound: there is none, or it is somebody else's.
    """
    return await _own_attempt(tx, attempt_id, student_id, "FOR UPDATE")


async def _own_attempt(tx: Transaction, attempt_id: UUID, student_id: UUID, lock: str) -> Attempt:
    rows = await tx.fetch(
        f"SELECT {ATTEMPT_COLUMNS} FROM attempts a WHERE attempt_id = $1 AND student_id = $2 {lock}",  # noqa: S608 - our words
        attempt_id,
        student_id,
    )
    if not rows:
        raise AttemptNotFound
    return to_attempt(rows[0])


async def attempts_of_season(tx: Transaction, student_id: UUID, season_code: str) -> tuple[Attempt, ...]:
    """List the pupil's attempts of a season, by stage, oldest first."""
    rows = await tx.fetch(
        f"SELECT {ATTEMPT_COLUMNS} FROM attempts a WHERE student_id = $1 AND season_code = $2 "  # noqa: S608 - our words
        "ORDER BY stage, number",
        student_id,
        season_code,
    )
    return tuple(map(to_attempt, rows))


async def attempts_of(tx: Transaction, student_id: UUID) -> tuple[Attempt, ...]:
    """List the pupil's attempts of all seasons, oldest first."""
    rows = await tx.fetch(
        f"SELECT {ATTEMPT_COLUMNS} FROM attempts a WHERE student_id = $1 ORDER BY started_at, attempt_id",  # noqa: S608 - our words
        student_id,
    )
    return tuple(map(to_attempt, rows))


async def lock_open_attempts(tx: Transaction, student_id: UUID) -> tuple[Attempt, ...]:
    """Load the pupil's attempts that still take answers, locked until the commit."""
    rows = await tx.fetch(
        f"SELECT {ATTEMPT_COLUMNS} FROM attempts a WHERE student_id = $1 AND status = 'started' "  # noqa: S608 - our words
        "ORDER BY attempt_id FOR UPDATE",
        student_id,
    )
    return tuple(map(to_attempt, rows))


async def add_attempt(tx: Transaction, attempt: Attempt) -> Attempt | None:
    """Insert a new attempt; None when another request has just opened the same stage."""
    rows = await tx.fetch(
        _INSERT,
        attempt.attempt_id,
        attempt.student_id,
        attempt.region_code,
        attempt.season_code,
        attempt.stage,
        attempt.number,
        attempt.grade,
        attempt.instruments,
        attempt.status,
        attempt.started_at,
        *answer_columns(attempt),
        attempt.revision,
    )
    return attempt if rows else None


async def save_attempts(tx: Transaction, changes: Sequence[Change[Attempt]]) -> None:
    """Write what became of attempts; they are locked."""
    for change in changes:
        await save_attempt(tx, change.after)


async def save_attempt(tx: Transaction, attempt: Attempt) -> None:
    """Write what became of an attempt, which must be locked."""
    await tx.execute(
        _UPDATE,
        attempt.attempt_id,
        attempt.status,
        attempt.submitted_at,
        *answer_columns(attempt),
        attempt.revision,
    )
