"""Stages and attempts, for the pupil who takes them."""

from uuid import UUID

from fastapi import APIRouter, Response

from bilet_diagnostics.api.auth import Student
from bilet_diagnostics.api.parts import RunningParts
from bilet_diagnostics.api.problems import faults_named
from bilet_diagnostics.api.routes.taking import given_of
from bilet_diagnostics.api.schemas.answers import AnswersInput
from bilet_diagnostics.api.schemas.questions import AttemptWithItemsView
from bilet_diagnostics.api.schemas.stages import AttemptsView, AttemptView, ProgressView, StagesView
from bilet_diagnostics.use_cases import answering, starting
from bilet_kit.clock import real_now
from bilet_kit.ids import new_id
from bilet_kit.web.idempotency import Idempotent
from bilet_kit.web.transactions import Tx

router = APIRouter(tags=["diagnostics"])


@router.get("/stages", summary="Этапы и где я в них")
async def list_stages(tx: Tx, parts: RunningParts, student: Student) -> StagesView:
    """List the three stages of the pupil's season."""
    return StagesView.of(await starting.list_stages(tx, parts.library, student.subject))


@router.post(
    "/stages/{stage}/attempts",
    status_code=201,
    response_model=AttemptView,
    summary="Начать этап или продолжить начатый",
)
async def start_attempt(stage: int, tx: Tx, parts: RunningParts, student: Student, idempotent: Idempotent) -> Response:
    """Start a stage. An attempt that is open already is answered as it is."""
    attempt = await starting.start_stage(
        tx, parts.library, student_id=student.subject, stage=stage, attempt_id=new_id()
    )
    return await idempotent.answer(201, AttemptView.of(attempt))


@router.get("/attempts", summary="Все мои прохождения")
async def list_attempts(tx: Tx, student: Student) -> AttemptsView:
    """List every attempt, retakes beside the earlier ones; each keeps its own feedback."""
    found = await answering.list_attempts(tx, student_id=student.subject)
    return AttemptsView(items=[AttemptView.of(one) for one in found])


@router.get("/attempts/{attempt_id}", summary="Вопросы и ответы, данные до сих пор")
async def read_attempt(attempt_id: UUID, tx: Tx, parts: RunningParts, student: Student) -> AttemptWithItemsView:
    """Read everything needed to go on with an attempt on any device."""
    attempt = await answering.read_attempt(tx, attempt_id=attempt_id, student_id=student.subject)
    return AttemptWithItemsView.with_questions(attempt, parts.library)


@router.post("/attempts/{attempt_id}/answers", summary="Отправить ответы, накопленные без сети")
async def save_answers(
    attempt_id: UUID, body: AnswersInput, tx: Tx, parts: RunningParts, student: Student
) -> ProgressView:
    """Save a batch of answers, all or none."""
    now = real_now()
    given = [given_of(one.item, one, body.sent_at, now) for one in body.answers]
    with faults_named():
        progress = await answering.save_answers(
            tx, parts.library, attempt_id=attempt_id, student_id=student.subject, given=given
        )
    return ProgressView(answered=progress.answered, items=progress.items)
