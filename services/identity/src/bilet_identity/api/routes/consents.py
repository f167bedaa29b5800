"""Consents and their texts."""

from uuid import UUID

from fastapi import APIRouter, Response

from bilet_identity.api.auth import Family
from bilet_identity.api.parts import RunningParts
from bilet_identity.api.schemas.consents import ConsentInput, ConsentTextsView, ConsentTextView
from bilet_identity.api.schemas.students import StudentView
from bilet_identity.consent_texts import current_texts
from bilet_identity.domain.consent import Giver, Purpose
from bilet_identity.domain.regions import local_date
from bilet_identity.use_cases import consents
from bilet_identity.use_cases.consents import Agreement
from bilet_kit.web.idempotency import Idempotent
from bilet_kit.web.problems import FieldFault, Problem
from bilet_kit.web.transactions import Tx

router = APIRouter()


@router.get("/consent-texts", summary="Тексты согласий")
async def read_texts() -> ConsentTextsView:
    """List the exact texts in force."""
    return ConsentTextsView(items=[ConsentTextView.of(text) for text in current_texts()])


@router.post("/consents", status_code=201, response_model=StudentView, summary="Дать согласие")
async def give(tx: Tx, idempotent: Idempotent, parts: RunningParts, asker: Family, body: ConsentInput) -> Response:
    """Consent to one purpose by one exact text, and answer the pupil's state after it."""
    student_id = body.student_id or (asker.subject if asker.role == "student" else None)
    if student_id is None:
        fault = FieldFault("student_id", "Обязательное поле")
        raise Problem(422, "request-invalid", "Запрос заполнен неверно", errors=[fault])
    agreement = Agreement(
        purpose=body.purpose, text_version=body.text_version, giver=Giver(asker.role), giver_id=asker.subject
    )
    student = await consents.give_consent(tx, parts.vault, student_id, agreement)
    return await idempotent.answer(201, StudentView.of(student, local_date(student.region_code, tx.now)))


@router.delete("/consents/{student_id}/{purpose}", summary="Отозвать согласие")
async def withdraw(tx: Tx, parts: RunningParts, asker: Family, student_id: UUID, purpose: Purpose) -> StudentView:
    """Withdraw one's own consent. A repeat answers the same."""
    student = await consents.withdraw_consent(
        tx, parts.vault, student_id=student_id, purpose=purpose, giver=Giver(asker.role), giver_id=asker.subject
    )
    return StudentView.of(student, local_date(student.region_code, tx.now))
