"""The routes of diagnostics: stages and attempts for the pupil, results for those who may see them."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Response

from bilet_diagnostics.api import psychometrics, route, schemas, staff, views
from bilet_diagnostics.api.auth import Reader, Student
from bilet_diagnostics.api.parts import RunningParts
from bilet_diagnostics.api.problems import faults_named
from bilet_diagnostics.use_cases import answering, reading, starting, submitting
from bilet_diagnostics.use_cases.answering import Given, Progress
from bilet_kit.clock import real_now
from bilet_kit.http import Tx
from bilet_kit.idempotency import Idempotent
from bilet_kit.ids import new_id

router = APIRouter(tags=["diagnostics"])

JSON = "application/json"

ItemName = Annotated[str, Path(min_length=1, max_length=40)]


@router.get("/stages", summary="Этапы и где я в них")
async def list_stages(tx: Tx, parts: RunningParts, student: Student) -> schemas.StagesOut:
    """The three stages of the pupil's season."""
    return views.stages_out(await starting.list_stages(tx, parts.library, student.subject))


@router.post(
    "/stages/{stage}/attempts",
    status_code=201,
    response_model=schemas.AttemptOut,
    summary="Начать этап или продолжить начатый",
)
async def start_attempt(stage: int, tx: Tx, parts: RunningParts, student: Student, idempotent: Idempotent) -> Response:
    """Open a stage; an attempt already open at it is answered as it is."""
    attempt = await starting.start_stage(
        tx, parts.library, student_id=student.subject, stage=stage, attempt_id=new_id()
    )
    return await idempotent.answer(201, views.attempt_out(attempt))


@router.get("/attempts/{attempt_id}", summary="Вопросы и ответы, данные до сих пор")
async def read_attempt(attempt_id: UUID, tx: Tx, parts: RunningParts, student: Student) -> schemas.AttemptWithItemsOut:
    """Everything needed to go on with an attempt on any device."""
    attempt = await answering.read_attempt(tx, attempt_id=attempt_id, student_id=student.subject)
    return views.attempt_with_items_out(attempt, parts.library)


@router.put("/attempts/{attempt_id}/answers/{item}", response_model=schemas.ProgressOut, summary="Сохранить один ответ")
async def save_answer(
    attempt_id: UUID, item: ItemName, body: schemas.AnswerIn, parts: RunningParts, student: Student
) -> Response:
    """Keep an answer (hot path); a late one changes nothing when a newer one is already kept."""
    with faults_named():
        progress = await answering.save_answer(
            parts.answers, attempt_id=attempt_id, student_id=student.subject, given=_given(item, body, _now_ms())
        )
    return _progress(progress)


@router.post(
    "/attempts/{attempt_id}/answers",
    response_model=schemas.ProgressOut,
    summary="Отправить ответы, накопленные без сети",
)
async def save_answers(
    attempt_id: UUID, body: schemas.AnswersIn, tx: Tx, parts: RunningParts, student: Student
) -> Response:
    """Keep a batch of answers, all or none."""
    now = _now_ms()
    with faults_named():
        progress = await answering.save_answers(
            tx,
            parts.library,
            attempt_id=attempt_id,
            student_id=student.subject,
            given=[_given(one.item, one, now) for one in body.answers],
        )
    return _progress(progress)


@router.post("/attempts/{attempt_id}/submission", response_model=schemas.AttemptOut, summary="Сдать этап")
async def submit_attempt(
    attempt_id: UUID, parts: RunningParts, student: Student, body: schemas.SubmissionIn | None = None
) -> Response:
    """Hand a stage in (hot path); a repeat answers the same."""
    with faults_named():
        attempt = await submitting.submit_attempt(
            parts.desk,
            attempt_id=attempt_id,
            student_id=student.subject,
            answers=(body or schemas.SubmissionIn()).answers,
        )
    return Response(views.attempt_out(attempt).model_dump_json(), media_type=JSON)


@router.get("/attempts/{attempt_id}/feedback", summary="Обратная связь по этапу")
async def read_feedback(attempt_id: UUID, tx: Tx, parts: RunningParts, student: Student) -> schemas.OwnFeedbackOut:
    """What the pupil reads right after a stage."""
    read = await reading.read_feedback(tx, parts.library, attempt_id=attempt_id, student_id=student.subject)
    return views.own_feedback_out(read, parts.library)


@router.get("/students/{student_id}/results", summary="Результаты по этапам")
async def read_results(student_id: UUID, tx: Tx, parts: RunningParts, asker: Reader) -> schemas.ResultsOut:
    """All for the pupil, a summary for a guardian and for a mentor who may look; others' looks are said for the audit."""
    read = await reading.read_results(tx, parts.library, asker=asker, student_id=student_id)
    return schemas.ResultsOut(student_id=student_id, items=[views.feedback_out(one) for one in read])


@router.get("/students/{student_id}/recommendations", summary="С чего начать пробовать")
async def read_recommendations(student_id: UUID, tx: Tx, asker: Reader) -> schemas.RecommendationsOut:
    """The recommended competencies, best first."""
    made = await reading.read_recommendations(tx, asker=asker, student_id=student_id)
    return views.recommendations_out(student_id, made)


for later in (route.router, staff.router, psychometrics.router):  # routes are tried in order: the hot ones first
    router.include_router(later)


def _now_ms() -> int:
    return int(real_now().timestamp() * 1000)


def _given(item: str, sent: schemas.AnswerIn, now_ms: int) -> Given:
    answered_ms = int(sent.answered_at.timestamp() * 1000) if sent.answered_at else now_ms
    return Given(item=item, value=sent.value, sequence=sent.sequence, answered_ms=answered_ms, received_ms=now_ms)


def _progress(progress: Progress) -> Response:
    return Response(orjson.dumps({"answered": progress.answered, "items": progress.items}), media_type=JSON)
