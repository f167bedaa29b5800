"""Consents and their texts."""

from uuid import UUID

from fastapi import APIRouter, Response

from bilet_identity.api import schemas
from bilet_identity.api.answers import student_answer
from bilet_identity.api.auth import Family, RunningParts
from bilet_identity.consent_texts import current_texts
from bilet_identity.domain.consent import Giver, Purpose
from bilet_identity.domain.regions import local_date
from bilet_identity.use_cases import consents
from bilet_identity.use_cases.consents import Agreement
from bilet_kit.web.idempotency import Idempotent
from bilet_kit.web.problems import FieldFault, Problem
from bilet_kit.web.transactions import Tx

router = APIRouter()


@router.get("/consent-texts")
async def read_texts() -> schemas.ConsentTexts:
    """The exact texts in force."""
    return schemas.ConsentTexts(
        items=[
            schemas.ConsentTextAnswer(
                purpose=text.purpose, version=text.version, title=text.title, text=text.text, sha256=text.sha256
            )
            for text in current_texts()
        ]
    )


@router.post("/consents", status_code=201, response_model=schemas.StudentAnswer)
async def give(
    tx: Tx, idempotent: Idempotent, parts: RunningParts, asker: Family, body: schemas.NewConsent
) -> Response:
    """Consent to one purpose by one exact text; answers the student's state after it."""
    student_id = body.student_id or (asker.subject if asker.role == "student" else None)
    if student_id is None:
        fault = FieldFault("student_id", "Обязательное поле")
        raise Problem(422, "request-invalid", "Запрос заполнен неверно", errors=[fault])
    agreement = Agreement(
        purpose=body.purpose, text_version=body.text_version, giver=Giver(asker.role), giver_id=asker.subject
    )
    student = await consents.give_consent(tx, parts.vault, student_id, agreement)
    return await idempotent.answer(201, student_answer(student, local_date(student.region_code, tx.now)))


@router.delete("/consents/{student_id}/{purpose}")
async def withdraw(
    tx: Tx, parts: RunningParts, asker: Family, student_id: UUID, purpose: Purpose
) -> schemas.StudentAnswer:
    """Take one's own consent back; a repeat answers the same."""
    student = await consents.withdraw_consent(
        tx, parts.vault, student_id=student_id, purpose=purpose, giver=Giver(asker.role), giver_id=asker.subject
    )
    return student_answer(student, local_date(student.region_code, tx.now))
