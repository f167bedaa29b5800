"""Recommendations are renewed, and published if they differ, after an offer changed or a key was corrected."""

from bilet_diagnostics.domain.attempt import LAST_STAGE
from bilet_diagnostics.domain.events import RecommendationsChanged, fits_of
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.profile import recommend_by
from bilet_diagnostics.storage import offers, results
from bilet_diagnostics.storage.offers import Offer, Outdated, Renewed
from bilet_diagnostics.use_cases.reading import results_that_count
from bilet_kit.storage.database import Transaction

PAGE = 50
"""So few, because answers that share a statement with one of theirs wait meanwhile."""


async def renew_recommendations(tx: Transaction, library: Library) -> bool:
    """Renew a page of outdated recommendations; whether there may be more."""
    outdated = await offers.lock_outdated(tx, PAGE)
    offer = {region: await offers.offer_of(tx, region) for region in {one.region_code for one in outdated}}
    renewed = [await _renewed(tx, library, one, offer[one.region_code]) for one in outdated]
    if renewed:
        await offers.renew(tx, renewed)
    tx.record(*(_changed(one) for one in renewed if one.recommended != one.outdated.recommended))
    return len(outdated) == PAGE


async def _renewed(tx: Transaction, library: Library, outdated: Outdated, offer: Offer) -> Renewed:
    found = await results.results_of(tx, outdated.student_id)
    of_season = tuple(one for one in found if one.attempt.season_code == outdated.season_code)
    result = results_that_count(of_season).get(LAST_STAGE)
    if result is None:
        return Renewed(outdated, outdated.recommended, offer.version)
    paper = library.paper(result.attempt.instruments)
    made = recommend_by(paper, result.scores, offer.competencies, result.attempt.grade)
    return Renewed(outdated, made, offer.version)


def _changed(renewed: Renewed) -> RecommendationsChanged:
    outdated = renewed.outdated
    return RecommendationsChanged(
        outdated.student_id, outdated.region_code, outdated.season_code, fits_of(renewed.recommended)
    )
