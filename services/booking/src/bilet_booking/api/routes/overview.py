"""May I book, and how far have the pupils come."""

from typing import Annotated

from fastapi import APIRouter, Query

from bilet_booking.api.auth import Overseer, Student
from bilet_booking.api.schemas.overview import EligibilityView, FunnelView
from bilet_booking.use_cases import overview
from bilet_kit.web.transactions import Tx

router = APIRouter()


@router.get("/eligibility", tags=["bookings"], summary="Узнать, можно ли записаться")
async def may_i_book(tx: Tx, student: Student) -> EligibilityView:
    """Tell the pupil whether booking is open to them, and if not, what is missing and what to do about it."""
    return EligibilityView.of(await overview.eligibility_of(tx, student.subject))


@router.get("/funnel", tags=["overview"], summary="Посмотреть воронку сезона")
async def read_funnel(
    tx: Tx, asker: Overseer, region: Annotated[str | None, Query(max_length=10)] = None
) -> FunnelView:
    """Count how many pupils ever reached each step of the region's newest season; school coordinators count their own school."""
    return FunnelView.of(await overview.season_funnel(tx, asker, region))
