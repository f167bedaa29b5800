"""May I book, and how far have the pupils come."""

from typing import Annotated

from fastapi import APIRouter, Query

from bilet_booking.api.auth import Overseer, Student
from bilet_booking.api.schemas import EligibilityView, FunnelView, Obstacle
from bilet_booking.use_cases import overview
from bilet_kit.web.transactions import Tx

router = APIRouter()


@router.get("/eligibility", tags=["bookings"])
async def may_i_book(tx: Tx, student: Student) -> EligibilityView:
    """Whether the pupil may book anything, and if not, what is missing."""
    found = await overview.eligibility_of(tx, student.subject)
    season = found.season
    return EligibilityView(
        may_book=not found.missing,
        missing=[Obstacle.of(error) for error in found.missing],
        season_code=season and season.season_code,
        booked=found.quota.booked,
        in_person=found.quota.in_person,
        max_bookings=season and season.max_bookings,
        max_in_person=season and season.max_in_person,
    )


@router.get("/funnel", tags=["overview"])
async def read_funnel(
    tx: Tx, asker: Overseer, region: Annotated[str | None, Query(max_length=10)] = None
) -> FunnelView:
    """How many pupils came how far in the region's newest season; of their own school for its coordinators."""
    found = await overview.season_funnel(tx, asker, region)
    return FunnelView(region_code=found.season.region_code, season_code=found.season.season_code, **found.counts)
