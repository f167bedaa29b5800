"""A pupil answers: one item at a time, or several that waited on the device while it was offline."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bilet_diagnostics.domain.attempt import Answer, Attempt, answer, check_open
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.storage import attempts, students
from bilet_diagnostics.storage.answers import HotAnswers
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer as a device sent it.

    Attributes:
        item: which question.
        value: the chosen option.
        sequence: the device's own counter.
        answered_ms: by the device's clock, put right where that is known, milliseconds since 1970.
        received_ms: by ours; a device whose clock runs ahead must not overrule all later answers.
    """

    item: str
    value: int
    sequence: int
    answered_ms: int
    received_ms: int

    @property
    def answer(self) -> Answer:
        """The answer as it is stored."""
        return Answer(min(self.answered_ms, self.received_ms), self.sequence, self.value)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many items of an attempt have an answer."""

    answered: int
    items: int


@dataclass(frozen=True, slots=True)
class Saved:
    """Progress after an answer, and the option that holds for its item now."""

    answered: int
    items: int
    value: int


async def save_answer(hot: HotAnswers, *, attempt_id: UUID, student_id: UUID, given: Given) -> Saved:
    """Save one answer; an older one than is saved already for the item changes nothing and is no error.

    Raises:
        AttemptNotFound: no such attempt of this pupil.
        UnknownItem, ValueOffScale: see `Paper.position_of`.
        AlreadySubmitted, AlreadyStopped, SeasonClosed: see `check_open`.
    """
    paper = await hot.paper_of(attempt_id, student_id)
    position = paper.position_of(given.item, given.value)
    answered = await hot.save(attempt_id, student_id, position, given.answer)
    if answered is not None:
        return Saved(answered, len(paper.items), given.value)
    standing = await hot.standing(attempt_id, student_id)
    check_open(standing.attempt, standing.season, standing.now)
    kept = standing.attempt.answers[position] or given.answer
    return Saved(standing.attempt.answered, len(paper.items), kept.value)


async def save_answers(
    tx: Transaction, library: Library, *, attempt_id: UUID, student_id: UUID, given: Sequence[Given]
) -> Progress:
    """Save a batch of answers, all or none; the newest holds for each item, whatever came before.

    Raises:
        As `save_answer`.
    """
    attempt = await attempts.lock_attempt(tx, attempt_id, student_id)
    check_open(attempt, await students.find_season(tx, attempt.season_code), tx.now)
    paper = library.paper(attempt.instruments)
    changed = answer(attempt, [(paper.position_of(one.item, one.value), one.answer) for one in given])
    if changed is not attempt:
        await attempts.save_attempt(tx, changed)
    return Progress(changed.answered, len(paper.items))


async def list_attempts(tx: Transaction, *, student_id: UUID) -> tuple[Attempt, ...]:
    """All attempts of the pupil, of every season, oldest first; a retake never replaces an earlier one."""
    return await attempts.attempts_of(tx, student_id)


async def read_attempt(tx: Transaction, *, attempt_id: UUID, student_id: UUID) -> Attempt:
    """Read an attempt with its answers so far, to go on with it on any device.

    Raises:
        AttemptNotFound: no such attempt of this pupil.
    """
    return await attempts.find_attempt(tx, attempt_id, student_id)
