"""Statistics of an instrument for methodologists: numbers about groups, never about anybody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from bilet_diagnostics.api import psychometrics_schemas as schemas
from bilet_diagnostics.api.parts import RunningParts
from bilet_diagnostics.api.staff import Ref
from bilet_diagnostics.domain.instrument import GradeBand
from bilet_diagnostics.domain.norms import GRADE_BANDS
from bilet_diagnostics.storage.access import asker_of
from bilet_diagnostics.storage.stored_answers import Which
from bilet_diagnostics.use_cases import psychometrics
from bilet_diagnostics.use_cases.psychometrics import LEAST_GROUP, MeasuredGroup
from bilet_kit.auth import Principal, require_role

router = APIRouter(tags=["staff"])

Grades = Annotated[
    str | None, Query(pattern=f"^({'|'.join(map(str, GRADE_BANDS))})$", description="Классы; без них — все вместе")
]
MethodologistPrincipal = Annotated[Principal, Depends(require_role("methodologist"))]


@router.get("/instruments/{ref}/psychometrics", summary="Надёжность шкал и качество вопросов")
async def read_psychometrics(
    ref: Ref,
    parts: RunningParts,
    principal: MethodologistPrincipal,
    grades: Grades = None,
    attempts: Which = Which.UNFLAGGED,
) -> schemas.PsychometricsOut:
    """Statistics of the submitted attempts of the methodologist's regions; groups of fewer than ten are refused."""
    async with parts.database.transaction() as tx:
        asker = await asker_of(tx, principal.role, principal.subject)
    measured = await psychometrics.measure_for(
        parts.database, parts.library, asker=asker, ref=ref, which=attempts, grades=_band(grades)
    )
    return _shown(measured, grades)


def _band(grades: str | None) -> GradeBand | None:
    return next((band for band in GRADE_BANDS if str(band) == grades), None)


def _shown(measured: MeasuredGroup, grades: str | None) -> schemas.PsychometricsOut:
    """A scale or item that fewer than ten attempts answered keeps its count to itself, and says nothing else."""
    return schemas.PsychometricsOut(
        instrument=measured.ref,
        grades=grades,
        attempts=measured.attempts,
        scales=[
            schemas.ScaleStatisticsOut.model_validate(
                one if one.n >= LEAST_GROUP else schemas.ScaleStatisticsOut(scale=one.scale, items=[])
            )
            for one in measured.scales.values()
        ],
    )
