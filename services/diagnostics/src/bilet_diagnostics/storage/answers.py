"""The hot path: one answer saved by one asyncpg statement with its own commit (beneath the ORM on purpose).

The statement decides what `attempt.check_open` and `attempt.answer` decide, on the row it locks; only when it changes
nothing does the use case ask the domain why.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bilet_diagnostics.domain.attempt import Answer, Attempt
from bilet_diagnostics.domain.errors import AttemptNotFoundError
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.participation import Season
from bilet_diagnostics.storage.rows import ATTEMPT_COLUMNS, to_attempt, to_season
from bilet_kit.database import Database

KEPT_PAPERS = 50_000

_SAVE = """
UPDATE attempts a SET chosen[$3] = $6, answered_ms[$3] = $4, sequences[$3] = $5, revision = a.revision + 1
FROM seasons s, (SELECT business_now() AS now) moment
WHERE a.attempt_id = $1 AND a.student_id = $2 AND a.status = 'started'
    AND s.season_code = a.season_code AND s.diagnostics_from <= moment.now AND moment.now < s.closes
    AND (a.chosen[$3] IS NULL
        OR (a.answered_ms[$3], a.sequences[$3], a.chosen[$3]) < ($4::bigint, $5::bigint, $6::smallint))
RETURNING cardinality(array_remove(a.chosen, NULL)) AS answered
"""
_PAPER = "SELECT instruments FROM attempts WHERE attempt_id = $1 AND student_id = $2"
_STANDING = f"""
SELECT {ATTEMPT_COLUMNS}, s.diagnostics_from, s.closes, business_now() AS now
FROM attempts a LEFT JOIN seasons s USING (season_code) WHERE a.attempt_id = $1 AND a.student_id = $2
"""  # noqa: S608 - our words


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
        self._papers: OrderedDict[tuple[UUID, UUID], Paper] = OrderedDict()

    async def paper_of(self, attempt_id: UUID, student_id: UUID) -> Paper:
        """What the pupil's own attempt asks.

        Raises:
            AttemptNotFoundError: there is none, or it is somebody else's.
        """
        known = self._papers.get((attempt_id, student_id))
        if known is not None:
            return known
        instruments = await self._database.pool.fetchval(_PAPER, attempt_id, student_id)
        if instruments is None:
            raise AttemptNotFoundError
        paper = self._papers[attempt_id, student_id] = self._library.paper(tuple(instruments))
        if len(self._papers) > KEPT_PAPERS:
            self._papers.popitem(last=False)
        return paper

    async def save(self, attempt_id: UUID, student_id: UUID, position: int, answer: Answer) -> int | None:
        """Keep an answer if it is the newest for its item and the attempt is open.

        Returns:
            how many items have an answer now, or None when nothing was changed.
        """
        answered: int | None = await self._database.pool.fetchval(
            _SAVE, attempt_id, student_id, position + 1, answer.answered_ms, answer.sequence, answer.value
        )
        return answered

    async def standing(self, attempt_id: UUID, student_id: UUID) -> Standing:
        """How the attempt stands.

        Raises:
            AttemptNotFoundError: it was erased in the meantime.
        """
        row = await self._database.pool.fetchrow(_STANDING, attempt_id, student_id)
        if row is None:
            raise AttemptNotFoundError
        return Standing(to_attempt(row), to_season(row), row["now"])
