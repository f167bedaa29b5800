"""Whether a pupil may book, and how far a region's pupils have come."""

from dataclasses import dataclass
from uuid import UUID

from bilet_booking.domain.access import region_of, schools_of
from bilet_booking.domain.catalogue import Season
from bilet_booking.domain.eligibility import obstacles
from bilet_booking.domain.errors import NotEligible, NotFound, QuotaExhausted
from bilet_booking.domain.quota import Quota
from bilet_booking.storage import funnel, quotas, seasons, students
from bilet_kit.access import Asker
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What keeps a pupil from booking in the region's newest season, and what is used of the quota."""

    season: Season | None
    missing: tuple[NotEligible, ...]
    quota: Quota


@dataclass(frozen=True, slots=True)
class SeasonFunnel:
    """How many pupils ever reached each step."""

    season: Season
    counts: funnel.Funnel


async def eligibility_of(tx: Transaction, student_id: UUID) -> Eligibility:
    """Find out whether a pupil may book, and if not, what is missing."""
    standing = await students.standing_of(tx, student_id)
    season = await seasons.current(tx, standing.region_code) if standing else None
    missing = obstacles(standing, season, tx.now)
    quota = await quotas.find(tx, student_id, season.year) if season else None
    quota = quota or Quota()
    if season and quota.booked >= season.max_bookings:
        missing = (*missing, QuotaExhausted(season.max_bookings))
    return Eligibility(season, missing, quota)


async def season_funnel(tx: Transaction, asker: Asker, wanted: str | None) -> SeasonFunnel:
    """Count the funnel of a region's newest season; a school coordinator's covers their schools only.

    Raises:
        RegionForbidden: the region is not the asker's.
        NotFound: the region has no season.
    """
    region_code = region_of(asker, wanted)
    season = await seasons.current(tx, region_code)
    if season is None:
        raise NotFound
    schools = schools_of(asker, region_code)
    return SeasonFunnel(season, await funnel.count(tx, region_code, season.year, schools))
