"""Feedback, results and recommendations, for those who may see them."""

from uuid import UUID

from fastapi import APIRouter

from bilet_diagnostics.api.auth import Reader, Student
from bilet_diagnostics.api.parts import RunningParts
from bilet_diagnostics.api.schemas.results import FeedbackView, OwnFeedbackView, RecommendationsView, ResultsView
from bilet_diagnostics.use_cases import reading
from bilet_kit.web.transactions import Tx

router = APIRouter(tags=["diagnostics"])


@router.get("/attempts/{attempt_id}/feedback", summary="Обратная связь по этапу")
async def read_feedback(attempt_id: UUID, tx: Tx, parts: RunningParts, student: Student) -> OwnFeedbackView:
    """Read the feedback that a pupil gets right after a stage."""
    read = await reading.read_feedback(tx, parts.library, attempt_id=attempt_id, student_id=student.subject)
    return OwnFeedbackView.explained(read, parts.library)


@router.get("/students/{student_id}/results", summary="Результаты по этапам")
async def read_results(student_id: UUID, tx: Tx, parts: RunningParts, asker: Reader) -> ResultsView:
    """Read results: everything for the pupil, a summary for a guardian and for a mentor who may look. Views are audited."""
    read = await reading.read_results(tx, parts.library, asker=asker, student_id=student_id)
    return ResultsView(student_id=student_id, items=[FeedbackView.of(one) for one in read])


@router.get("/students/{student_id}/recommendations", summary="С чего начать пробовать")
async def read_recommendations(student_id: UUID, tx: Tx, asker: Reader) -> RecommendationsView:
    """List the recommended competencies, best first."""
    made = await reading.read_recommendations(tx, asker=asker, student_id=student_id)
    return RecommendationsView.of(student_id, made)
