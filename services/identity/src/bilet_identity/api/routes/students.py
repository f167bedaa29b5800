"""A pupil joins."""

from fastapi import APIRouter, Response

from bilet_identity.api import schemas
from bilet_identity.api.answers import student_answer
from bilet_identity.api.auth import RunningParts
from bilet_identity.domain.access import check_password
from bilet_identity.domain.names import make_name
from bilet_identity.domain.regions import local_date
from bilet_identity.domain.snils import normalise_snils
from bilet_identity.parts import Parts
from bilet_identity.storage.people import PersonalData
from bilet_identity.use_cases import students
from bilet_identity.use_cases.students import Credentials, Registration
from bilet_kit.http import Tx
from bilet_kit.idempotency import Idempotent

router = APIRouter()


@router.post("/students", status_code=201, response_model=schemas.StudentAnswer)
async def register(tx: Tx, idempotent: Idempotent, parts: RunningParts, body: schemas.NewStudent) -> Response:
    """Open an account by the pupil's own choice; it is active once the consents are there."""
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
    student = await students.register_student(tx, parts.vault, registration, await credentials(parts, body))
    return await idempotent.answer(201, student_answer(student, local_date(student.region_code, tx.now)))


@router.post("/roster-claims", status_code=201, response_model=schemas.StudentAnswer)
async def claim(tx: Tx, idempotent: Idempotent, parts: RunningParts, body: schemas.RosterClaim) -> Response:
    """Open an account for a place in a school's roster."""
    account = await credentials(parts, body)
    student = await students.claim_roster_entry(tx, parts.vault, body.code, account, email=body.email)
    return await idempotent.answer(201, student_answer(student, local_date(student.region_code, tx.now)))


async def credentials(parts: Parts, account: schemas.NewAccount) -> Credentials:
    """A checked login with the hash of its password.

    Raises:
        WeakPassword: too easy to guess.
    """
    password = account.password.get_secret_value()
    check_password(password, login=account.login)
    return Credentials(account.login, await parts.passwords.hash(password))
