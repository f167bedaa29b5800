"""Schools, and the import of schools and mentors."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from bilet_identity.api.auth import Operator
from bilet_identity.api.csv_files import CSV_BODY
from bilet_identity.api.parts import RunningParts
from bilet_identity.api.schemas.directory import ImportView, SchoolsView, SchoolView
from bilet_identity.api.schemas.fields import AskedRegion, RegionCode
from bilet_identity.domain.staff import region_of
from bilet_identity.storage import directory as schools
from bilet_identity.use_cases import directory
from bilet_kit.web.transactions import Tx

router = APIRouter()


@router.get("/schools", summary="Школы")
async def read_schools(
    tx: Tx,
    region_code: RegionCode | None = None,
    cursor: Annotated[str | None, Query(pattern=r"^[0-9]{2,3}:[0-9A-Za-z-]{1,32}$", examples=["63:630001"])] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> SchoolsView:
    """List schools in the order of region and code."""
    after = (cursor.partition(":")[0], cursor.partition(":")[2]) if cursor else None
    page = await schools.page(tx, region_code, after=after, limit=limit)
    return SchoolsView(
        items=[SchoolView.of(school) for school in page],
        next_cursor=f"{page[-1].region_code}:{page[-1].school_code}" if len(page) == limit else None,
    )


@router.post("/imports/schools", openapi_extra=CSV_BODY, summary="Загрузить школы региона")
async def import_schools(tx: Tx, operator: Operator, request: Request, region: AskedRegion = None) -> ImportView:
    """Import the region's schools from CSV. Known ones are updated, so a repeat changes nothing."""
    report = await directory.import_schools(tx, region_of(operator, region), await request.body())
    return ImportView.of(report)


@router.post("/imports/mentors", openapi_extra=CSV_BODY, summary="Загрузить наставников региона")
async def import_mentors(
    tx: Tx, parts: RunningParts, operator: Operator, request: Request, region: AskedRegion = None
) -> ImportView:
    """Import the region's mentors from CSV. New ones get an activation code; a repeat changes nothing."""
    region_code = region_of(operator, region)
    report = await directory.import_mentors(tx, parts.vault, region_code, await request.body())
    return ImportView.of(report)
