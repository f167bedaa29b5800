"""What may be booked: open to everybody, with ETags; pages without a pupil in them are kept as bytes for a second.

What anybody may read needs no use case: these routes ask storage themselves.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from bilet_booking.api.auth import OptionalStudent
from bilet_booking.api.parts import Parts, RunningParts
from bilet_booking.api.schemas.catalogue import (
    CompetenciesView,
    CompetencyView,
    SeasonsView,
    SeasonView,
    SitesView,
    SiteView,
    SlotFilterInput,
    SlotsView,
    TryOutsView,
    TryOutView,
)
from bilet_booking.storage import catalogue
from bilet_booking.storage.catalogue import Place, Wanted
from bilet_kit.storage.database import Database, Transaction
from bilet_kit.web.paging import from_cursor, kept, page_of, tag_of, to_cursor, to_json
from bilet_kit.web.schemas import View
from bilet_kit.web.transactions import RunningDatabase

router = APIRouter(prefix="/catalogue", tags=["catalogue"])

_PUBLIC = "public, no-cache"
_PRIVATE = "private, no-cache"


@dataclass(frozen=True, slots=True)
class Listing:
    """Which page of a list is wanted, by region and code, and what it is made with."""

    request: Request
    database: Database
    parts: Parts
    region: str | None
    after: tuple[str, str] | None
    limit: int

    async def page(self, kind: str, view: type[View]) -> Response:
        """Answer with the page of this kind, kept if it is fresh; its items have the fields of `view` and no others."""

        async def make() -> bytes:
            async with self.database.transaction() as tx:
                rows = await catalogue.entities_page(tx, kind, self.region, self.after, self.limit)
            code = catalogue.KINDS[kind][1]
            page, following = page_of(rows, self.limit, lambda row: to_cursor(row["region_code"], row[code]))
            return to_json([{name: row[name] for name in view.model_fields} for row in page], following)

        address = f"{kind}?{self.request.url.query}"
        return kept(self.request, *await self.parts.pages.get(address, make), _PUBLIC)


async def listing_of(
    request: Request,
    database: RunningDatabase,
    parts: RunningParts,
    region: Annotated[str | None, Query(max_length=10)] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Listing:
    """Read what the four lists take alike."""
    return Listing(request, database, parts, region, from_cursor(cursor, _code), limit)


Wish = Annotated[Listing, Depends(listing_of)]


@router.get("/slots", response_model=SlotsView, summary="Найти сеансы")
async def find_slots(
    request: Request,
    database: RunningDatabase,
    parts: RunningParts,
    query: Annotated[SlotFilterInput, Query()],
    student: OptionalStudent,
) -> Response:
    """Find slots that have not begun, soonest first; `recommended=true` puts a pupil's recommended competencies first."""
    after = from_cursor(query.cursor, _place)
    wanted = Wanted(**query.model_dump(exclude={"cursor", "recommended"}), after=after)
    if query.recommended and student:
        async with database.transaction() as tx:
            body = await _slots(tx, wanted, await catalogue.recommended_to(tx, student.subject))
        return kept(request, body, tag_of(body), _PRIVATE)

    async def make() -> bytes:
        async with database.transaction() as tx:
            return await _slots(tx, wanted, None)

    return kept(request, *await parts.pages.get(str(request.url.query), make), _PUBLIC)


@router.get("/seasons", response_model=SeasonsView, summary="Посмотреть сезоны")
async def list_seasons(wish: Wish) -> Response:
    """List seasons by region and code."""
    return await wish.page("seasons", SeasonView)


@router.get("/sites", response_model=SitesView, summary="Посмотреть площадки")
async def list_sites(wish: Wish) -> Response:
    """List sites by region and code."""
    return await wish.page("sites", SiteView)


@router.get("/competencies", response_model=CompetenciesView, summary="Посмотреть компетенции")
async def list_competencies(wish: Wish) -> Response:
    """List competencies by region and code."""
    return await wish.page("competencies", CompetencyView)


@router.get("/try-outs", response_model=TryOutsView, summary="Посмотреть профпробы")
async def list_try_outs(wish: Wish) -> Response:
    """List try-outs by region and code."""
    return await wish.page("try-outs", TryOutView)


async def _slots(tx: Transaction, wanted: Wanted, recommended: tuple[str, ...] | None) -> bytes:
    rows = await catalogue.slots_page(tx, wanted, recommended or ())
    page, following = page_of(
        rows, wanted.limit, lambda row: to_cursor(row["rank"], row["starts_at"], str(row["slot_id"]))
    )
    items = [
        {**row, "recommended": row["competency"] in recommended if recommended is not None else None} for row in page
    ]
    for item in items:
        del item["rank"]
    return to_json(items, following)


def _place(rank: int, starts_at: str, slot_id: str) -> Place:
    return Place(int(rank), datetime.fromisoformat(starts_at), UUID(slot_id))


def _code(region: str, code: str) -> tuple[str, str]:
    return region, code
