"""Diagnostics' own side of its benchmark: attempts that wait for answers or to be handed in, and a check of what was kept.

Their rows are copied in: the way to them is not measured.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from uuid import UUID, uuid4

import asyncpg
import orjson

from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder
from tests.benchmarks import season
from tests.benchmarks.load import request
from tests.support.tokens import TokenMaker

LIBRARY = load_library(packaged_folder())
GRADE = 9
_TOKEN_LIVES_SECONDS = 3_600
_SEASON = """
INSERT INTO seasons (season_id, season_code, region_code, diagnostics_from, closes, sequence)
VALUES ($1, $2, $3, business_now() - interval '1 day', business_now() + interval '90 days', 1)
"""
_COMPETENCY = """
INSERT INTO competencies (competency_id, region_code, competency, title, field, riasec, grade_from, grade_to, sequence)
VALUES ($1, $2, $3, $3, $4, $5, 6, 11, 1)
"""
_CODES = ("RIC", "IAS", "ASE", "SEC", "ECR", "CRI")
_OFFER = 30
_ATTEMPTS = """
INSERT INTO attempts (attempt_id, student_id, region_code, season_code, stage, number, grade, instruments, status,
    started_at, chosen, answered_ms, sequences)
SELECT a, s, $3, $4, $5, 1, $6, $7, 'started', business_now(), $8, $9, $9
FROM unnest($1::uuid[], $2::uuid[]) AS taken (a, s)
"""
_CHOSEN = "SELECT attempt_id, chosen FROM attempts WHERE attempt_id = ANY ($1::uuid[])"


class AnswersLostError(AssertionError):
    """An answer that was acknowledged is not there, or another one is."""


@dataclass(frozen=True, slots=True)
class Pupils:
    """Pupils with one open attempt each: student to attempt."""

    address: str
    paper: Paper
    attempts: Mapping[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Answers:
    """Requests in the order they leave, and what must be kept of them."""

    requests: Sequence[bytes]
    kept: Mapping[UUID, Mapping[int, int]]


async def open_region(address: str) -> None:
    """Make a season that is open now, and a region's competencies."""
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(_SEASON, uuid4(), season.SEASON, season.REGION)
        fields = sorted({scale.field for one in LIBRARY.instruments for scale in one.scales if scale.field})
        for number in range(_OFFER):
            of_field, code = fields[number % len(fields)], _CODES[number % len(_CODES)]
            await connection.execute(_COMPETENCY, uuid4(), season.REGION, f"competency-{number:02}", of_field, code)
    finally:
        await connection.close()


async def begin(address: str, stage: int, pupils: int, *, answered: Sequence[int] = ()) -> Pupils:
    """Open attempts at a stage, empty or with these answers."""
    paper = LIBRARY.paper_for(stage, GRADE)
    attempts = {student: uuid4() for student in season.pupils(pupils)}
    chosen: list[int | None] = list(answered) or [None] * len(paper.items)
    moments = [place * 4_000 if answered else None for place in range(len(chosen))]
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(
            _ATTEMPTS,
            list(attempts.values()),
            list(attempts),
            season.REGION,
            season.SEASON,
            stage,
            GRADE,
            list(paper.refs),
            chosen,
            moments,
        )
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    return Pupils(address, paper, attempts)


def answers(tokens: TokenMaker, pupils: Pupils, count: int, path: str, seed: int) -> Answers:
    """So many answers of all pupils, everybody at another item; nobody answers an item twice."""
    random, kept = Random(seed), dict[UUID, dict[int, int]]()
    headers = dict(zip(pupils.attempts, _bearers(tokens, pupils), strict=True))
    students = list(pupils.attempts)
    requests = []
    for number in range(count):
        student, place = students[number % len(students)], number // len(students)
        attempt, value = pupils.attempts[student], random.choice(pupils.paper.allowed[place])
        kept.setdefault(attempt, {})[place] = value
        body = orjson.dumps({"value": value, "sequence": number})
        at = f"{path}/attempts/{attempt}/answers/{pupils.paper.items[place].id}"
        requests.append(request("PUT", at, body, Authorization=headers[student]))
    return Answers(requests, kept)


def submissions(tokens: TokenMaker, pupils: Pupils, path: str = "") -> list[bytes]:
    """One submission per pupil."""
    return [
        request("POST", f"{path}/attempts/{attempt}/submission", b'{"answers":"as-they-are"}', Authorization=bearer)
        for attempt, bearer in zip(pupils.attempts.values(), _bearers(tokens, pupils), strict=True)
    ]


async def check_kept(pupils: Pupils, given: Answers) -> None:
    """Compare what was sent with what is in the database.

    Raises:
        AnswersLostError: they differ.
    """
    connection = await asyncpg.connect(pupils.address)
    try:
        rows = await connection.fetch(_CHOSEN, list(given.kept))
    finally:
        await connection.close()
    there = {
        row["attempt_id"]: {place: value for place, value in enumerate(row["chosen"]) if value is not None}
        for row in rows
    }
    wrong = sum(there.get(attempt) != kept for attempt, kept in given.kept.items())
    if wrong:
        raise AnswersLostError(f"{wrong} of {len(given.kept)} attempts do not hold what was acknowledged")


async def check_submitted(pupils: Pupils) -> None:
    """Every pupil has one profile, recommendations, and the events that say so.

    Raises:
        AnswersLostError: something is missing.
    """
    connection = await asyncpg.connect(pupils.address)
    try:
        counted = [
            await connection.fetchval(f"SELECT count(*) FROM {table} WHERE {key} = ANY ($1)", list(ids))
            for table, key, ids in (
                ("profiles", "attempt_id", pupils.attempts.values()),
                ("recommendations", "student_id", pupils.attempts),
            )
        ]
    finally:
        await connection.close()
    if counted != [len(pupils.attempts)] * 2:
        raise AnswersLostError(f"{len(pupils.attempts)} handed in, kept: {counted}")


def _bearers(tokens: TokenMaker, pupils: Pupils) -> Iterator[str]:
    expires = int(time.time()) + _TOKEN_LIVES_SECONDS
    for student in pupils.attempts:
        yield f"Bearer {tokens.token('student', student, exp=expires)}"
