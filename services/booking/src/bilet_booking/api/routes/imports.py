"""A region's pack, file by file."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from bilet_booking.api.auth import Operator
from bilet_booking.api.schemas.imports import ImportView
from bilet_booking.domain.access import region_of
from bilet_booking.use_cases.imports import IMPORTS
from bilet_kit.web.problems import Problem
from bilet_kit.web.transactions import Tx

router = APIRouter(prefix="/imports", tags=["imports"])

_BODY = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}}


@router.post("/{kind}", summary="Загрузить файл региона", openapi_extra=_BODY)
async def import_file(
    request: Request, tx: Tx, operator: Operator, kind: str, region: Annotated[str | None, Query(max_length=10)] = None
) -> ImportView:
    """Import a CSV file of seasons, sites, competencies, try-outs or slots. A repeat of the same file changes nothing.

    Good rows are taken and bad ones reported, row by row.
    """
    if kind not in IMPORTS:
        raise Problem(404, "import-unknown", "Такие файлы не загружают", f"Можно загрузить: {', '.join(IMPORTS)}.")
    report = await IMPORTS[kind](tx, await request.body(), region_of(operator, region))
    return ImportView.of(report)
