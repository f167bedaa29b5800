"""All routes of diagnostics; they are tried in this order, the hot ones first."""

from fastapi import APIRouter

from bilet_diagnostics.api.routes import educational_route, psychometrics, results, staff, stages, taking

router = APIRouter()
for part in (
    taking.answers,
    taking.submissions,
    stages.router,
    results.router,
    educational_route.router,
    staff.router,
    psychometrics.router,
):
    router.include_router(part)
