"""Staff are invited within the inviter's scope and set their first password by a one-time code."""

from collections.abc import Sequence
from uuid import UUID

from bilet_identity.domain.errors import CodeInvalid, ScopeNotYours
from bilet_identity.domain.events import StaffScopeChanged
from bilet_identity.domain.roster_report import to_csv
from bilet_identity.domain.staff import Staff, check_invitation, may_hand_over
from bilet_identity.storage import accounts, audit, staff
from bilet_identity.storage.accounts import Account
from bilet_identity.storage.audit import AuditRecord
from bilet_identity.storage.people import PersonalData
from bilet_identity.storage.sealing import Vault
from bilet_identity.storage.staff import Newcomer
from bilet_identity.use_cases.students import Credentials
from bilet_kit.access import ActingRole, Asker, Scope
from bilet_kit.storage.database import Transaction


async def scopes_of(tx: Transaction, staff_id: UUID, role: str) -> tuple[Scope, ...]:
    """Find the scopes that a member of the staff holds in a role now; none if the role is lost."""
    members = await staff.load_many(tx, [staff_id])
    return members[0].scopes_as(role) if members else ()


async def add_staff(tx: Transaction, vault: Vault, newcomers: Sequence[Newcomer]) -> list[tuple[UUID, str]]:
    """Add members of the staff and publish their scopes; the id and the first code of each."""
    added = await staff.add(tx, vault, newcomers)
    for (staff_id, _), newcomer in zip(added, newcomers, strict=True):
        record_scopes(tx, staff_id, (newcomer.scope,))
    return added


async def change_staff(tx: Transaction, vault: Vault, member: Staff, newcomer: Newcomer) -> None:
    """Write what is new about a member of the staff, and publish the scopes if they changed."""
    scopes = await staff.change(tx, vault, member, newcomer.person, newcomer.scope)
    if scopes is not None:
        record_scopes(tx, member.staff_id, scopes)


def record_scopes(tx: Transaction, staff_id: UUID, scopes: tuple[Scope, ...]) -> None:
    """Publish all scopes that a member of the staff has from now on."""
    region_code = scopes[0].region_code
    tx.record(StaffScopeChanged(staff_id=staff_id, region_code=region_code, scopes=scopes, changed_at=tx.now))


async def invite_staff(
    tx: Transaction, vault: Vault, inviter: tuple[Scope, ...], person: PersonalData, scope: Scope
) -> tuple[UUID, str]:
    """Add a member of the staff; returns id and the first code, which the operator hands over.

    Raises:
        ScopeNotYours: none of the inviter's scopes allows it, or the region's code is somebody else's.
    """
    refusal = ScopeNotYours()
    for held in inviter:
        try:
            check_invitation(held, scope)
        except ScopeNotYours as error:
            refusal = error
        else:
            break
    else:
        raise refusal
    if scope.staff_code is not None and await staff.by_code(tx, scope.region_code, [scope.staff_code]):
        raise ScopeNotYours("Этот код сотрудника в регионе уже занят.")
    ((staff_id, code),) = await add_staff(tx, vault, [Newcomer(person, scope)])
    return staff_id, code


async def activate_staff(tx: Transaction, vault: Vault, code: str, credentials: Credentials) -> UUID:
    """Set the login and the first password of a member of the staff.

    Raises:
        CodeInvalid: unknown, used or expired.
        LoginTaken: another account has the login.
    """
    staff_id = await staff.take_invitation(tx, vault, code)
    if staff_id is None or await accounts.has_account(tx, staff_id):
        raise CodeInvalid
    account = Account(subject_id=staff_id, kind="staff", password_hash=credentials.password_hash)
    await accounts.add(tx, vault, account, login=credentials.login)
    return staff_id


async def activation_codes(tx: Transaction, vault: Vault, asker: Asker) -> str:
    """List the unused first codes of staff whom the asker may invite, as CSV, leaving an audit record."""
    found = []
    for held in asker.scopes:
        invited = await staff.open_invitations(tx, vault, held.region_code)
        found += [invitation for invitation in invited if may_hand_over(held, invitation.scope)]
    record = AuditRecord(
        actor=str(asker.subject),
        role=asker.role,
        action="staff-activation-codes",
        asked=len(found),
        shown=tuple(invitation.staff_id for invitation in found),
    )
    await audit.write(tx, record)
    lines = [
        (
            invitation.scope.staff_code or "",
            invitation.scope.role,
            invitation.scope.school_code or invitation.scope.site_code or "",
            invitation.name.full,
            invitation.code,
        )
        for invitation in found
    ]
    return to_csv(("Код сотрудника", "Роль", "Школа или площадка", "Фамилия Имя Отчество", "Код активации"), lines)


async def create_operator(
    tx: Transaction, vault: Vault, region_code: str, person: PersonalData, credentials: Credentials
) -> UUID:
    """Create the first operator of a region, from the command line of whoever runs the installation.

    Raises:
        LoginTaken: another account has the login.
    """
    scope = Scope(role=ActingRole.REGIONAL_OPERATOR, region_code=region_code)
    ((_, code),) = await add_staff(tx, vault, [Newcomer(person, scope)])
    return await activate_staff(tx, vault, code, credentials)
