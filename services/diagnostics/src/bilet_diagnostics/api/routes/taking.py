"""The hot paths over HTTP: an answer is saved, a stage is submitted.

Each has a fast path in front of the declared and documented route: the same use case, without dependency injection.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Request, Response

from bilet_diagnostics.api.auth import Student
from bilet_diagnostics.api.parts import Parts, RunningParts, parts_of
from bilet_diagnostics.api.problems import faults_named
from bilet_diagnostics.api.schemas.answers import AnswerInput, AnswerNowInput, SavedView, SubmissionInput
from bilet_diagnostics.api.schemas.stages import AttemptView
from bilet_diagnostics.use_cases.answering import Given, save_answer
from bilet_diagnostics.use_cases.submitting import submit_attempt
from bilet_kit.clock import real_now
from bilet_kit.web.auth import Principal
from bilet_kit.web.fast_path import JSON, fast_path

_LONGEST_ITEM = 40

ItemName = Annotated[str, Path(min_length=1, max_length=_LONGEST_ITEM)]


async def save_at_once(request: Request, student: Principal, body: AnswerNowInput) -> Response | None:
    """Answer `save_one_answer` on the fast path."""
    attempt_id, item = _uuid(request.path_params["attempt_id"]), request.path_params["item"]
    if attempt_id is None or len(item) > _LONGEST_ITEM:
        return None
    return await _answered(parts_of(request), student, attempt_id, item, body)


async def submit_at_once(request: Request, student: Principal, body: SubmissionInput) -> Response | None:
    """Answer `submit` on the fast path."""
    attempt_id = _uuid(request.path_params["attempt_id"])
    if attempt_id is None:
        return None
    return await _submitted(parts_of(request), student, attempt_id, body)


answers = APIRouter(tags=["diagnostics"], route_class=fast_path(save_at_once, role="student", body=AnswerNowInput))
submissions = APIRouter(
    tags=["diagnostics"], route_class=fast_path(submit_at_once, role="student", body=SubmissionInput)
)


@answers.put("/attempts/{attempt_id}/answers/{item}", response_model=SavedView, summary="Сохранить один ответ")
async def save_one_answer(
    attempt_id: UUID, item: ItemName, body: AnswerNowInput, parts: RunningParts, student: Student
) -> Response:
    """Save an answer. An older one than is saved already changes nothing, and the answer says which one holds."""
    return await _answered(parts, student, attempt_id, item, body)


@submissions.post("/attempts/{attempt_id}/submission", response_model=AttemptView, summary="Сдать этап")
async def submit(
    attempt_id: UUID, parts: RunningParts, student: Student, body: SubmissionInput | None = None
) -> Response:
    """Submit a stage. A repeat answers the same. Something striking is pointed out once, by 409 `look-again`."""
    return await _submitted(parts, student, attempt_id, body or SubmissionInput())


async def _answered(parts: Parts, student: Principal, attempt_id: UUID, item: str, body: AnswerNowInput) -> Response:
    given = given_of(item, body, body.sent_at, real_now())
    with faults_named():
        saved = await save_answer(parts.answers, attempt_id=attempt_id, student_id=student.subject, given=given)
    return Response(orjson.dumps(saved), media_type=JSON)


async def _submitted(parts: Parts, student: Principal, attempt_id: UUID, body: SubmissionInput) -> Response:
    with faults_named():
        attempt = await submit_attempt(
            parts.desk, attempt_id=attempt_id, student_id=student.subject, answers=body.answers
        )
    return Response(AttemptView.of(attempt).model_dump_json(), media_type=JSON)


def given_of(item: str, sent: AnswerInput, sent_at: datetime | None, received: datetime) -> Given:
    """Read an answer as a device sent it; `sent_at`, by the same clock, tells how far that clock is off."""
    received_ms = _milliseconds(received)
    if sent.answered_at is None:
        answered_ms = received_ms
    else:
        off_by_ms = received_ms - _milliseconds(sent_at) if sent_at else 0
        answered_ms = _milliseconds(sent.answered_at) + off_by_ms
    return Given(item=item, value=sent.value, sequence=sent.sequence, answered_ms=answered_ms, received_ms=received_ms)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
