"""A pupil submits a stage: it is scored and read-only from now on, and the third one completes the diagnostics."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bilet_diagnostics.domain import attempt as deciding
from bilet_diagnostics.domain import quality
from bilet_diagnostics.domain.attempt import LAST_STAGE, Attempt
from bilet_diagnostics.domain.events import AttemptSubmitted, DiagnosticsCompleted, RecommendationsChanged, fits_of
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.profile import recommend_by
from bilet_diagnostics.domain.quality import Sign
from bilet_diagnostics.domain.recommendation import Recommendation
from bilet_diagnostics.domain.scoring import score_paper
from bilet_diagnostics.storage.answers import HotAnswers, Standing
from bilet_diagnostics.storage.offers import Offer
from bilet_diagnostics.storage.submissions import HotSubmissions, Submission

Answers = Literal["to-check", "as-they-are"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What submitting needs beneath the ORM."""

    library: Library
    answers: HotAnswers
    submissions: HotSubmissions


async def submit_attempt(desk: Desk, *, attempt_id: UUID, student_id: UUID, answers: Answers) -> Attempt:
    """Submit an attempt; a repeat, also a simultaneous one, answers the same and publishes nothing twice.

    Args:
        desk: library and hot paths.
        attempt_id: which one.
        student_id: whose it must be.
        answers: `to-check` asks the pupil once to look again if something was noticed, `as-they-are` does not.

    Raises:
        AttemptNotFound: no such attempt of this pupil.
        LookAgain: something is worth a second look.
        NothingAnswered, AlreadyStopped, SeasonClosed: see `attempt.submit`.
    """
    while True:
        standing = await desk.answers.standing(attempt_id, student_id)
        decided = deciding.submit(standing.attempt, season=standing.season, now=standing.now)
        if not decided:
            return standing.attempt
        (event,) = decided
        paper = desk.library.paper(standing.attempt.instruments)
        signs = quality.signs_of(standing.attempt, paper)
        if signs and answers == "to-check" and deciding.may_be_asked(standing.attempt, standing.now):
            await desk.submissions.remember_asking(standing.attempt)
            raise quality.look_again(standing.attempt, paper, signs)
        if await desk.submissions.write(await _scored(desk, standing, event, signs)):
            return deciding.evolve(standing.attempt, event)


async def _scored(desk: Desk, standing: Standing, event: AttemptSubmitted, signs: tuple[Sign, ...]) -> Submission:
    attempt = standing.attempt
    paper = desk.library.paper(attempt.instruments)
    scores = score_paper(paper, attempt.values)
    recommended, offer = None, Offer(0, ())
    if attempt.stage == LAST_STAGE and not (signs and await desk.submissions.is_outweighed(attempt)):
        offer = await desk.submissions.offer_of(attempt.region_code)
        recommended = recommend_by(paper, scores, offer.competencies, attempt.grade)
    return Submission(
        attempt=attempt,
        scores=scores,
        signs=signs,
        recommended=recommended,
        offer=offer.version,
        events=(event, *_consequences(attempt, recommended, standing.now)),
        at=standing.now,
    )


def _consequences(
    attempt: Attempt, recommended: tuple[Recommendation, ...] | None, now: datetime
) -> tuple[DiagnosticsCompleted | RecommendationsChanged, ...]:
    """Say what a submission of the last stage means to others: the first completes, a later one that counts renews."""
    if recommended is None:
        return ()
    fits = fits_of(recommended)
    whose = (attempt.student_id, attempt.region_code, attempt.season_code)
    if deciding.completes_the_season(attempt):
        return (DiagnosticsCompleted(*whose, recommended=fits, at=now),)
    return (RecommendationsChanged(*whose, recommended=fits),)
