"""An attempt: one pupil's run through one stage, from the first answer to the submission that makes it read-only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeVar
from uuid import UUID

from bilet_diagnostics.domain.errors import (
    AlreadyStopped,
    AlreadySubmitted,
    NothingAnswered,
    RetakeTooEarly,
    SeasonClosed,
    StageTooEarly,
    StageUnknown,
    StudentNotActive,
)
from bilet_diagnostics.domain.events import (
    AttemptEvent,
    AttemptResumed,
    AttemptStarted,
    AttemptStopped,
    AttemptSubmitted,
)
from bilet_diagnostics.domain.paper import STAGES, Paper
from bilet_diagnostics.domain.participation import Season, Student

RETAKE_AFTER_DAYS = 30
ASKED_FOR_SECONDS = 10
LAST_STAGE = STAGES[-1]

E = TypeVar("E", AttemptResumed, AttemptStopped, AttemptSubmitted)


class Status(StrEnum):
    """Where an attempt stands."""

    STARTED = "started"
    STOPPED = "stopped"
    SUBMITTED = "submitted"


class Answer(NamedTuple):
    """One answer as a device gave it; of two for the same item the greater one holds, in whatever order they arrive.

    Attributes:
        answered_ms: when it was given, real milliseconds since 1970, never after its arrival.
        sequence: the device's own counter, which decides between answers of the same millisecond.
        value: the chosen option.
    """

    answered_ms: int
    sequence: int
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One pupil's run through one stage of one season.

    Attributes:
        number: 1 for the first attempt at the stage in the season.
        grade: the pupil's grade when it was started.
        instruments: exact versions, `<id>-<version>`; they decide the position of every item.
        answers: by position, None where missing.
        revision: grows by one with every change of the answers.
        asked_at: when the pupil was asked to look at the answers again.
    """

    attempt_id: UUID
    student_id: UUID
    region_code: str
    season_code: str
    stage: int
    number: int
    grade: int
    instruments: tuple[str, ...]
    status: Status
    started_at: datetime
    submitted_at: datetime | None = None
    answers: tuple[Answer | None, ...] = ()
    revision: int = 0
    asked_at: datetime | None = None

    @property
    def values(self) -> tuple[int | None, ...]:
        """The chosen options by position."""
        return tuple(None if answer is None else answer.value for answer in self.answers)

    @property
    def answered(self) -> int:
        """How many items have an answer."""
        return sum(answer is not None for answer in self.answers)


def start(
    history: Sequence[Attempt],
    *,
    student: Student,
    season: Season | None,
    stage: int,
    paper: Paper,
    attempt_id: UUID,
    now: datetime,
) -> tuple[AttemptStarted | AttemptResumed, ...]:
    """Open a stage; an open attempt at it is simply gone on with.

    Args:
        history: the pupil's attempts of this season, oldest first.
        student: who takes it.
        season: the region's season of today, if any.
        stage: 1 to 3.
        paper: what the pupil would be asked.
        attempt_id: the id for a new attempt.
        now: business time, UTC.

    Raises:
        StageUnknown: there is no such stage.
        StudentNotActive: not active, or without consent to processing.
        SeasonClosed: no season, or outside its dates.
        StageTooEarly: an earlier stage is not submitted.
        RetakeTooEarly: submitted less than 30 days ago.
    """
    if stage not in STAGES:
        raise StageUnknown
    mine = [attempt for attempt in history if attempt.stage == stage]
    latest = mine[-1] if mine else None
    if latest is not None and latest.status is Status.STARTED:
        return ()
    open_season = _check_may_begin(student, season, now)
    _check_order(history, stage)
    if latest is not None and latest.status is Status.STOPPED:
        return (_event(AttemptResumed, latest, now),)
    _check_interval(latest, now)
    event = AttemptStarted(
        attempt_id=attempt_id,
        student_id=student.student_id,
        region_code=student.region_code,
        season_code=open_season.season_code,
        stage=stage,
        instruments=paper.refs,
        number=len(mine) + 1,
        grade=student.grade,
        at=now,
    )
    return (event,)


def _check_may_begin(student: Student, season: Season | None, now: datetime) -> Season:
    if not student.may_begin:
        raise StudentNotActive
    if season is None or not season.is_open(now):
        raise SeasonClosed
    return season


