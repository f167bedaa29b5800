"""Reading results: pupils read everything, guardians and permitted mentors a summary without single answers."""

from uuid import UUID

from bilet_diagnostics.domain.access import is_pupil
from bilet_diagnostics.domain.attempt import Status
from bilet_diagnostics.domain.errors import NotSubmitted
from bilet_diagnostics.domain.feedback import feedback_on, for_others
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.recommendation import Recommendation
from bilet_diagnostics.domain.recommendation import for_others as recommended_to_others
from bilet_diagnostics.domain.results import AttemptFeedback
from bilet_diagnostics.storage import attempts, results
from bilet_diagnostics.storage.results import Result
from bilet_diagnostics.use_cases.seeing import Viewed, look_at_summary
from bilet_kit.access import Asker
from bilet_kit.storage.database import Transaction


async def read_feedback(tx: Transaction, library: Library, *, attempt_id: UUID, student_id: UUID) -> AttemptFeedback:
    """Read what a pupil is told after a stage.

    Raises:
        AttemptNotFound: no such attempt of this pupil.
        NotSubmitted: it is not submitted.
    """
    attempt = await attempts.find_attempt(tx, attempt_id, student_id)
    if attempt.status is not Status.SUBMITTED:
        raise NotSubmitted
    result = next(one for one in await results.results_of(tx, student_id) if one.attempt.attempt_id == attempt_id)
    return _with_words(library, result)


async def read_results(
    tx: Transaction, library: Library, *, asker: Asker, student_id: UUID
) -> tuple[AttemptFeedback, ...]:
    """Read the result that counts of every stage: the latest without signs of haste, otherwise the latest.

    Raises:
        StudentUnknown: no such pupil, or none of the asker's business.
    """
    await look_at_summary(tx, asker, student_id, Viewed.RESULTS)
    return await counting_results(tx, library, asker=asker, student_id=student_id)


async def read_recommendations(tx: Transaction, *, asker: Asker, student_id: UUID) -> tuple[Recommendation, ...]:
    """Read the recommendations of the latest season; none before the third stage.

    Raises:
        StudentUnknown: no such pupil, or none of the asker's business.
    """
    await look_at_summary(tx, asker, student_id, Viewed.RECOMMENDATIONS)
    return await shown_recommendations(tx, asker=asker, student_id=student_id)


async def shown_recommendations(tx: Transaction, *, asker: Asker, student_id: UUID) -> tuple[Recommendation, ...]:
    """Read the latest recommendations, exact for the pupil; the caller has decided who may look."""
    made = await results.recommendations_of(tx, student_id)
    return made if is_pupil(asker, student_id) else recommended_to_others(made)


async def counting_results(
    tx: Transaction, library: Library, *, asker: Asker, student_id: UUID
) -> tuple[AttemptFeedback, ...]:
    """Read the result that counts of every stage, in full for the pupil; the caller has decided who may look."""
    counting = results_that_count(await results.results_of(tx, student_id))
    read = [_with_words(library, counting[stage]) for stage in sorted(counting)]
    if is_pupil(asker, student_id):
        return tuple(read)
    return tuple(AttemptFeedback(one.attempt, for_others(one.feedback)) for one in read)


def results_that_count(results: tuple[Result, ...]) -> dict[int, Result]:
    """Stage to the result that counts: the latest without signs of haste, else the latest."""
    counting: dict[int, Result] = {}
    for result in results:
        known = counting.get(result.attempt.stage)
        if known is None or known.signs or not result.signs:
            counting[result.attempt.stage] = result
    return counting


def _with_words(library: Library, result: Result) -> AttemptFeedback:
    attempt = result.attempt
    return AttemptFeedback(
        attempt, feedback_on(library, library.paper(attempt.instruments), result.scores, attempt.grade)
    )
