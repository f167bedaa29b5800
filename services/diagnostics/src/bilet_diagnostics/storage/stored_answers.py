"""Stored answers on their way to the statistics: PostgreSQL copies them out as rows of CSV, without a word of whose they are.

Beneath the ORM on purpose: a COPY streams, so a million attempts need no more memory than a thousand.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from bilet_diagnostics.domain.errors import StatisticsBusyError
from bilet_diagnostics.domain.instrument import GradeBand, Instrument
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.paper import Paper
from bilet_kit.database import Database

LONGEST_SECONDS = 600
ALL_GRADES = GradeBand(1, 11)

_ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('psychometrics'))"
_PAPERS = """
SELECT DISTINCT instruments FROM attempts WHERE status = 'submitted' AND instruments && $1::text[] ORDER BY instruments
"""
_ANSWERS = """
SELECT a.grade || ',' || array_to_string(a.chosen[$2:$3], ',', '')
FROM attempts a JOIN LATERAL (
    SELECT p.signs FROM profiles p WHERE p.attempt_id = a.attempt_id ORDER BY p.scoring DESC LIMIT 1
) scored ON true
WHERE a.status = 'submitted' AND a.instruments = $1::text[] AND a.grade BETWEEN $5 AND $6
    AND ($7::text[] IS NULL OR a.region_code = ANY ($7::text[]))
    AND ($4 = 'all' OR scored.signs = '{}')
    AND ($4 <> 'first-unflagged' OR NOT EXISTS (
        SELECT FROM attempts earlier
        WHERE earlier.student_id = a.student_id AND earlier.stage = a.stage AND earlier.status = 'submitted'
            AND earlier.submitted_at < a.submitted_at))
"""


class Which(StrEnum):
    """Which submitted attempts are looked at; flagged are those whose answers show signs of haste."""

    ALL = "all"
    UNFLAGGED = "unflagged"
    FIRST_UNFLAGGED = "first-unflagged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Whose answers are looked at; `regions` None means every region."""

    which: Which = Which.UNFLAGGED
    grades: GradeBand = ALL_GRADES
    regions: Sequence[str] | None = None


Sink = Callable[[bytes], Coroutine[Any, Any, None]]


async def copy_answers(
    database: Database, library: Library, instrument: Instrument, selection: Selection, sink: Sink
) -> None:
    """Hand the stored answers to an instrument to `sink`, as CSV cut anywhere: the grade, then a column per item.

    All versions count that ask the same questions. What is read is one moment's state.

    Raises:
        StatisticsBusyError: somebody counts already; so long a statement takes one connection of the database at most.
    """
    refs = library.same_questions(instrument)
    async with (
        database.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        if not await connection.fetchval(_ALONE):
            raise StatisticsBusyError
        await connection.execute(f"SET LOCAL statement_timeout = '{LONGEST_SECONDS}s'")
        for (instruments,) in await connection.fetch(_PAPERS, refs):
            for ref in set(refs).intersection(instruments):
                await _copy(connection, library.paper(tuple(instruments)), ref, selection, sink)


async def _copy(
    connection: "PoolConnectionProxy[asyncpg.Record]",
    paper: Paper,
    ref: str,
    selection: Selection,
    sink: Sink,
) -> None:
    part = paper.part(paper.instruments[paper.refs.index(ref)])
    await connection.copy_from_query(
        _ANSWERS,
        list(paper.refs),
        part.start + 1,
        part.stop,
        selection.which.value,
        selection.grades.first,
        selection.grades.last,
        None if selection.regions is None else list(selection.regions),
        output=sink,
    )
