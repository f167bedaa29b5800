"""Rosters of schools: a raw CSV file in, a report and two files out."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from bilet_identity.api.auth import RosterKeeper
from bilet_identity.api.csv_files import CSV_ANSWER, ROSTER_BODY, csv_response
from bilet_identity.api.parts import RunningParts
from bilet_identity.api.schemas.fields import AskedRegion, DirectoryCode
from bilet_identity.api.schemas.rosters import RosterView
from bilet_identity.domain.errors import RegionForbidden, RosterUnreadable
from bilet_identity.storage.audit import AuditRecord
from bilet_identity.storage.rosters import StoredRoster
from bilet_identity.use_cases import rosters
from bilet_kit.access import Asker
from bilet_kit.web.idempotency import Idempotent
from bilet_kit.web.problems import FieldFault, Problem
from bilet_kit.web.transactions import Tx

router = APIRouter(prefix="/rosters")


@router.post(
    "", status_code=201, response_model=RosterView, openapi_extra=ROSTER_BODY, summary="Загрузить список школы"
)
async def upload(
    tx: Tx,
    idempotent: Idempotent,
    parts: RunningParts,
    keeper: RosterKeeper,
    request: Request,
    school_code: Annotated[DirectoryCode | None, Query()] = None,
    region: AskedRegion = None,
) -> Response:
    """Import a school's roster as it is, CSV or a spreadsheet; coordinators may leave the school out."""
    region_code, school_code = _school(keeper, school_code, region)
    given = rosters.RosterUpload(
        region_code=region_code,
        school_code=school_code,
        content=await request.body(),
        imported_by=keeper.subject,
    )
    try:
        roster = await rosters.import_roster(tx, parts.vault, given)
    except RosterUnreadable as error:
        faults = [FieldFault("file", error.reason)]
        raise Problem(422, error.code, error.title, str(error), errors=faults) from None
    return await idempotent.answer(201, RosterView.of(roster))


@router.get("/{roster_id}", summary="Отчёт о списке")
async def read(tx: Tx, keeper: RosterKeeper, roster_id: UUID) -> RosterView:
    """Report what became of every row of a roster."""
    return RosterView.of(await rosters.find_roster(tx, roster_id, keeper.scopes))


@router.get(
    "/{roster_id}/rejected.csv", response_class=Response, responses=CSV_ANSWER, summary="Отклонённые строки файлом"
)
async def read_rejected(tx: Tx, parts: RunningParts, keeper: RosterKeeper, roster_id: UUID) -> Response:
    """Download the rejected rows, to correct and import again."""
    roster = await rosters.find_roster(tx, roster_id, keeper.scopes)
    record = _record(keeper, roster, "roster-rejected-rows")
    return csv_response(await rosters.rejected_rows(tx, parts.vault, roster, record), f"{roster.school_code}-rejected")


@router.get(
    "/{roster_id}/activation-codes.csv",
    response_class=Response,
    responses=CSV_ANSWER,
    summary="Коды активации обучающихся",
)
async def read_codes(tx: Tx, parts: RunningParts, keeper: RosterKeeper, roster_id: UUID) -> Response:
    """Download the codes of pupils who have not claimed their place, to print and hand out."""
    roster = await rosters.find_roster(tx, roster_id, keeper.scopes)
    record = _record(keeper, roster, "roster-activation-codes")
    return csv_response(await rosters.activation_codes(tx, parts.vault, roster, record), f"{roster.school_code}-codes")


def _school(keeper: Asker, school_code: str | None, region: str | None) -> tuple[str, str]:
    """Choose the school that was named, or the coordinator's only one, with its region.

    Raises:
        RegionForbidden: the region is another's, or the school could be in several and none was named.
        Problem: 422 when no school is named and there is not just one; 404 for another's school.
    """
    scopes = [scope for scope in keeper.scopes if region in {None, scope.region_code}]
    if not scopes:
        raise RegionForbidden
    own = [scope.school_code for scope in scopes if scope.school_code is not None]
    code = school_code or (own[0] if len(own) == 1 else None)
    if code is None:
        fault = FieldFault("school_code", "Обязательное поле")
        raise Problem(422, "request-invalid", "Запрос заполнен неверно", errors=[fault])
    regions = {scope.region_code for scope in scopes if rosters.may_handle(scope, scope.region_code, code)}
    if not regions:
        raise Problem(404, "not-found", "Не найдено")
    if len(regions) > 1:
        raise RegionForbidden
    return regions.pop(), code


def _record(keeper: Asker, roster: StoredRoster, action: str) -> AuditRecord:
    return AuditRecord(
        actor=str(keeper.subject), role=keeper.role, action=action, asked=roster.rows, shown=(roster.roster_id,)
    )
