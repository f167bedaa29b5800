"""Schools, and the import of schools and mentors."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from bilet_identity.api import office_schemas, schemas
from bilet_identity.api.auth import Operator, RunningParts
from bilet_identity.api.csv_files import CSV_BODY
from bilet_identity.storage.directory import Directory
from bilet_identity.use_cases import directory
from bilet_identity.use_cases.directory import ImportReport
from bilet_kit.web.transactions import Tx

router = APIRouter()


@router.get("/schools")
async def read_schools(
    tx: Tx,
    region_code: schemas.RegionCode | None = None,
    cursor: Annotated[str | None, Query(pattern=r"^[0-9]{2,3}:[0-9A-Za-z-]{1,32}$")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> office_schemas.Schools:
    """Schools in the order of region and code."""
    after = (cursor.partition(":")[0], cursor.partition(":")[2]) if cursor else None
    page = await Directory(tx).page(region_code, after=after, limit=limit)
    return office_schemas.Schools(
        items=[
            office_schemas.SchoolAnswer(
                region_code=school.region_code,
                school_code=school.school_code,
                name=school.name,
                municipality=school.municipality,
            )
            for school in page
        ],
        next_cursor=f"{page[-1].region_code}:{page[-1].school_code}" if len(page) == limit else None,
    )


@router.post("/imports/schools", openapi_extra=CSV_BODY)
async def import_schools(tx: Tx, operator: Operator, request: Request) -> office_schemas.ImportAnswer:
    """The region's schools as CSV; known ones are brought up to date, so a repeat changes nothing."""
    report = await directory.import_schools(tx, operator.scopes[0].region_code, await request.body())
    return _import_answer(report)


@router.post("/imports/mentors", openapi_extra=CSV_BODY)
async def import_mentors(
    tx: Tx, parts: RunningParts, operator: Operator, request: Request
) -> office_schemas.ImportAnswer:
    """The region's mentors as CSV; newcomers get an activation code, a repeat changes nothing."""
    content = await request.body()
    report = await directory.import_mentors(tx, parts.vault, operator.scopes[0].region_code, content)
    return _import_answer(report)


def _import_answer(report: ImportReport) -> office_schemas.ImportAnswer:
    return office_schemas.ImportAnswer(
        accepted=report.accepted,
        rejected=[
            office_schemas.RowFault(row=fault.row, column=fault.column, reason=fault.reason, detail=fault.detail)
            for fault in report.rejected
        ],
    )
