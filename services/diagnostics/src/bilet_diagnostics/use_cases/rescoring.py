"""Rescoring after a new version corrected a wrong key: attempts are scored anew, and both results are kept."""

from dataclasses import dataclass
from uuid import UUID

from bilet_diagnostics.domain import quality
from bilet_diagnostics.domain.attempt import LAST_STAGE
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.scoring import score_paper
from bilet_diagnostics.domain.versions import Correction
from bilet_diagnostics.storage import rescoring
from bilet_diagnostics.storage.rescoring import Rescored, Scored
from bilet_kit.storage.database import Transaction

PAGE = 50
"""So few, because answers that share a statement with one of theirs wait meanwhile."""
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Page:
    """What one transaction rescored; `last` is None when nothing is left."""

    rescored: int
    last: UUID | None


async def rescore_page(tx: Transaction, library: Library, correction: Correction, after: UUID = FIRST) -> Page:
    """Score the next attempts by the corrected version, skipping those it has scored already.

    No event is recorded: the stages stay completed, and booking stays open. The worker makes the recommendations anew
    and says so if they differ (`renewing`).
    """
    await rescoring.rescore_alone(tx)
    found = await rescoring.attempts_scored_by(tx, correction.wrong, after, PAGE)
    if not found:
        return Page(0, None)
    await rescoring.keep(tx, [_rescored(library, correction, one) for one in found], tx.now)
    await rescoring.outdate_recommendations(tx, [one.attempt for one in found if one.attempt.stage == LAST_STAGE])
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
