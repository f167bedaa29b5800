"""Rows to domain objects and back, the one place that knows how columns hold answers and scores."""

from collections.abc import Sequence
from dataclasses import replace

import asyncpg
import orjson

from bilet_diagnostics.domain.attempt import Answer, Attempt, Status
from bilet_diagnostics.domain.instrument import Band
from bilet_diagnostics.domain.participation import Season, Student
from bilet_diagnostics.domain.profile import Scores
from bilet_diagnostics.domain.recommendation import Competency, Recommendation
from bilet_diagnostics.domain.scoring import Score

Row = asyncpg.Record

ATTEMPT_COLUMNS = (
    "a.attempt_id, a.student_id, a.region_code, a.season_code, a.stage, a.number, a.grade, a.instruments, a.status, "
    "a.started_at, a.submitted_at, a.chosen, a.answered_ms, a.sequences, a.revision, a.asked_at"
)


def to_attempt(row: Row) -> Attempt:
    """Read an attempt with its answers."""
    return Attempt(
        attempt_id=row["attempt_id"],
        student_id=row["student_id"],
        region_code=row["region_code"],
        season_code=row["season_code"],
        stage=row["stage"],
        number=row["number"],
        grade=row["grade"],
        instruments=tuple(row["instruments"]),
        status=Status(row["status"]),
        started_at=row["started_at"],
        submitted_at=row["submitted_at"],
        answers=tuple(
            None if value is None else Answer(moment, sequence, value)
            for moment, sequence, value in zip(row["answered_ms"], row["sequences"], row["chosen"], strict=True)
        ),
        revision=row["revision"],
        asked_at=row["asked_at"],
    )


def scored_by(attempt: Attempt, scores: Scores) -> Attempt:
    """Give the attempt the versions that its scores are by, which a rescoring may have replaced."""
    by_id = {ref.rpartition("-")[0]: ref for ref in scores}
    return replace(attempt, instruments=tuple(by_id.get(ref.rpartition("-")[0], ref) for ref in attempt.instruments))


def answer_columns(attempt: Attempt) -> tuple[list[int | None], list[int | None], list[int | None]]:
    """Write the answers as the columns `chosen`, `answered_ms` and `sequences`."""
    return (
        [None if one is None else one.value for one in attempt.answers],
        [None if one is None else one.answered_ms for one in attempt.answers],
        [None if one is None else one.sequence for one in attempt.answers],
    )


def to_season(row: Row) -> Season | None:
    """Read a season; None when the row has none (an outer join)."""
    if row["closes"] is None:
        return None
    return Season(
        season_code=row["season_code"],
        region_code=row["region_code"],
        diagnostics_from=row["diagnostics_from"],
        closes=row["closes"],
    )


def to_student(row: Row) -> Student:
    """Read a pupil as identity last described them."""
    return Student(
        student_id=row["student_id"],
        region_code=row["region_code"],
        status=row["status"],
        grade=row["grade"],
        decides_alone=row["decides_alone"],
        guardian_ids=tuple(row["guardian_ids"]),
        purposes=tuple(row["purposes"]),
    )


def to_competency(row: Row) -> Competency:
    """Read a competency of the region."""
    return Competency(
        competency=row["competency"],
        title=row["title"],
        field=row["field"],
        riasec=row["riasec"],
        grade_from=row["grade_from"],
        grade_to=row["grade_to"],
    )


def scores_to_json(scores: Scores) -> str:
    """Scores as they are kept."""
    return orjson.dumps(scores).decode()


def scores_from_json(kept: str | bytes) -> Scores:
    """Scores as they were kept."""
    return {
        ref: {scale: Score(**{**fields, "band": Band(fields["band"])}) for scale, fields in of_one.items()}
        for ref, of_one in orjson.loads(kept).items()
    }


def recommendations_to_json(made: Sequence[Recommendation]) -> str:
    """Recommendations as they are kept, best first."""
    return orjson.dumps(made).decode()


def recommendations_from_json(kept: str | bytes) -> tuple[Recommendation, ...]:
    """Recommendations as they were kept."""
    return tuple(Recommendation(**one) for one in orjson.loads(kept))
