"""Guardians and pupils find each other and agree."""

from uuid import UUID

from fastapi import APIRouter, Response

from bilet_identity.api import schemas
from bilet_identity.api.answers import guardianship_answer, listed_child_answer, tied_child_answer
from bilet_identity.api.auth import Family, GuardianOnly, RunningParts, StudentOnly
from bilet_identity.api.caching import NO_STORE
from bilet_identity.api.sealed_answers import IdempotentSealed
from bilet_identity.use_cases import guardians, students
from bilet_identity.use_cases.guardians import Confirmation
from bilet_identity.use_cases.students import INVITATION_TERM
from bilet_kit.web.idempotency import Idempotent
from bilet_kit.web.transactions import Tx

router = APIRouter(dependencies=[NO_STORE])


@router.post("/guardian-invitations", status_code=201, response_model=schemas.Invitation)
async def invite(tx: Tx, idempotent: IdempotentSealed, parts: RunningParts, student: StudentOnly) -> Response:
    """A code that the pupil gives to a parent, good for seven days; a repeat shows it again."""
    invitation_id, code = await students.invite_guardian(tx, parts.vault, student.subject)
    answer = schemas.Invitation(invitation_id=invitation_id, code=code, expires_at=tx.now + INVITATION_TERM)
    return await idempotent.answer(201, answer)


@router.get("/children")
async def read_children(tx: Tx, parts: RunningParts, guardian: GuardianOnly) -> schemas.ChildrenAnswer:
    """Children whom the guardian may confirm or decides for."""
    found = await guardians.children(tx, parts.vault, guardian.subject)
    return schemas.ChildrenAnswer(
        items=[listed_child_answer(child) for child in found.listed],
        guardianships=[tied_child_answer(student_id, tie, found.names[student_id]) for student_id, tie in found.ties],
        invited_by=list(found.invited_by),
    )


@router.post("/guardianships", status_code=201, response_model=schemas.GuardianshipAnswer)
async def confirm(
    tx: Tx, idempotent: Idempotent, parts: RunningParts, guardian: GuardianOnly, body: schemas.GuardianshipRequest
) -> Response:
    """The guardian confirms a child: verified at once by the pupil's invitation, else proposed to the pupil."""
    vault, subject = parts.vault, guardian.subject
    if body.invitation_code is not None:
        confirmed = await guardians.confirm_by_code(tx, vault, subject, body.invitation_code)
    elif body.student_id is not None:
        confirmed = await guardians.confirm_student(tx, vault, subject, body.student_id)
    elif body.child_id is not None:
        confirmed = await guardians.confirm_child(tx, vault, subject, body.child_id)
    return await idempotent.answer(201, _confirmation(subject, confirmed))


@router.post("/guardianships/{guardianship_id}/acceptance")
async def accept(
    tx: Tx, parts: RunningParts, student: StudentOnly, guardianship_id: UUID
) -> schemas.GuardianshipAnswer:
    """The pupil agrees to a guardian; a repeat answers the same."""
    tie = await students.accept_guardianship(tx, parts.vault, guardianship_id, student_id=student.subject)
    return guardianship_answer(student.subject, tie)


@router.delete("/guardianships/{guardianship_id}", status_code=204)
async def end(tx: Tx, parts: RunningParts, asker: Family, guardianship_id: UUID) -> None:
    """Either side ends or declines a guardianship, without a reason."""
    await students.end_guardianship(
        tx,
        parts.vault,
        guardianship_id,
        by_student=asker.subject if asker.role == "student" else None,
        by_guardian=asker.subject if asker.role == "guardian" else None,
    )


def _confirmation(guardian_id: UUID, confirmed: Confirmation) -> schemas.GuardianshipAnswer:
    if confirmed.student_id is None or confirmed.guardianship is None:
        return schemas.GuardianshipAnswer(
            guardianship_id=None, student_id=None, guardian_id=guardian_id, status="awaiting-claim"
        )
    return guardianship_answer(confirmed.student_id, confirmed.guardianship)
