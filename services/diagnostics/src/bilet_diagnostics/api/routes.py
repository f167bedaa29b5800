"""The routes of diagnostics: stages and attempts for the pupil, results for those who may see them."""

from uuid import UUID

from fastapi import APIRouter, Response

from bilet_diagnostics.api import psychometrics, route, schemas, staff, taking, views
from bilet_diagnostics.api.auth import Reader, Student
from bilet_diagnostics.api.parts import RunningParts
from bilet_diagnostics.api.problems import faults_named
from bilet_diagnostics.use_cases import answering, reading, starting
from bilet_kit.clock import real_now
from bilet_kit.ids import new_id
from bilet_kit.web.idempotency import Idempotent
from bilet_kit.web.transactions import Tx

router = APIRouter(tags=["diagnostics"])
for hot in (taking.answers, taking.submissions):  # routes are tried in their order
    router.include_router(hot)


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


@router.get("/attempts", summary="Все мои прохождения")
async def list_attempts(tx: Tx, student: Student) -> schemas.AttemptsOut:
    """Every attempt, retakes beside the earlier ones; each keeps its own feedback."""
    found = await answering.list_attempts(tx, student_id=student.subject)
    return schemas.AttemptsOut(items=[views.attempt_out(one) for one in found])


@router.get("/attempts/{attempt_id}", summary="Вопросы и ответы, данные до сих пор")
async def read_attempt(attempt_id: UUID, tx: Tx, parts: RunningParts, student: Student) -> schemas.AttemptWithItemsOut:
    """Everything needed to go on with an attempt on any device."""
    attempt = await answering.read_attempt(tx, attempt_id=attempt_id, student_id=student.subject)
    return views.attempt_with_items_out(attempt, parts.library)


@router.post("/attempts/{attempt_id}/answers", summary="Отправить ответы, накопленные без сети")
async def save_answers(
    attempt_id: UUID, body: schemas.AnswersIn, tx: Tx, parts: RunningParts, student: Student
) -> schemas.ProgressOut:
    """Keep a batch of answers, all or none."""
    now = real_now()
    given = [taking.given_of(one.item, one, body.sent_at, now) for one in body.answers]
    with faults_named():
        progress = await answering.save_answers(
            tx, parts.library, attempt_id=attempt_id, student_id=student.subject, given=given
        )
    return schemas.ProgressOut(answered=progress.answered, items=progress.items)


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


for later in (route.router, staff.router, psychometrics.router):
    router.include_router(later)
