"""Results: submitted attempts with their newest scores, and what was recommended by them."""

from dataclasses import dataclass
from uuid import UUID

from bilet_diagnostics.domain.attempt import Attempt
from bilet_diagnostics.domain.profile import Scores
from bilet_diagnostics.domain.recommendation import Recommendation
from bilet_diagnostics.storage.rows import (
    ATTEMPT_COLUMNS,
    Row,
    recommendations_from_json,
    scored_by,
    scores_from_json,
    to_attempt,
)
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Result:
    """A submitted attempt with its newest scores and the versions they are by; `signs` are what was noticed about its answers."""

    attempt: Attempt
    scores: Scores
    signs: tuple[str, ...]


async def results_of(tx: Transaction, student_id: UUID) -> tuple[Result, ...]:
    """List every submitted attempt with its newest scores, oldest first."""
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
    """List the newest season's recommendations, best first; none before the last stage."""
    rows = await tx.fetch(
        "SELECT items::text AS items FROM recommendations WHERE student_id = $1 ORDER BY made_at DESC LIMIT 1",
        student_id,
    )
    return recommendations_from_json(rows[0]["items"]) if rows else ()
