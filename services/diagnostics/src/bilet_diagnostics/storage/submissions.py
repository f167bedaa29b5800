"""The hot path: everything a submission writes, as one asyncpg statement with its own commit (beneath the ORM on purpose).

The answers were read and scored before; the statement changes nothing unless the attempt still has that revision, so
an answer that arrives in between is never lost, it only lets the use case score once more. Its second half numbers
and stores the events as the kit's own `STORE` does, held to what the first half changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from bilet_diagnostics.domain.attempt import Attempt
from bilet_diagnostics.domain.profile import Scores
from bilet_diagnostics.domain.recommendation import Competency, Recommendation
from bilet_diagnostics.storage.rows import recommendations_to_json, scores_to_json, to_competency
from bilet_kit.database import Database
from bilet_kit.outbox import Published, store_arguments

Translate = Callable[[object], tuple[Published, ...]]
FRESH_SECONDS = 1.0
"""So old may the competencies be that a submission recommends from."""

_SUBMIT = """
WITH done AS (
    UPDATE attempts SET status = 'submitted', submitted_at = $9
    WHERE attempt_id = $10 AND status = 'started' AND revision = $11
    RETURNING attempt_id, student_id, season_code
), scored AS (
    INSERT INTO profiles (attempt_id, scores, signs, scored_at)
    SELECT attempt_id, $12::jsonb, $13::text[], $9 FROM done
), recommended AS (
    INSERT INTO recommendations (student_id, season_code, items, made_at)
    SELECT student_id, season_code, $14::jsonb, $9 FROM done WHERE $14 IS NOT NULL
    ON CONFLICT (student_id, season_code) DO UPDATE SET items = excluded.items, made_at = excluded.made_at
), given AS (
    SELECT e.* FROM done, unnest(
        $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
        WITH ORDINALITY AS e (event_id, type, aggregate_type, aggregate_id, topic, key, payload, headers, place)
), numbered AS (
    INSERT INTO key_sequence AS k (topic, key, n)
    SELECT topic, key, count(*) FROM given GROUP BY topic, key ORDER BY topic, key
    ON CONFLICT (topic, key) DO UPDATE SET n = k.n + excluded.n
    RETURNING topic, key, n
), said AS (
    INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, topic, key, sequence, payload, headers, occurred_at)
    SELECT event_id, type, aggregate_type, aggregate_id, topic, key,
        n - count(*) OVER (PARTITION BY topic, key)
          + row_number() OVER (PARTITION BY topic, key ORDER BY place),
        payload::jsonb, headers::jsonb, $9
    FROM given JOIN numbered USING (topic, key)
    ORDER BY place
)
SELECT count(*) FROM done
"""
_COMPETENCIES = "SELECT * FROM competencies WHERE region_code = $1 ORDER BY competency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What is to be written: the attempt as it was scored, its scores, and the events that say so.

    Attributes:
        recommended: None unless the stage leads to recommendations.
    """

    attempt: Attempt
    scores: Scores
    signs: tuple[str, ...]
    recommended: tuple[Recommendation, ...] | None
    events: Sequence[object]
    at: datetime


class HotSubmissions:
    """Writes submissions; `translate` turns domain events into what the service says."""

    def __init__(self, database: Database, translate: Translate) -> None:
        self._database = database
        self._translate = translate
        self._offers: dict[str, tuple[float, tuple[Competency, ...]]] = {}

    async def competencies_of(self, region_code: str) -> tuple[Competency, ...]:
        """What the region offers, by slug, as it was at most a second ago: it changes a few times in a season."""
        until, known = self._offers.get(region_code, (0.0, ()))
        if monotonic() >= until:
            known = tuple(map(to_competency, await self._database.pool.fetch(_COMPETENCIES, region_code)))
            self._offers[region_code] = (monotonic() + FRESH_SECONDS, known)
        return known

    async def write(self, submission: Submission) -> bool:
        """Hand the attempt in, with its scores and events; false when it has changed since it was read."""
        published = [said for event in submission.events for said in self._translate(event)]
        recommended = submission.recommended
        done = await self._database.pool.fetchval(
            _SUBMIT,
            *store_arguments(published, submission.at),
            submission.attempt.attempt_id,
            submission.attempt.revision,
            scores_to_json(submission.scores),
            submission.signs,
            None if recommended is None else recommendations_to_json(recommended),
        )
        if done:
            self._database.committed()
        return bool(done)
