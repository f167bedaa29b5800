"""What may be booked: open to everybody, with ETags; pages without a pupil in them are kept as bytes for a second.

What anybody may read needs no use case: these routes ask storage themselves. Nor do they have their parts injected: a
dependency costs about 18 µs, and sending a kept page about 290 µs (two cores, ASGI without a server, least of 25 runs).
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from bilet_booking.api.auth import optional_student
from bilet_booking.api.parts import parts_of
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
from bilet_kit.storage.database import Transaction
from bilet_kit.web.paging import CODE, kept, moment_of, page_of, tag_of, to_cursor, to_json
from bilet_kit.web.schemas import View
from bilet_kit.web.transactions import running_database

router = APIRouter(prefix="/catalogue", tags=["catalogue"])

_PUBLIC = "public, no-cache"
_PRIVATE = "private, no-cache"
_VIEWS: dict[str, type[View]] = {
    "seasons": SeasonView,
    "sites": SiteView,
    "competencies": CompetencyView,
    "try-outs": TryOutView,
}


Region = Annotated[str | None, Query(max_length=10)]
Cursor = Annotated[str | None, Query(pattern=f"^{CODE}_[^\\x00-\\x1f]{{1,80}}$", examples=["63_63-S01"])]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/slots", response_model=SlotsView, summary="Найти сеансы")
async def find_slots(request: Request, query: Annotated[SlotFilterInput, Query()]) -> Response:
    """Find slots that have not begun, soonest first; `recommended=true` puts a pupil's recommended competencies first."""
    student = await optional_student(request)
    database, parts = await running_database(request), parts_of(request)
    after = _place(query.cursor) if query.cursor else None
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
async def list_seasons(request: Request, region: Region = None, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """List seasons by region and code."""
    return await _entities(request, "seasons", region, cursor, limit)


@router.get("/sites", response_model=SitesView, summary="Посмотреть площадки")
async def list_sites(request: Request, region: Region = None, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """List sites by region and code."""
    return await _entities(request, "sites", region, cursor, limit)


@router.get("/competencies", response_model=CompetenciesView, summary="Посмотреть компетенции")
async def list_competencies(
    request: Request, region: Region = None, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List competencies by region and code."""
    return await _entities(request, "competencies", region, cursor, limit)


@router.get("/try-outs", response_model=TryOutsView, summary="Посмотреть профпробы")
async def list_try_outs(request: Request, region: Region = None, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """List try-outs by region and code."""
    return await _entities(request, "try-outs", region, cursor, limit)


async def _entities(request: Request, kind: str, region: str | None, cursor: str | None, limit: int) -> Response:
    """Answer with the page of this kind, kept if it is fresh; its items have the fields of the view and no others."""
    database, parts = await running_database(request), parts_of(request)
    after = _code(cursor) if cursor else None

    async def make() -> bytes:
        async with database.transaction() as tx:
            rows = await catalogue.entities_page(tx, kind, region, after, limit)
        code = catalogue.KINDS[kind][1]
        page, following = page_of(rows, limit, lambda row: to_cursor(row["region_code"], row[code]))
        return to_json([{name: row[name] for name in _VIEWS[kind].model_fields} for row in page], following)

    return kept(request, *await parts.pages.get(f"{kind}?{request.url.query}", make), _PUBLIC)


async def _slots(tx: Transaction, wanted: Wanted, recommended: tuple[str, ...] | None) -> bytes:
    rows = await catalogue.slots_page(tx, wanted, recommended or ())
    page, following = page_of(rows, wanted.limit, lambda row: to_cursor(row["rank"], row["starts_at"], row["slot_id"]))
    items = [
        {**row, "recommended": row["competency"] in recommended if recommended is not None else None} for row in page
    ]
    for item in items:
        del item["rank"]
    return to_json(items, following)


def _place(cursor: str) -> Place:
    rank, starts_at, slot_id = cursor.split("_")
    return Place(int(rank), moment_of(starts_at), UUID(slot_id))


def _code(cursor: str) -> tuple[str, str]:
    region, _, code = cursor.partition("_")
    return region, code
