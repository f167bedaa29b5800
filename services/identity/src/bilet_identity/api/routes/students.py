"""A pupil joins."""

from fastapi import APIRouter, Response

from bilet_identity.api.credentials import ClaimCredentials, StudentCredentials
from bilet_identity.api.parts import RunningParts
from bilet_identity.api.schemas.students import RosterClaimInput, StudentInput, StudentView
from bilet_identity.domain.names import make_name
from bilet_identity.domain.regions import local_date
from bilet_identity.domain.snils import normalise_snils
from bilet_identity.storage.people import PersonalData
from bilet_identity.use_cases import students
from bilet_identity.use_cases.students import Registration
from bilet_kit.web.idempotency import Idempotent
from bilet_kit.web.transactions import Tx

router = APIRouter()


@router.post("/students", status_code=201, response_model=StudentView, summary="Зарегистрироваться")
async def register(
    account: StudentCredentials, tx: Tx, idempotent: Idempotent, parts: RunningParts, body: StudentInput
) -> Response:
    """Open an account by the pupil's own choice. It becomes active once the consents are given."""
    person = PersonalData(
        name=make_name(body.last_name, body.first_name, body.patronymic),
        birth_date=body.birth_date,
        snils=normalise_snils(body.snils) if body.snils else None,
        email=body.email,
    )
    registration = Registration(
        person=person,
        birth_date=body.birth_date,
        region_code=body.region_code,
        school_code=body.school_code,
        grade=body.grade,
    )
    student = await students.register_student(tx, parts.vault, registration, account)
    return await idempotent.answer(201, StudentView.of(student, local_date(student.region_code, tx.now)))


@router.post("/roster-claims", status_code=201, response_model=StudentView, summary="Занять место из списка школы")
async def claim(
    account: ClaimCredentials, tx: Tx, idempotent: Idempotent, parts: RunningParts, body: RosterClaimInput
) -> Response:
    """Open an account for a place in a school's roster."""
    student = await students.claim_roster_entry(tx, parts.vault, body.code, account, email=body.email)
    return await idempotent.answer(201, StudentView.of(student, local_date(student.region_code, tx.now)))
