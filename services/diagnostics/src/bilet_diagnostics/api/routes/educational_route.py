"""The pupil's educational route: as JSON, as a document to keep, and the pupil's own goals and steps."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from bilet_diagnostics.api.auth import Family, Student
from bilet_diagnostics.api.parts import RunningParts
from bilet_diagnostics.api.schemas.educational_route import PlanInput, PlanView, RouteView
from bilet_diagnostics.domain.errors import StudentUnknown
from bilet_diagnostics.domain.events import Step
from bilet_diagnostics.domain.results import Route
from bilet_diagnostics.use_cases import routes
from bilet_diagnostics.use_cases.seeing import Viewed
from bilet_kit.access import Asker
from bilet_kit.web.transactions import Tx


async def kept_by_no_cache(response: Response) -> None:
    """Keep a child's own words and results out of every cache."""
    response.headers["Cache-Control"] = "no-store"


router = APIRouter(tags=["route"])
PDF = "application/pdf"
_PRESS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="press")  # setting keeps a core busy for 0.15 s
NoCache = Depends(kept_by_no_cache)


@router.get("/students/{student_id}/route", summary="Индивидуальный образовательный маршрут", dependencies=[NoCache])
async def read_route(student_id: UUID, tx: Tx, parts: RunningParts, family: Family) -> RouteView:
    """Read profile, attended try-outs with mentors' recommendations, and the pupil's own goals and steps."""
    asker = Asker(family.role, family.subject)
    return RouteView.of(
        await routes.read_route(tx, parts.library, asker=asker, student_id=student_id, viewed=Viewed.ROUTE)
    )


@router.get(
    "/students/{student_id}/route.pdf",
    summary="Маршрут для печати и хранения",
    response_class=Response,
    responses={200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def read_route_document(student_id: UUID, parts: RunningParts, family: Family) -> Response:
    """Read the route as a PDF without names, typeset after the transaction by one thread."""
    asker = Asker(family.role, family.subject)
    async with parts.database.transaction() as tx:
        route = await routes.read_route(
            tx, parts.library, asker=asker, student_id=student_id, viewed=Viewed.ROUTE_DOCUMENT
        )
    document = await asyncio.get_running_loop().run_in_executor(_PRESS, _printed, route, tx.now)
    headers = {"Content-Disposition": 'inline; filename="route.pdf"', "Cache-Control": "no-store"}
    return Response(document, media_type=PDF, headers=headers)


@router.put("/students/{student_id}/route/plan", summary="Записать свои цели и шаги", dependencies=[NoCache])
async def write_plan(student_id: UUID, body: PlanInput, tx: Tx, student: Student) -> PlanView:
    """Replace the pupil's own goals and steps; only the pupil may."""
    if student.subject != student_id:
        raise StudentUnknown
    plan = await routes.write_plan(
        tx,
        student_id=student_id,
        goals=body.goals,
        steps=[Step(one.text, one.done) for one in body.steps],
        revision=body.revision,
    )
    return PlanView.of(plan)


def _printed(route: Route, now: datetime) -> bytes:
    from bilet_diagnostics.documents.route import route_document  # noqa: PLC0415 — half a second that only a document needs

    return route_document(route, now)
