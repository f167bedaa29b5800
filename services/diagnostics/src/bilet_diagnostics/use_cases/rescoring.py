"""A wrong key was put right by a new version: attempts are scored anew, both results are kept, and nobody is told again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bilet_diagnostics.domain import quality
from bilet_diagnostics.domain.attempt import LAST_STAGE, Attempt
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.profile import field_interests_of, interests_of
from bilet_diagnostics.domain.recommendation import Competency, Recommendation, recommend
from bilet_diagnostics.domain.scoring import score_paper
from bilet_diagnostics.domain.versions import Correction
from bilet_diagnostics.storage import rescoring
from bilet_diagnostics.storage.repository import Result, results_of
from bilet_diagnostics.storage.rescoring import Recommended, Rescored, Scored
from bilet_diagnostics.use_cases.reading import results_that_count
from bilet_kit.database import Transaction

PAGE = 200
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Page:
    """What one transaction rescored; `last` is None when nothing is left."""

    rescored: int
    last: UUID | None


async def rescore_page(tx: Transaction, library: Library, correction: Correction, after: UUID = FIRST) -> Page:
    """Score the next attempts by the corrected version; those already scored by it are passed over.

    No event is recorded: the stages stay completed, and booking stays open.
    """
    await rescoring.rescore_alone(tx)
    found = await rescoring.attempts_scored_by(tx, correction.wrong, after, PAGE)
    if not found:
        return Page(0, None)
    await rescoring.keep(tx, [_rescored(library, correction, one) for one in found], tx.now)
    await _recommend_anew(tx, library, [one.attempt for one in found if one.attempt.stage == LAST_STAGE])
    return Page(len(found), found[-1].attempt.attempt_id)


def _rescored(library: Library, correction: Correction, known: Scored) -> Rescored:
    attempt = known.attempt
    paper = library.paper(correction.applied_to(attempt.instruments))
    return Rescored(
        attempt_id=attempt.attempt_id,
        scoring=known.scoring + 1,
        scores=score_paper(paper, attempt.values),
        signs=quality.signs_of(attempt, paper),
    )


async def _recommend_anew(tx: Transaction, library: Library, rescored: Sequence[Attempt]) -> None:
    """Recommend from the attempts that count now, which need not be those that were rescored."""
    offered = {region: await rescoring.competencies_of(tx, region) for region in {one.region_code for one in rescored}}
    made = []
    for student_id, season_code in {(one.student_id, one.season_code) for one in rescored}:
        results = await results_of(tx, student_id)
        counts = results_that_count(tuple(one for one in results if one.attempt.season_code == season_code))
        items = _recommended(library, counts[LAST_STAGE], offered[counts[LAST_STAGE].attempt.region_code])
        made.append(Recommended(student_id=student_id, season_code=season_code, items=items))
    if made:
        await rescoring.recommend_instead(tx, made)


def _recommended(library: Library, result: Result, offered: Sequence[Competency]) -> tuple[Recommendation, ...]:
    paper = library.paper(result.attempt.instruments)
    interests = interests_of(paper, result.scores)
    return recommend(interests, field_interests_of(paper, result.scores), offered, result.attempt.grade)
