"""Rescoring, page by page: submitted attempts beside their newest scores, and new scores beside the old ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from bilet_diagnostics.domain.attempt import Attempt
from bilet_diagnostics.domain.profile import Scores
from bilet_diagnostics.storage.offers import WRONG_KEY
from bilet_diagnostics.storage.rows import ATTEMPT_COLUMNS, scored_by, scores_from_json, to_attempt
from bilet_kit.storage.database import Transaction

_ALONE = "SELECT pg_advisory_xact_lock(hashtext('rescoring'))"
_NEWEST = """
attempts a JOIN LATERAL (
    SELECT scores, scoring FROM profiles WHERE attempt_id = a.attempt_id ORDER BY scoring DESC LIMIT 1
) p ON true
"""
_PAGE = f"""
SELECT a.attempt_id, a.student_id, a.stage FROM {_NEWEST}
WHERE a.status = 'submitted' AND a.attempt_id > $1 AND p.scores ?| $2::text[]
ORDER BY a.attempt_id LIMIT $3
"""  # noqa: S608 - our words
_LOCK = """
SELECT FROM attempts WHERE student_id = ANY ($1::uuid[]) AND stage = ANY ($2::smallint[])
ORDER BY attempt_id FOR NO KEY UPDATE
"""
_SCORED = f"""
SELECT {ATTEMPT_COLUMNS}, p.scores::text AS scores, p.scoring FROM {_NEWEST}
WHERE a.attempt_id = ANY ($1::uuid[]) ORDER BY a.attempt_id
"""  # noqa: S608 - our words
_KEEP = """
INSERT INTO profiles (attempt_id, scoring, scores, signs, scored_at)
SELECT attempt_id, scoring, scores, ARRAY (SELECT jsonb_array_elements_text(signs)), $2
FROM jsonb_to_recordset($1::jsonb) AS r (attempt_id uuid, scoring smallint, scores jsonb, signs jsonb)
"""
_OUTDATE = """
UPDATE recommendations r SET offer = $3
FROM unnest($1::uuid[], $2::text[]) AS rescored (student_id, season_code)
WHERE r.student_id = rescored.student_id AND r.season_code = rescored.season_code
"""


@dataclass(frozen=True, slots=True)
class Scored:
    """A submitted attempt with the versions its newest scores are by, and the number of that scoring."""

    attempt: Attempt
    scoring: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """New scores of an attempt, with the signs that the corrected version notices."""

    attempt_id: UUID
    scoring: int
    scores: Scores
    signs: tuple[str, ...]


async def rescore_alone(tx: Transaction) -> None:
    """Wait until no other rescoring of this database has a page open, so that each numbers its scores after the other's."""
    await tx.fetch(_ALONE)


async def attempts_scored_by(tx: Transaction, refs: Sequence[str], after: UUID, limit: int) -> tuple[Scored, ...]:
    """List submitted attempts whose newest scores are by one of these versions, by id.

    Locked until the commit, with every other attempt of these pupils at the stage, an open one too: which of them
    counts cannot change meanwhile, and a submission waits before it touches the recommendations.
    """
    page = await tx.fetch(_PAGE, after, list(refs), limit)
    await tx.fetch(_LOCK, [row["student_id"] for row in page], list({row["stage"] for row in page}))
    rows = await tx.fetch(_SCORED, [row["attempt_id"] for row in page])
    return tuple(Scored(scored_by(to_attempt(row), scores_from_json(row["scores"])), row["scoring"]) for row in rows)


async def keep(tx: Transaction, rescored: Sequence[Rescored], at: datetime) -> None:
    """Add the new scores beside the old ones."""
    await tx.execute(_KEEP, orjson.dumps(rescored, default=str).decode(), at)


async def outdate_recommendations(tx: Transaction, rescored: Sequence[Attempt]) -> None:
    """Mark recommendations of these pupils and seasons as resting on a wrong key; the worker renews them."""
    students, seasons = [one.student_id for one in rescored], [one.season_code for one in rescored]
    await tx.execute(_OUTDATE, students, seasons, WRONG_KEY)
