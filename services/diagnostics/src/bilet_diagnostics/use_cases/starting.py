"""A pupil starts a stage, or goes on with it on another device."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bilet_diagnostics.domain.attempt import Attempt, Status, begin, evolve, retake_from, start, stop
from bilet_diagnostics.domain.errors import AttemptNotFound
from bilet_diagnostics.domain.events import AttemptResumed, AttemptStarted
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.paper import STAGES
from bilet_diagnostics.domain.participation import Season
from bilet_diagnostics.storage import attempts, students
from bilet_kit.events.decisions import Decision, take_effect
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStanding:
    """One stage as a pupil finds it.

    Attributes:
        state: locked, open, started or submitted.
        items: how many questions it has for the pupil's grade.
        minutes: about how long it takes.
        retake_from: when a submitted stage may be taken again, UTC.
    """

    stage: int
    titles: tuple[str, ...]
    state: str
    items: int
    answered: int
    minutes: int
    attempt_id: UUID | None
    retake_from: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The three stages of the pupil's season; without an open season they are all locked or done."""

    season: Season | None
    may_begin: bool
    stages: tuple[StageStanding, ...]


async def start_stage(tx: Transaction, library: Library, *, student_id: UUID, stage: int, attempt_id: UUID) -> Attempt:
    """Start a stage and return the attempt at it; `attempt.start` says what may be refused.

    Raises:
        StudentUnknown: identity has not told of the pupil yet.
    """
    student = await students.find_student_to_begin(tx, student_id)
    season = await students.find_open_season(tx, student.region_code)
    history = await attempts.attempts_of_season(tx, student_id, season.season_code) if season else ()
    paper = library.paper_for(stage, student.grade, [one.instruments for one in history if one.stage == stage])
    events = start(history, student=student, season=season, stage=stage, paper=paper, attempt_id=attempt_id, now=tx.now)
    if not events:
        return _open_at(history, stage)
    (event,) = events
    if not isinstance(event, AttemptStarted):
        return await _resume(tx, event)
    attempt = await attempts.add_attempt(tx, begin(event, paper))
    if attempt is None:
        return _open_at(await attempts.attempts_of_season(tx, student_id, event.season_code), stage)
    tx.record(event)
    return attempt


async def _resume(tx: Transaction, event: AttemptResumed) -> Attempt:
    attempt = await attempts.lock_attempt(tx, event.attempt_id, event.student_id)
    if attempt.status is not Status.STOPPED:
        return attempt
    return (await take_attempts_effect(tx, [Decision(attempt, (event,))]))[0]


async def stop_open_attempts(tx: Transaction, student_id: UUID) -> None:
    """Stop open attempts after consent to processing was withdrawn; they take no more answers."""
    await students.hold_back(tx, student_id)
    open_attempts = await attempts.lock_open_attempts(tx, student_id)
    await take_attempts_effect(tx, [Decision(one, stop(one, now=tx.now)) for one in open_attempts])


async def take_attempts_effect(tx: Transaction, decisions: Sequence[Decision[Attempt]]) -> list[Attempt]:
    """Save and record what was decided about attempts; the attempts after it."""
    return await take_effect(tx, decisions, evolve=evolve, save=attempts.save_attempts)


async def list_stages(tx: Transaction, library: Library, student_id: UUID) -> Stages:
    """Describe where the pupil stands in the season.

    Raises:
        StudentUnknown: identity has not told of the pupil yet.
    """
    student = await students.find_student(tx, student_id)
    season = await students.find_open_season(tx, student.region_code)
    history = await attempts.attempts_of_season(tx, student_id, season.season_code) if season else ()
    return Stages(
        season=season,
        may_begin=student.may_begin,
        stages=tuple(_view(library, history, stage, student.grade) for stage in STAGES),
    )


def _view(library: Library, history: tuple[Attempt, ...], stage: int, grade: int) -> StageStanding:
    latest = next((one for one in reversed(history) if one.stage == stage), None)
    paper = library.paper(latest.instruments) if latest else library.paper_for(stage, grade)
    return StageStanding(
        stage=stage,
        titles=tuple(one.title for one in paper.instruments),
        state=_state(history, stage, latest),
        items=len(paper.items),
        answered=latest.answered if latest else 0,
        minutes=sum(one.minutes for one in paper.instruments),
        attempt_id=latest.attempt_id if latest else None,
        retake_from=retake_from(latest) if latest else None,
    )


def _state(history: tuple[Attempt, ...], stage: int, latest: Attempt | None) -> str:
    if latest is not None:
        return latest.status
    done = {one.stage for one in history if one.status is Status.SUBMITTED}
    return "open" if all(earlier in done for earlier in STAGES if earlier < stage) else "locked"


def _open_at(history: tuple[Attempt, ...], stage: int) -> Attempt:
    for one in reversed(history):
        if one.stage == stage:
            return one
    raise AttemptNotFound
