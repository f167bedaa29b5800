"""Rescoring, page by page: submitted attempts beside their newest scores, and new scores beside the old ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from bilet_diagnostics.domain.attempt import Attempt
from bilet_diagnostics.domain.profile import Scores
from bilet_diagnostics.domain.recommendation import Competency, Recommendation
from bilet_diagnostics.storage.rows import ATTEMPT_COLUMNS, scored_by, scores_from_json, to_attempt, to_competency
from bilet_kit.database import Transaction

_PAGE = f"""
SELECT {ATTEMPT_COLUMNS}, p.scores::text AS scores, p.scoring
FROM attempts a JOIN LATERAL (
    SELECT scores, scoring FROM profiles WHERE attempt_id = a.attempt_id ORDER BY scoring DESC LIMIT 1
) p ON true
WHERE a.status = 'submitted' AND a.attempt_id > $1 AND p.scores ?| $2::text[]
ORDER BY a.attempt_id LIMIT $3
FOR UPDATE OF a
"""  # noqa: S608 - our words
_KEEP = """
INSERT INTO profiles (attempt_id, scoring, scores, signs, scored_at)
SELECT attempt_id, scoring, scores, ARRAY (SELECT jsonb_array_elements_text(signs)), $2
FROM jsonb_to_recordset($1::jsonb) AS r (attempt_id uuid, scoring smallint, scores jsonb, signs jsonb)
ON CONFLICT DO NOTHING
"""
_RECOMMEND = """
UPDATE recommendations kept SET items = made.items
FROM jsonb_to_recordset($1::jsonb) AS made (attempt_id uuid, items jsonb), attempts a
WHERE a.attempt_id = made.attempt_id AND kept.student_id = a.student_id AND kept.season_code = a.season_code
    AND NOT EXISTS (
        SELECT FROM attempts later
        WHERE later.student_id = a.student_id AND later.season_code = a.season_code AND later.stage = a.stage
            AND later.status = 'submitted' AND later.number > a.number)
"""


@dataclass(frozen=True, slots=True)
class Scored:
    """A submitted attempt with the versions its newest scores are by, and the number of that scoring."""

    attempt: Attempt
    scoring: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """New scores of an attempt; `recommended` is None unless its stage leads to recommendations."""

    attempt_id: UUID
    scoring: int
    scores: Scores
    signs: tuple[str, ...]
    recommended: tuple[Recommendation, ...] | None


async def attempts_scored_by(tx: Transaction, refs: Sequence[str], after: UUID, limit: int) -> tuple[Scored, ...]:
    """Submitted attempts whose newest scores are by one of these versions, by id, locked until the commit."""
    rows = await tx.fetch(_PAGE, after, list(refs), limit)
    return tuple(Scored(scored_by(to_attempt(row), scores_from_json(row["scores"])), row["scoring"]) for row in rows)


async def competencies_of(tx: Transaction, region_code: str) -> tuple[Competency, ...]:
    """What the region offers, by slug."""
    rows = await tx.fetch("SELECT * FROM competencies WHERE region_code = $1 ORDER BY competency", region_code)
    return tuple(map(to_competency, rows))


async def keep(tx: Transaction, rescored: Sequence[Rescored], at: datetime) -> None:
    """Add the new scores; of a season's last attempt at the stage also renew the recommendations."""
    profiles = [
        {"attempt_id": str(one.attempt_id), "scoring": one.scoring, "scores": one.scores, "signs": one.signs}
        for one in rescored
    ]
    await tx.execute(_KEEP, orjson.dumps(profiles).decode(), at)
    made = [
        {"attempt_id": str(one.attempt_id), "items": one.recommended} for one in rescored if one.recommended is not None
    ]
    if made:
        await tx.execute(_RECOMMEND, orjson.dumps(made).decode())
