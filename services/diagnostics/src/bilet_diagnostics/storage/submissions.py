"""The hot path: everything a submission writes, as one asyncpg statement with its own commit (beneath the ORM on purpose).

Submissions of a process that wait for each other share the statement. The answers were read and scored before; it
changes nothing of an attempt that does not have that revision any more, so an answer that arrives in between is never
lost, it only lets the use case score once more. The kit's `store_events` numbers and stores the events of those that
were changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from uuid import UUID

from bilet_diagnostics.domain.attempt import Attempt
from bilet_diagnostics.domain.profile import Scores
from bilet_diagnostics.domain.recommendation import Recommendation
from bilet_diagnostics.storage.offers import COMPETENCIES, Offer, to_offer
from bilet_diagnostics.storage.rows import recommendations_to_json, scores_to_json
from bilet_kit.storage.batching import BatchingQueue
from bilet_kit.storage.database import Database
from bilet_kit.storage.outbox import EventColumns, Published, store_arguments

Translate = Callable[[object], tuple[Published, ...]]
FRESH_SECONDS = 1.0
"""So old may the competencies be that a submission recommends from."""

_SUBMIT = """
WITH handed_in AS MATERIALIZED (
    SELECT * FROM unnest($10::uuid[], $11::int[], $12::timestamptz[], $13::text[], $14::text[], $15::text[],
        $16::bigint[])
        AS h (attempt_id, revision, at, scores, signs, recommended, offer)
), locked AS MATERIALIZED (
    SELECT attempt_id FROM attempts WHERE attempt_id = ANY ($10::uuid[]) ORDER BY attempt_id FOR NO KEY UPDATE
), done AS (
    UPDATE attempts a SET status = 'submitted', submitted_at = h.at
    FROM locked JOIN handed_in h USING (attempt_id)
    WHERE a.attempt_id = h.attempt_id AND a.status = 'started' AND a.revision = h.revision
    RETURNING a.attempt_id, a.student_id, a.season_code, h.at, h.scores, h.signs, h.recommended, h.offer
), scored AS (
    INSERT INTO profiles (attempt_id, scores, signs, scored_at)
    SELECT attempt_id, scores::jsonb, string_to_array(signs, ','), at FROM done
), recommended AS (
    INSERT INTO recommendations (student_id, season_code, items, offer, made_at)
    SELECT student_id, season_code, recommended::jsonb, offer, at FROM done WHERE recommended IS NOT NULL
    ON CONFLICT (student_id, season_code) DO UPDATE SET
        items = excluded.items, offer = excluded.offer, made_at = excluded.made_at
), said AS (
    SELECT e.* FROM done JOIN unnest(
        $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::timestamptz[], $17::uuid[])
        WITH ORDINALITY AS e (event_id, type, aggregate_type, aggregate_id, topic, key, payload, headers, occurred_at,
            attempt_id, place)
        USING (attempt_id)
)
SELECT ARRAY(SELECT attempt_id FROM done) AS done, (
    SELECT store_events(
        array_agg(event_id ORDER BY place), array_agg(type ORDER BY place), array_agg(aggregate_type ORDER BY place),
        array_agg(aggregate_id ORDER BY place), array_agg(topic ORDER BY place), array_agg(key ORDER BY place),
        array_agg(payload ORDER BY place), array_agg(headers ORDER BY place), array_agg(occurred_at ORDER BY place))
    FROM said)
"""
_ASKED = """
UPDATE attempts SET asked_at = business_now() WHERE attempt_id = $1 AND status = 'started' AND asked_at IS NULL
"""
_EARLIER_COUNTS = """
SELECT EXISTS (
    SELECT FROM attempts a
    JOIN LATERAL (SELECT signs FROM profiles WHERE attempt_id = a.attempt_id ORDER BY scoring DESC LIMIT 1) p ON true
    WHERE a.student_id = $1 AND a.season_code = $2 AND a.stage = $3 AND a.number < $4 AND p.signs = '{}'
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A submission to write: the attempt as it was scored, its scores, and its events.

    Attributes:
        recommended: None unless the stage leads to recommendations.
        offer: version of the region's offer they were made from.
    """

    attempt: Attempt
    scores: Scores
    signs: tuple[str, ...]
    recommended: tuple[Recommendation, ...] | None
    offer: int
    events: Sequence[object]
    at: datetime


_Said = tuple[Submission, Sequence[Published]]
"""A submission with what it says, translated where its request's trace is known."""


class HotSubmissions:
    """Writes submissions; `translate` turns domain events into contract events."""

    def __init__(self, database: Database, translate: Translate) -> None:
        self._database = database
        self._translate = translate
        self._write = BatchingQueue(self._write_all, lambda asked: asked[0].attempt.student_id)
        self._offers: dict[str, tuple[float, Offer | None]] = {}

    async def offer_of(self, region_code: str) -> Offer:
        """Read what the region offers, at most a second old: it changes a few times in a season."""
        until, known = self._offers.get(region_code, (0.0, None))
        if known is None or monotonic() >= until:
            self._offers[region_code] = (monotonic() + FRESH_SECONDS, known)  # one asks, the others go on
            known = to_offer(await self._database.pool.fetch(COMPETENCIES, region_code))
            self._offers[region_code] = (monotonic() + FRESH_SECONDS, known)
        return known

    async def remember_asking(self, attempt: Attempt) -> None:
        """Remember that the pupil was asked to look at the answers again."""
        await self._database.pool.execute(_ASKED, attempt.attempt_id)

    async def is_outweighed(self, attempt: Attempt) -> bool:
        """Whether an earlier attempt of the season at this stage counts more than a flagged one: it has no signs."""
        if attempt.number == 1:
            return False
        earlier = (attempt.student_id, attempt.season_code, attempt.stage, attempt.number)
        return bool(await self._database.pool.fetchval(_EARLIER_COUNTS, *earlier))

    async def write(self, submission: Submission) -> bool:
        """Submit the attempt with its scores and events; false when it has changed since it was read."""
        said = [published for event in submission.events for published in self._translate(event)]
        return await self._write((submission, said))

    async def _write_all(self, asked: Sequence[_Said]) -> list[bool]:
        submissions = [submission for submission, _ in asked]
        events, whose = _events_of(asked)
        rows = zip(*map(_row_of, submissions), strict=True)
        done = set(await self._database.pool.fetchval(_SUBMIT, *events, *rows, whose))
        if done:
            self._database.wake_relay()
        return [one.attempt.attempt_id in done for one in submissions]


def _events_of(asked: Sequence[_Said]) -> tuple[EventColumns, list[UUID]]:
    """Turn the events into columns, and name the attempt of each."""
    said = [(published, submission) for submission, events in asked for published in events]
    columns = store_arguments((published, submission.at) for published, submission in said)
    return columns, [submission.attempt.attempt_id for _, submission in said]


def _row_of(one: Submission) -> tuple[object, ...]:
    return (
        one.attempt.attempt_id,
        one.attempt.revision,
        one.at,
        scores_to_json(one.scores),
        ",".join(one.signs),
        None if one.recommended is None else recommendations_to_json(one.recommended),
        one.offer,
    )
