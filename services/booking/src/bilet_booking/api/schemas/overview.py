"""May I book, and how far have the pupils come, over HTTP."""

from typing import Self

from bilet_booking.domain.errors import NotEligible
from bilet_booking.use_cases.overview import Eligibility, SeasonFunnel
from bilet_kit.web.schemas import View


class ObstacleView(View):
    """What keeps a pupil from booking: a stable code, and what to do about it, in Russian."""

    code: str
    title: str
    detail: str

    @classmethod
    def of(cls, error: NotEligible) -> Self:
        """Make the view of the obstacle behind a refusal."""
        return cls(code=error.code, title=error.title, detail=str(error))


class EligibilityView(View):
    """Whether the pupil may book; `missing` is in the order in which to solve it."""

    may_book: bool
    missing: list[ObstacleView]
    season_code: str | None
    booked: int
    in_person: int
    max_bookings: int | None
    max_in_person: int | None

    @classmethod
    def of(cls, found: Eligibility) -> Self:
        """Make the view of a pupil's eligibility; limits are null while the region has no season."""
        season = found.season
        return cls(
            may_book=not found.missing,
            missing=[ObstacleView.of(error) for error in found.missing],
            season_code=season and season.season_code,
            booked=found.quota.booked,
            in_person=found.quota.in_person,
            max_bookings=season and season.max_bookings,
            max_in_person=season and season.max_in_person,
        )


class FunnelView(View):
    """How many pupils ever reached each step of a season: a step stays reached, and no step counts more than the one before."""

    region_code: str
    season_code: str
    registered: int
    active: int
    stage_1: int
    stage_2: int
    stage_3: int
    booked: int
    approved: int
    attended: int
    recommended: int

    @classmethod
    def of(cls, found: SeasonFunnel) -> Self:
        return cls(region_code=found.season.region_code, season_code=found.season.season_code, **found.counts)
