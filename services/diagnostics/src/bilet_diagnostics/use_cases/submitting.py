"""A pupil hands a stage in: it is scored, read-only from now on, and the third one completes the diagnostics."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bilet_diagnostics.domain import attempt as deciding
from bilet_diagnostics.domain import quality
from bilet_diagnostics.domain.attempt import LAST_STAGE, Attempt
from bilet_diagnostics.domain.events import AttemptSubmitted, DiagnosticsCompleted, Fit
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.profile import Scores, field_interests_of, interests_of
from bilet_diagnostics.domain.recommendation import Recommendation, recommend
from bilet_diagnostics.domain.scoring import score_paper
from bilet_diagnostics.storage.answers import HotAnswers, Standing
from bilet_diagnostics.storage.submissions import HotSubmissions, Submission

Answers = Literal["to-check", "as-they-are"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What handing in needs beneath the ORM."""

    library: Library
    answers: HotAnswers
    submissions: HotSubmissions


async def submit_attempt(desk: Desk, *, attempt_id: UUID, student_id: UUID, answers: Answers) -> Attempt:
    """Hand the attempt in; a repeat, also a simultaneous one, answers the same and says nothing twice.

    Args:
        desk: library and hot paths.
        attempt_id: which one.
        student_id: whose it must be.
        answers: `to-check` asks the pupil to look again if something was noticed, `as-they-are` does not.

    Raises:
        AttemptNotFoundError: no such attempt of this pupil.
        LookAgainError: something is worth a second look.
        NothingAnsweredError, AttemptStoppedError, SeasonClosedError: see `attempt.submit`.
    """
    while True:
        standing = await desk.answers.standing(attempt_id, student_id)
        decided = deciding.submit(standing.attempt, season=standing.season, now=standing.now)
        if not decided:
            return standing.attempt
        if answers == "to-check":
            quality.ask_to_look_again(standing.attempt, desk.library.paper(standing.attempt.instruments))
        (event,) = decided
        if await desk.submissions.write(await _scored(desk, standing, event)):
            return deciding.evolve(standing.attempt, event)


async def _scored(desk: Desk, standing: Standing, event: AttemptSubmitted) -> Submission:
    attempt = standing.attempt
    paper = desk.library.paper(attempt.instruments)
    scores = score_paper(paper, attempt.values)
    recommended = await _recommended(desk, attempt, paper, scores) if attempt.stage == LAST_STAGE else None
    completed = (
        (_completed(attempt, recommended or (), standing.now),) if deciding.completes_the_season(attempt) else ()
    )
    return Submission(
        attempt=attempt,
        scores=scores,
        signs=quality.signs_of(attempt, paper),
        recommended=recommended,
        events=(event, *completed),
        at=standing.now,
    )


async def _recommended(desk: Desk, attempt: Attempt, paper: Paper, scores: Scores) -> tuple[Recommendation, ...]:
    return recommend(
        interests_of(paper, scores),
        field_interests_of(paper, scores),
        await desk.submissions.competencies_of(attempt.region_code),
        attempt.grade,
    )


def _completed(attempt: Attempt, recommended: tuple[Recommendation, ...], now: datetime) -> DiagnosticsCompleted:
    return DiagnosticsCompleted(
        student_id=attempt.student_id,
        region_code=attempt.region_code,
        season_code=attempt.season_code,
        recommended=tuple(Fit(one.competency, one.fit) for one in recommended),
        at=now,
    )
