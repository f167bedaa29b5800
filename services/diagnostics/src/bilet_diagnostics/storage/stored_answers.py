"""Stored answers on their way to the statistics: PostgreSQL copies them out as rows of CSV, without identities.

Beneath the ORM on purpose: a COPY streams, so a million attempts need no more memory than a thousand.

What leaves the service over HTTP leaves in whole tens. Attempts are laid into cells that share no attempt: the region,
the grade band, flagged or not, the first at the instrument or a later one, complete or not, and the versions asked
together. Of each cell the first 10·k in the order of submission count, the others wait for their ten. Every figure is
of a union of such tens, so whatever is subtracted (grade bands from all, unflagged from all, one region's from two,
yesterday's from today's) leaves nobody or ten at least, and one submission changes nothing or adds ten.

Its limits: who knows nine of a ten knows the tenth; an erasure, or a rescoring that changes a flag, moves the later
attempts of its cell up by one, so that figures before and after differ by few attempts (rounding blurs that, no more);
ten equal answers are told as such.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bilet_diagnostics.domain.errors import StatisticsBusy
from bilet_diagnostics.domain.instrument import GradeBand, Instrument
from bilet_diagnostics.domain.library import Library
from bilet_kit.storage.database import Database

LONGEST_SECONDS = 600

_ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('psychometrics'))"
_PAPERS = """
SELECT DISTINCT instruments FROM attempts WHERE status = 'submitted' AND instruments && $1::text[] ORDER BY instruments
"""
_CHOSEN = """
SELECT * FROM (
    SELECT a.attempt_id, a.submitted_at, a.region_code, a.grade, a.chosen[$2:$3] AS answers,
        scored.signs <> '{}' AS flagged,
        EXISTS (
            SELECT FROM attempts earlier
            WHERE earlier.student_id = a.student_id AND earlier.instruments && $5::text[]
                AND (earlier.started_at, earlier.attempt_id) < (a.started_at, a.attempt_id)) AS again
    FROM attempts a JOIN LATERAL (
        SELECT p.signs FROM profiles p WHERE p.attempt_id = a.attempt_id ORDER BY p.scoring DESC LIMIT 1
    ) scored ON true
    WHERE a.status = 'submitted' AND a.instruments = $1::text[]
        AND ($6::text[] IS NULL OR a.region_code = ANY ($6::text[]))
) one
WHERE ($4 = 'all' OR NOT flagged) AND ($4 <> 'first-unflagged' OR NOT again)
"""
_EACH = f"SELECT grade || ',' || array_to_string(answers, ',', '') FROM ({_CHOSEN}) chosen"  # noqa: S608 - our words
_IN_TENS = f"""
SELECT grade || ',' || array_to_string(answers, ',', '') FROM (
    SELECT grade, answers, count(*) OVER cell AS members,
        row_number() OVER (cell ORDER BY submitted_at, attempt_id) AS place
    FROM ({_CHOSEN}) chosen
    WINDOW cell AS (PARTITION BY region_code, width_bucket(grade::integer, $7::integer[]), flagged, again,
        array_position(answers, NULL) IS NULL)
) placed
WHERE place <= members / $8::bigint * $8
"""  # noqa: S608 - our words


class Which(StrEnum):
    """Which submitted attempts are measured.

    Flagged are those whose answers show signs of haste; first is one before which the pupil began no other that asked
    any version of the same instrument. A parallel form is an instrument of its own, so its first is often a retake.
    """

    ALL = "all"
    UNFLAGGED = "unflagged"
    FIRST_UNFLAGGED = "first-unflagged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Whose answers are measured; `regions` None means every region."""

    which: Which = Which.UNFLAGGED
    regions: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Copying:
    """How the chosen rows leave: a statement, and what it needs besides the selection."""

    statement: str
    arguments: tuple[object, ...] = ()


EACH = Copying(_EACH)
"""Every row: for whoever has the database anyway."""


def in_tens(size: int, bands: Sequence[GradeBand]) -> Copying:
    """Only whole tens (groups of `size`) of each cell, as the head of this module tells; in no order."""
    return Copying(_IN_TENS, ([band.first for band in bands], size))


Sink = Callable[[bytes], Coroutine[Any, Any, None]]


async def copy_answers(
    database: Database,
    library: Library,
    instrument: Instrument,
    selection: Selection,
    copying: Copying,
    sink: Sink,
) -> None:
    """Hand the stored answers to an instrument to `sink`, as CSV cut anywhere: the grade, then a column per item.

    All versions count that ask the same questions. What is read is one moment's state.

    Raises:
        StatisticsBusy: somebody counts already; so long a statement takes one connection of the database at most.
    """
    refs = library.same_questions(instrument)
    versions = [one.ref for one in library.instruments if one.id == instrument.id]
    chosen = (selection.which.value, versions, None if selection.regions is None else list(selection.regions))
    async with (
        database.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        if not await connection.fetchval(_ALONE):
            raise StatisticsBusy
        await connection.execute(f"SET LOCAL statement_timeout = '{LONGEST_SECONDS}s'")
        for (instruments,) in await connection.fetch(_PAPERS, refs):
            paper = library.paper(tuple(instruments))
            for ref in set(refs).intersection(instruments):
                part = paper.part(paper.instruments[paper.refs.index(ref)])
                place = (list(paper.refs), part.start + 1, part.stop)
                await connection.copy_from_query(copying.statement, *place, *chosen, *copying.arguments, output=sink)
