"""What a pupil may do, and how far a region's pupils have come."""

from dataclasses import dataclass
from uuid import UUID

from bilet_booking.domain.access import ActingRole, Asker
from bilet_booking.domain.catalogue import Season
from bilet_booking.domain.eligibility import obstacles
from bilet_booking.domain.errors import NotEligible, NotFound, QuotaExhausted, RegionForbidden
from bilet_booking.domain.quota import Quota
from bilet_booking.storage import lists, repository
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What keeps a pupil from booking in the region's newest season, and what is used of the quota."""

    season: Season | None
    missing: tuple[NotEligible, ...]
    quota: Quota


@dataclass(frozen=True, slots=True)
class SeasonFunnel:
    """How many pupils came how far."""

    season: Season
    counts: lists.Funnel


async def eligibility_of(tx: Transaction, student_id: UUID) -> Eligibility:
    """May this pupil book, and if not, what is missing."""
    standing = await repository.standing_of(tx, student_id)
    season = await repository.current_season(tx, standing.region_code) if standing else None
    missing = obstacles(standing, season, tx.now)
    quota = await repository.quota_of(tx, student_id, season.year) if season else None
    quota = quota or Quota()
    if season and quota.booked >= season.max_bookings:
        missing = (*missing, QuotaExhausted(season.max_bookings))
    return Eligibility(season, missing, quota)


def region_of(asker: Asker, wanted: str | None) -> str:
    """The region an operator works in: the wanted one if it is theirs, else their only one.

    Raises:
        RegionForbidden: it is not theirs, or they have several and named none.
    """
    own = {scope.region_code for scope in asker.scopes}
    if wanted is None and len(own) == 1:
        return own.pop()
    everywhere = asker.role == ActingRole.FEDERAL_OPERATOR and bool(asker.scopes)
    if wanted is None or not (everywhere or wanted in own):
        raise RegionForbidden
    return wanted


async def season_funnel(tx: Transaction, asker: Asker, wanted: str | None) -> SeasonFunnel:
    """The funnel of a region's newest season; a school coordinator's own schools only.

    Raises:
        RegionForbidden: the region is not the asker's.
        NotFound: the region has no season.
    """
    region_code = region_of(asker, wanted)
    season = await repository.current_season(tx, region_code)
    if season is None:
        raise NotFound
    schools = None
    if asker.role == ActingRole.SCHOOL_COORDINATOR:
        schools = [s.school_code for s in asker.scopes if s.region_code == region_code and s.school_code]
    return SeasonFunnel(season, await lists.funnel(tx, region_code, season.year, schools))
