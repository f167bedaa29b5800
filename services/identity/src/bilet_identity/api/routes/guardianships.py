"""Guardians and pupils find each other and agree."""

from uuid import UUID

from fastapi import APIRouter, Response

from bilet_identity.api.auth import Family, GuardianOnly, StudentOnly
from bilet_identity.api.caching import NO_STORE
from bilet_identity.api.parts import RunningParts
from bilet_identity.api.schemas.guardianships import (
    ChildrenView,
    GuardianshipInput,
    GuardianshipView,
    InvitationView,
)
from bilet_identity.api.sealed_answers import IdempotentSealed
from bilet_identity.use_cases import guardians, students
from bilet_identity.use_cases.students import INVITATION_TERM
from bilet_kit.web.idempotency import Idempotent
from bilet_kit.web.transactions import Tx

router = APIRouter(dependencies=[NO_STORE])


@router.post("/guardian-invitations", status_code=201, response_model=InvitationView, summary="Пригласить родителя")
async def invite(tx: Tx, idempotent: IdempotentSealed, parts: RunningParts, student: StudentOnly) -> Response:
    """Make a code for the pupil to give to a parent, valid for seven days. A repeat shows it again."""
    invitation_id, code = await students.invite_guardian(tx, parts.vault, student.subject)
    answer = InvitationView(invitation_id=invitation_id, code=code, expires_at=tx.now + INVITATION_TERM)
    return await idempotent.answer(201, answer)


@router.get("/children", summary="Мои дети")
async def read_children(tx: Tx, parts: RunningParts, guardian: GuardianOnly) -> ChildrenView:
    """List the children whom the guardian decides for or may confirm."""
    found = await guardians.children(tx, parts.vault, guardian.subject)
    return ChildrenView.of(found)


@router.post("/guardianships", status_code=201, response_model=GuardianshipView, summary="Подтвердить ребёнка")
async def confirm(
    tx: Tx, idempotent: Idempotent, parts: RunningParts, guardian: GuardianOnly, body: GuardianshipInput
) -> Response:
    """Confirm a child: verified at once by the pupil's invitation, otherwise proposed to the pupil."""
    vault, subject = parts.vault, guardian.subject
    if body.invitation_code is not None:
        confirmed = await guardians.confirm_by_code(tx, vault, subject, body.invitation_code)
    elif body.student_id is not None:
        confirmed = await guardians.confirm_student(tx, vault, subject, body.student_id)
    elif body.child_id is not None:
        confirmed = await guardians.confirm_child(tx, vault, subject, body.child_id)
    return await idempotent.answer(201, GuardianshipView.confirmed(subject, confirmed))


@router.post("/guardianships/{guardianship_id}/acceptance", summary="Согласиться с представителем")
async def accept(tx: Tx, parts: RunningParts, student: StudentOnly, guardianship_id: UUID) -> GuardianshipView:
    """Accept a guardian, as the pupil. A repeat answers the same."""
    tie = await students.accept_guardianship(tx, parts.vault, guardianship_id, student_id=student.subject)
    return GuardianshipView.of(student.subject, tie)


@router.delete("/guardianships/{guardianship_id}", status_code=204, summary="Прекратить представительство")
async def end(tx: Tx, parts: RunningParts, asker: Family, guardianship_id: UUID) -> None:
    """End or decline a guardianship, from either side and without a reason."""
    await students.end_guardianship(
        tx,
        parts.vault,
        guardianship_id,
        by_student=asker.subject if asker.role == "student" else None,
        by_guardian=asker.subject if asker.role == "guardian" else None,
    )
