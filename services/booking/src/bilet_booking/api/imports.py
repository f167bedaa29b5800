"""A region's pack, file by file."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from bilet_booking.api.auth import Operator
from bilet_booking.api.schemas import ImportView
from bilet_booking.use_cases.imports import IMPORTS
from bilet_booking.use_cases.overview import region_of
from bilet_kit.web.problems import Problem
from bilet_kit.web.transactions import Tx

router = APIRouter(prefix="/imports", tags=["imports"])

_BODY = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}}


@router.post("/{kind}", openapi_extra=_BODY)
async def import_file(
    request: Request, tx: Tx, operator: Operator, kind: str, region: Annotated[str | None, Query(max_length=10)] = None
) -> ImportView:
    """Take over a CSV file of seasons, sites, competencies, try-outs or slots; repeating it changes nothing more."""
    if kind not in IMPORTS:
        raise Problem(404, "import-unknown", "Такие файлы не загружают", f"Можно загрузить: {', '.join(IMPORTS)}.")
    report = await IMPORTS[kind](tx, await request.body(), region_of(operator, region))
    return ImportView.of(report)
