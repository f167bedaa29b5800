"""Staff are invited and set their first password."""

from fastapi import APIRouter, Response

from bilet_identity.api.auth import Inviter, Operator
from bilet_identity.api.credentials import StaffCredentials
from bilet_identity.api.csv_files import CSV_ANSWER, csv_response
from bilet_identity.api.parts import RunningParts
from bilet_identity.api.schemas.staff import ActivatedStaffView, InvitedStaffView, StaffActivationInput, StaffInput
from bilet_identity.api.sealed_answers import IdempotentSealed
from bilet_identity.domain.names import make_name
from bilet_identity.storage.people import PersonalData
from bilet_identity.use_cases import staff
from bilet_kit.access import Scope
from bilet_kit.web.idempotency import Idempotent
from bilet_kit.web.transactions import Tx

router = APIRouter()


@router.post("/staff", status_code=201, response_model=InvitedStaffView, summary="Пригласить сотрудника")
async def invite(
    tx: Tx, idempotent: IdempotentSealed, parts: RunningParts, inviter: Inviter, body: StaffInput
) -> Response:
    """Add a member of the staff within one's own scope, and answer the first code, to be handed over."""
    person = PersonalData(name=make_name(body.last_name, body.first_name, body.patronymic), email=body.email)
    scope = Scope(
        role=body.role,
        region_code=body.region_code,
        school_code=body.school_code,
        site_code=body.site_code,
        staff_code=body.staff_code,
    )
    staff_id, code = await staff.invite_staff(tx, parts.vault, inviter.scopes, person, scope)
    return await idempotent.answer(201, InvitedStaffView(staff_id=staff_id, activation_code=code))


@router.get(
    "/staff/activation-codes.csv", response_class=Response, responses=CSV_ANSWER, summary="Коды активации сотрудников"
)
async def read_codes(tx: Tx, parts: RunningParts, operator: Operator) -> Response:
    """Download the codes of staff below the operator who have not set a password yet."""
    return csv_response(await staff.activation_codes(tx, parts.vault, operator), "staff-codes")


@router.post("/staff-activations", status_code=201, response_model=ActivatedStaffView, summary="Задать первый пароль")
async def activate(
    account: StaffCredentials,
    tx: Tx,
    idempotent: Idempotent,
    parts: RunningParts,
    body: StaffActivationInput,
) -> Response:
    """Set the login and the first password by an activation code."""
    staff_id = await staff.activate_staff(tx, parts.vault, body.code, account)
    return await idempotent.answer(201, ActivatedStaffView(staff_id=staff_id))
