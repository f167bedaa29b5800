"""Statistics of an instrument for methodologists: numbers about groups, never about anybody."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from bilet_diagnostics.api.parts import Parts, RunningParts
from bilet_diagnostics.api.routes.staff import Ref
from bilet_diagnostics.api.schemas.psychometrics import PsychometricsView
from bilet_diagnostics.storage.stored_answers import Which
from bilet_diagnostics.use_cases import psychometrics
from bilet_diagnostics.use_cases.psychometrics import AnswersRefusedError, Measured
from bilet_kit.access import Asker
from bilet_kit.web.askers import asker_of
from bilet_kit.web.auth import Principal, require_role
from bilet_kit.web.problems import FieldFault, Problem

router = APIRouter(tags=["staff"])

JSON, CSV = "application/json", "text/csv"


class Shape(StrEnum):
    """How statistics are answered."""

    JSON = "json"
    CSV = "csv"
    PNG = "png"
    SVG = "svg"


_MEDIA = {Shape.JSON: JSON, Shape.CSV: CSV, Shape.PNG: "image/png", Shape.SVG: "image/svg+xml"}
_SHAPES: dict[int | str, dict[str, Any]] = {200: {"content": {media: {} for media in _MEDIA.values()}}}
_TAKES_CSV = {
    "requestBody": {
        "required": True,
        "description": "Столбец на вопрос, пусто — пропуск; можно столбец grade. Ничего не сохраняется",
        "content": {CSV: {"schema": {"type": "string"}}},
    }
}


async def wanted_shape(
    request: Request,
    asked: Annotated[Shape | None, Query(alias="format", description="Вместо заголовка Accept")] = None,
) -> Shape:
    """Choose the shape named by the parameter, otherwise the one that the Accept header prefers.

    Raises:
        Problem: 406, the header takes none of them.
    """
    ranges = [_media_range(one) for one in ",".join(request.headers.getlist("accept")).split(",") if one.strip()]
    liking = {shape: _liking(media, ranges) if ranges else 1.0 for shape, media in _MEDIA.items()}
    best = asked or max(Shape, key=lambda shape: liking[shape])
    if asked is None and not liking[best]:
        raise Problem(406, "not-acceptable", "Такого вида нет", f"Есть виды: {', '.join(_MEDIA.values())}.")
    return best


MethodologistPrincipal = Annotated[Principal, Depends(require_role("methodologist"))]
WantedShape = Annotated[Shape, Depends(wanted_shape)]


@router.get(
    "/instruments/{ref}/psychometrics",
    response_model=PsychometricsView,
    responses=_SHAPES,
    summary="Надёжность шкал и качество вопросов",
)
async def read_psychometrics(
    ref: Ref,
    parts: RunningParts,
    principal: MethodologistPrincipal,
    shape: WantedShape,
    attempts: Which = Which.UNFLAGGED,
) -> Response:
    """Read statistics of the stored attempts of the methodologist's regions, for all grade bands at once.

    Attempts count in whole tens of the same region, grade band and kind, figures are rounded: no difference between two
    answers is about fewer than ten pupils, and one more attempt changes nothing or adds ten.
    """
    async with psychometrics.alone():
        asker = await _asker(parts, principal)
        measured = await psychometrics.measure_for(parts.database, parts.library, asker=asker, ref=ref, which=attempts)
        return await _shaped(measured, shape)


@router.post(
    "/instruments/{ref}/psychometrics",
    response_model=PsychometricsView,
    responses=_SHAPES,
    openapi_extra=_TAKES_CSV,
    summary="То же по присланным ответам",
)
async def measure_answers(
    ref: Ref, request: Request, parts: RunningParts, principal: MethodologistPrincipal, shape: WantedShape
) -> Response:
    """Compute exact statistics of the answers in the body, a CSV that is neither stored nor logged."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != CSV:
        raise Problem(415, "csv-wanted", "Нужен CSV", f"Ответы присылаются как {CSV} в UTF-8.")
    answers = await request.body()
    async with psychometrics.alone():
        asker = await _asker(parts, principal)
        try:
            measured = await psychometrics.measure_sent(parts.library, asker=asker, ref=ref, answers=answers)
        except AnswersRefusedError as error:
            faults = [FieldFault("body", str(error))]
            raise Problem(422, "answers-refused", "Ответы не читаются", str(error), errors=faults) from None
        return await _shaped(measured, shape)


async def _asker(parts: Parts, principal: Principal) -> Asker:
    async with parts.database.transaction() as tx:
        return await asker_of(tx, principal)


async def _shaped(measured: Measured, shape: Shape) -> Response:
    match shape:
        case Shape.JSON:
            body = PsychometricsView.of(measured).model_dump_json().encode()
        case Shape.CSV:
            body = await psychometrics.as_csv(measured)
        case Shape.PNG | Shape.SVG:
            body = await psychometrics.as_picture(measured, shape.value)
    return Response(body, media_type=_MEDIA[shape], headers={"Vary": "Accept", "Cache-Control": "no-store"})


def _media_range(text: str) -> tuple[str, float]:
    """Read a media range of an Accept header and its weight, 0–1; an unreadable one weighs nothing."""
    media, *parameters = (part.strip().lower() for part in text.split(";"))
    weight = next((one.removeprefix("q=") for one in parameters if one.startswith("q=")), "1")
    try:
        return media, min(1.0, max(0.0, float(weight)))
    except ValueError:
        return media, 0.0


def _liking(media: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Weigh a media type by the narrowest range that contains it (RFC 9110, section 12.5.1)."""
    holding = (media, f"{media.partition('/')[0]}/*", "*/*")
    return next((weight for one in holding for name, weight in ranges if name == one), 0.0)
