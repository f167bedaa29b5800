"""What the staff may see over HTTP: a school's completion, instruments, counts; never a pupil's answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from bilet_diagnostics.api.auth import Methodologist, SchoolCoordinator
from bilet_diagnostics.api.parts import RunningParts
from bilet_diagnostics.api.schemas.staff import (
    CompletionsView,
    CountsView,
    InstrumentSummaryView,
    InstrumentsView,
    KeyedInstrumentView,
)
from bilet_diagnostics.use_cases import overseeing
from bilet_kit.web.transactions import Tx

router = APIRouter(tags=["staff"])

Limit = Annotated[int, Query(ge=1, le=200)]
Ref = Annotated[str, Path(min_length=1, max_length=80, description="Версия методики, например mini-ipip-20-1")]


@router.get("/completion", summary="Кто из учеников школы какие этапы прошёл")
async def list_completion(
    tx: Tx, coordinator: SchoolCoordinator, cursor: UUID | None = None, limit: Limit = 50
) -> CompletionsView:
    """List pupils of the coordinator's schools by pseudonym, with the stages they completed and no results."""
    found = await overseeing.list_completion(tx, asker=coordinator, after=cursor, limit=limit + 1)
    return CompletionsView.of(found, limit)


@router.get("/instruments", summary="Все версии методик")
async def list_instruments(parts: RunningParts, methodologist: Methodologist) -> InstrumentsView:
    """List every published version."""
    found = overseeing.list_instruments(parts.library, methodologist)
    return InstrumentsView(items=[InstrumentSummaryView.of(one) for one in found])


@router.get("/instruments/{ref}", summary="Методика: вопросы, ключи, нормы")
async def read_instrument(ref: Ref, parts: RunningParts, methodologist: Methodologist) -> KeyedInstrumentView:
    """Read one version with keys and norms."""
    return KeyedInstrumentView.with_keys(overseeing.read_instrument(parts.library, methodologist, ref))


@router.get("/instruments/{ref}/counts", summary="Сколько раз методику проходили")
async def count_attempts(ref: Ref, tx: Tx, parts: RunningParts, methodologist: Methodologist) -> CountsView:
    """Count attempts by grade in the methodologist's regions, without identities."""
    return CountsView.of(ref, await overseeing.count_attempts(tx, parts.library, asker=methodologist, ref=ref))
