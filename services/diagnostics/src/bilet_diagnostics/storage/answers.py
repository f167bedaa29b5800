"""The hot path: answers saved by one asyncpg statement with its own commit (beneath the ORM on purpose).

Answers of a process that wait for each other share the statement. It decides what `attempt.check_open` and
`attempt.answer` decide, on the rows it locks, in the order of their ids so that two processes cannot lock each other
out; only when it changes nothing does the use case ask the domain why.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bilet_diagnostics.domain.attempt import Answer, Attempt
from bilet_diagnostics.domain.errors import AttemptNotFound
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.participation import Season
from bilet_diagnostics.storage.rows import ATTEMPT_COLUMNS, Row, to_attempt, to_season
from bilet_kit.storage.batching import BatchingQueue
from bilet_kit.storage.database import Database

KEPT_PAPERS = 50_000

_SAVE = """
WITH given AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bigint[], $5::bigint[], $6::smallint[])
        AS g (attempt_id, student_id, place, answered_ms, sequence, value)
), locked AS MATERIALIZED (
    SELECT attempt_id FROM attempts WHERE attempt_id = ANY ($1::uuid[]) ORDER BY attempt_id FOR NO KEY UPDATE
)
UPDATE attempts a SET chosen[g.place] = g.value, answered_ms[g.place] = g.answered_ms,
    sequences[g.place] = g.sequence, revision = a.revision + 1
FROM locked JOIN given g USING (attempt_id), seasons s, (SELECT business_now() AS now) moment
WHERE a.attempt_id = g.attempt_id AND a.student_id = g.student_id AND a.status = 'started'
    AND s.season_code = a.season_code AND s.diagnostics_from <= moment.now AND moment.now < s.closes
    AND (a.chosen[g.place] IS NULL
        OR (a.answered_ms[g.place], a.sequences[g.place], a.chosen[g.place]) < (g.answered_ms, g.sequence, g.value))
RETURNING a.attempt_id, cardinality(array_remove(a.chosen, NULL)) AS answered
"""
_PAPERS = """
SELECT attempt_id, student_id, instruments FROM attempts
JOIN unnest($1::uuid[], $2::uuid[]) AS asked (attempt_id, student_id) USING (attempt_id, student_id)
"""
_STANDINGS = f"""
SELECT {ATTEMPT_COLUMNS}, s.diagnostics_from, s.closes, business_now() AS now
FROM unnest($1::uuid[], $2::uuid[]) AS asked (attempt_id, student_id)
JOIN attempts a USING (attempt_id, student_id) LEFT JOIN seasons s USING (season_code)
"""  # noqa: S608 - our words

Whose = tuple[UUID, UUID]
"""An attempt and the pupil it must belong to."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An attempt, its season, and the business time at which both were read."""

    attempt: Attempt
    season: Season | None
    now: datetime


class HotAnswers:
    """Saves answers; remembers which paper an attempt has, which never changes, for the attempts answered last."""

    def __init__(self, database: Database, library: Library) -> None:
        self._database = database
        self._library = library
        self._papers: OrderedDict[Whose, Paper] = OrderedDict()
        self._save = BatchingQueue(self._save_all, lambda sent: sent[0])
        self._standing = BatchingQueue(self._standings, lambda whose: whose)
        self._paper = BatchingQueue(self._asked_papers, lambda whose: whose)

    async def paper_of(self, attempt_id: UUID, student_id: UUID) -> Paper:
        """Find the paper of the pupil's own attempt.

        Raises:
            AttemptNotFound: there is none, or it is somebody else's.
        """
        whose = (attempt_id, student_id)
        paper = self._papers.get(whose) or await self._paper(whose)
        if paper is None:
            raise AttemptNotFound
        self._papers[whose] = paper
        if len(self._papers) > KEPT_PAPERS:
            self._papers.popitem(last=False)
        return paper

    async def save(self, attempt_id: UUID, student_id: UUID, position: int, answer: Answer) -> int | None:
        """Save an answer if it is the newest for its item and the attempt is open.

        Returns:
            how many items have an answer now, or None when nothing was changed.
        """
        return await self._save((attempt_id, student_id, position, answer))

    async def standing(self, attempt_id: UUID, student_id: UUID) -> Standing:
        """Read how the attempt stands.

        Raises:
            AttemptNotFound: there is none, or it is somebody else's.
        """
        found = await self._standing((attempt_id, student_id))
        if found is None:
            raise AttemptNotFound
        return found

    async def _asked_papers(self, asked: Sequence[Whose]) -> list[Paper | None]:
        rows = await self._database.pool.fetch(_PAPERS, *zip(*asked, strict=True))
        found = {_whose(row): self._library.paper(tuple(row["instruments"])) for row in rows}
        return [found.get(whose) for whose in asked]

    async def _save_all(self, sent: Sequence[tuple[UUID, UUID, int, Answer]]) -> list[int | None]:
        rows = [(attempt, pupil, position + 1, *answer) for attempt, pupil, position, answer in sent]
        saved = await self._database.pool.fetch(_SAVE, *zip(*rows, strict=True))
        answered: dict[UUID, int] = {row["attempt_id"]: row["answered"] for row in saved}
        return [answered.get(attempt_id) for attempt_id, *_ in sent]

    async def _standings(self, asked: Sequence[Whose]) -> list[Standing | None]:
        rows = await self._database.pool.fetch(_STANDINGS, *zip(*asked, strict=True))
        found = {_whose(row): Standing(to_attempt(row), to_season(row), row["now"]) for row in rows}
        return [found.get(whose) for whose in asked]


def _whose(row: Row) -> Whose:
    return row["attempt_id"], row["student_id"]