def _check_order(history: Iterable[Attempt], stage: int) -> None:
    done = {attempt.stage for attempt in history if attempt.status is Status.SUBMITTED}
    missing = [earlier for earlier in STAGES if earlier < stage and earlier not in done]
    if missing:
        raise StageTooEarly(missing[0])


def _check_interval(latest: Attempt | None, now: datetime) -> None:
    possible_from = retake_from(latest) if latest else None
    if possible_from and now < possible_from:
        raise RetakeTooEarly(RETAKE_AFTER_DAYS)


def retake_from(latest: Attempt) -> datetime | None:
    """When the stage may be taken again, UTC: 30 days after it was submitted; None while it is not."""
    return latest.submitted_at and latest.submitted_at + timedelta(days=RETAKE_AFTER_DAYS)


def check_open(attempt: Attempt, season: Season | None, now: datetime) -> None:
    """Whether answers are taken and the attempt may be submitted.

    Raises:
        AlreadySubmitted: it is read-only.
        AlreadyStopped: consent was withdrawn.
        SeasonClosed: the season it belongs to is over.
    """
    if attempt.status is Status.SUBMITTED:
        raise AlreadySubmitted
    if attempt.status is Status.STOPPED:
        raise AlreadyStopped
    if season is None or not season.is_open(now):
        raise SeasonClosed


def answer(attempt: Attempt, answers: Iterable[tuple[int, Answer]]) -> Attempt:
    """Put answers in their positions; per item the greatest `Answer` holds, so order and repeats do not matter."""
    merged = list(attempt.answers)
    for position, given in answers:
        known = merged[position]
        merged[position] = given if known is None else max(known, given)
    if tuple(merged) == attempt.answers:
        return attempt
    return replace(attempt, answers=tuple(merged), revision=attempt.revision + 1)


def submit(attempt: Attempt, *, season: Season | None, now: datetime) -> tuple[AttemptSubmitted, ...]:
    """Hand the stage in; handing it in again changes nothing.

    Raises:
        NothingAnswered: there is not one answer.
        AlreadyStopped, SeasonClosed: see `check_open`.
    """
    if attempt.status is Status.SUBMITTED:
        return ()
    check_open(attempt, season, now)
    if attempt.answered == 0:
        raise NothingAnswered
    return (_event(AttemptSubmitted, attempt, now),)


def stop(attempt: Attempt, *, now: datetime) -> tuple[AttemptStopped, ...]:
    """Stop an open attempt because consent to processing was withdrawn; what is submitted stays."""
    if attempt.status is not Status.STARTED:
        return ()
    return (_event(AttemptStopped, attempt, now),)


def may_be_asked(attempt: Attempt, now: datetime) -> bool:
    """Whether the pupil may be asked to look again: once; a repeat within 10 seconds is the same request on a bad network."""
    return attempt.asked_at is None or now < attempt.asked_at + timedelta(seconds=ASKED_FOR_SECONDS)


def completes_the_season(attempt: Attempt) -> bool:
    """Whether submitting this attempt is what completes the diagnostics: the first one at the last stage.

    Stages are taken in order, so the other two are done by then; a retake never completes them again.
    """
    return attempt.stage == LAST_STAGE and attempt.number == 1


def begin(event: AttemptStarted, paper: Paper) -> Attempt:
    """Make the attempt that a start begins."""
    return Attempt(
        attempt_id=event.attempt_id,
        student_id=event.student_id,
        region_code=event.region_code,
        season_code=event.season_code,
        stage=event.stage,
        number=event.number,
        grade=event.grade,
        instruments=event.instruments,
        status=Status.STARTED,
        started_at=event.at,
        answers=(None,) * len(paper.items),
    )


def evolve(attempt: Attempt, event: AttemptEvent) -> Attempt:
    """Apply an event."""
    match event:
        case AttemptSubmitted():
            return replace(attempt, status=Status.SUBMITTED, submitted_at=event.at)
        case AttemptStopped():
            return replace(attempt, status=Status.STOPPED)
        case AttemptResumed():
            return replace(attempt, status=Status.STARTED)
        case _:
            return attempt


def _event(kind: type[E], attempt: Attempt, now: datetime) -> E:
    return kind(
        attempt_id=attempt.attempt_id,
        student_id=attempt.student_id,
        region_code=attempt.region_code,
        season_code=attempt.season_code,
        stage=attempt.stage,
        instruments=attempt.instruments,
        at=now,
    )
