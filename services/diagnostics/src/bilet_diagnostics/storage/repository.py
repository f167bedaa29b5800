"""Attempts, results and projections, read and written inside a transaction."""

from dataclasses import dataclass
from uuid import UUID

from bilet_diagnostics.domain.attempt import Attempt
from bilet_diagnostics.domain.errors import AttemptNotFound, StudentUnknown
from bilet_diagnostics.domain.participation import Season, Student
from bilet_diagnostics.domain.profile import Scores
from bilet_diagnostics.domain.recommendation import Recommendation
from bilet_diagnostics.storage.rows import (
    ATTEMPT_COLUMNS,
    Row,
    answer_columns,
    recommendations_from_json,
    scored_by,
    scores_from_json,
    to_attempt,
    to_season,
    to_student,
)
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


@dataclass(frozen=True, slots=True)
class Result:
    """A submitted attempt with its newest scores and the versions they are by; `signs` are what was noticed about its answers."""

    attempt: Attempt
    scores: Scores
    signs: tuple[str, ...]


async def find_student(tx: Transaction, student_id: UUID) -> Student:
    """The pupil.

    Raises:
        StudentUnknown: identity has not told of them yet.
    """
    for row in await tx.fetch("SELECT * FROM students WHERE student_id = $1", student_id):
        return to_student(row)
    raise StudentUnknown


async def find_student_to_begin(tx: Transaction, student_id: UUID) -> Student:
    """The pupil, kept as they are until the commit, so that a withdrawn consent waits for what is being begun.

    Raises:
        StudentUnknown: identity has not told of them yet.
    """
    for row in await tx.fetch("SELECT * FROM students WHERE student_id = $1 FOR SHARE", student_id):
        return to_student(row)
    raise StudentUnknown


async def hold_back(tx: Transaction, student_id: UUID) -> None:
    """Let nothing be begun for the pupil until the commit, and wait for what is just being begun."""
    await tx.execute("SELECT FROM students WHERE student_id = $1 FOR UPDATE", student_id)


async def find_open_season(tx: Transaction, region_code: str) -> Season | None:
    """The region's season whose diagnostics are open now, the latest if there are several."""
    rows = await tx.fetch(
        "SELECT * FROM seasons WHERE region_code = $1 AND diagnostics_from <= $2 AND $2 < closes "
        "ORDER BY diagnostics_from DESC LIMIT 1",
        region_code,
        tx.now,
    )
    return to_season(rows[0]) if rows else None


async def find_season(tx: Transaction, season_code: str) -> Season | None:
    """A season by its code."""
    rows = await tx.fetch("SELECT * FROM seasons WHERE season_code = $1", season_code)
    return to_season(rows[0]) if rows else None


async def find_attempt(tx: Transaction, attempt_id: UUID, student_id: UUID) -> Attempt:
    """The pupil's own attempt.

    Raises:
        AttemptNotFound: there is none, or it is somebody else's.
    """
    return await _own_attempt(tx, attempt_id, student_id, "")


async def lock_attempt(tx: Transaction, attempt_id: UUID, student_id: UUID) -> Attempt:
    """The pupil's own attempt, locked until the commit.

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
    """The pupil's attempts of a season, by stage, oldest first."""
    rows = await tx.fetch(
        f"SELECT {ATTEMPT_COLUMNS} FROM attempts a WHERE student_id = $1 AND season_code = $2 "  # noqa: S608 - our words
        "ORDER BY stage, number",
        student_id,
        season_code,
    )
    return tuple(map(to_attempt, rows))


async def attempts_of(tx: Transaction, student_id: UUID) -> tuple[Attempt, ...]:
    """The pupil's attempts of all seasons, oldest first."""
    rows = await tx.fetch(
        f"SELECT {ATTEMPT_COLUMNS} FROM attempts a WHERE student_id = $1 ORDER BY started_at, attempt_id",  # noqa: S608 - our words
        student_id,
    )
    return tuple(map(to_attempt, rows))


async def lock_open_attempts(tx: Transaction, student_id: UUID) -> tuple[Attempt, ...]:
    """The pupil's attempts that still take answers, locked until the commit."""
    rows = await tx.fetch(
        f"SELECT {ATTEMPT_COLUMNS} FROM attempts a WHERE student_id = $1 AND status = 'started' "  # noqa: S608 - our words
        "ORDER BY attempt_id FOR UPDATE",
        student_id,
    )
    return tuple(map(to_attempt, rows))


async def add_attempt(tx: Transaction, attempt: Attempt) -> Attempt | None:
    """Keep a new attempt; None when another request has just opened the same stage."""
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


async def save_attempt(tx: Transaction, attempt: Attempt) -> None:
    """Keep what became of an attempt; it must be locked."""
    await tx.execute(
        _UPDATE,
        attempt.attempt_id,
        attempt.status,
        attempt.submitted_at,
        *answer_columns(attempt),
        attempt.revision,
    )


async def results_of(tx: Transaction, student_id: UUID) -> tuple[Result, ...]:
    """Every submitted attempt with its newest scores, oldest first."""
    rows = await tx.fetch(
        f"SELECT DISTINCT ON (a.submitted_at, a.attempt_id) {ATTEMPT_COLUMNS}, p.scores::text AS scores, p.signs "  # noqa: S608 - our words
        "FROM attempts a JOIN profiles p USING (attempt_id) WHERE a.student_id = $1 "
        "ORDER BY a.submitted_at, a.attempt_id, p.scoring DESC",
        student_id,
    )
    return tuple(_result(row) for row in rows)


def _result(row: Row) -> Result:
    scores = scores_from_json(row["scores"])
    return Result(scored_by(to_attempt(row), scores), scores, tuple(row["signs"]))


async def recommendations_of(tx: Transaction, student_id: UUID) -> tuple[Recommendation, ...]:
    """The newest season's recommendations, best first; none before the last stage."""
    rows = await tx.fetch(
        "SELECT items::text AS items FROM recommendations WHERE student_id = $1 ORDER BY made_at DESC LIMIT 1",
        student_id,
    )
    return recommendations_from_json(rows[0]["items"]) if rows else ()
