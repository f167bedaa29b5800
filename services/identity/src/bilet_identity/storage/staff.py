"""Staff with their scopes, and the codes by which they set their first password."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from bilet_identity.domain.codes import new_code, normalise_code
from bilet_identity.domain.errors import NotFound
from bilet_identity.domain.names import PersonName
from bilet_identity.domain.staff import Staff
from bilet_identity.storage import people
from bilet_identity.storage.people import PersonalData
from bilet_identity.storage.sealed import SealedTable
from bilet_identity.storage.sealing import Vault
from bilet_identity.storage.tables import persons, staff, staff_invitations, staff_scopes
from bilet_kit.access import Scope
from bilet_kit.ids import new_id
from bilet_kit.storage.database import Row, Transaction

INVITATION_TERM = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who joins the staff in one scope."""

    person: PersonalData
    scope: Scope


@dataclass(frozen=True, slots=True, repr=False)
class OpenInvitation:
    """An unused code, for the operator to hand over."""

    staff_id: UUID
    scope: Scope
    name: PersonName
    code: str


async def load(tx: Transaction, staff_id: UUID) -> Staff:
    """Load a member of the staff with all scopes.

    Raises:
        NotFound: there is none.
    """
    found = await load_many(tx, [staff_id])
    if not found:
        raise NotFound
    return found[0]


async def load_many(tx: Transaction, staff_ids: Iterable[UUID]) -> list[Staff]:
    """Load those members of the staff that exist, with all scopes."""
    wanted = set(staff_ids)
    rows = await tx.rows(select(staff).where(staff.c.staff_id.in_(wanted)))
    scopes: dict[UUID, list[Scope]] = {}
    where = staff_scopes.c.staff_id.in_(wanted)
    for row in await tx.rows(select(staff_scopes).where(where).order_by(staff_scopes.c.scope_id)):
        scopes.setdefault(row.staff_id, []).append(_scope(row))
    return [Staff(row.staff_id, row.person_id, tuple(scopes.get(row.staff_id, ()))) for row in rows]


async def ids_after(tx: Transaction, after: UUID | None, *, limit: int) -> list[UUID]:
    """List the next members of the staff in the order of their ids."""
    statement = select(staff.c.staff_id).order_by(staff.c.staff_id).limit(limit)
    if after is not None:
        statement = statement.where(staff.c.staff_id > after)
    return await tx.column(statement)


async def by_code(tx: Transaction, region_code: str, staff_codes: Iterable[str]) -> dict[str, UUID]:
    """Find staff by the region's own codes for them."""
    statement = select(staff_scopes.c.staff_code, staff_scopes.c.staff_id).where(
        staff_scopes.c.region_code == region_code, staff_scopes.c.staff_code.in_(set(staff_codes))
    )
    return {row.staff_code: row.staff_id for row in await tx.rows(statement)}


async def add(tx: Transaction, vault: Vault, newcomers: Sequence[Newcomer]) -> list[tuple[UUID, str]]:
    """Insert new members of the staff in a few statements; the id and the first code of each."""
    if not newcomers:
        return []
    made = [(new_id(), new_id(), new_code(), newcomer) for newcomer in newcomers]
    await people.add(tx, vault, *((person_id, newcomer.person) for _, person_id, _, newcomer in made))
    await tx.insert(staff, [{"staff_id": s, "person_id": p, "created_at": tx.now} for s, p, _, _ in made])
    await tx.insert(staff_scopes, [{**_scope_row(n.scope), "staff_id": s} for s, _, _, n in made])
    await tx.insert(staff_invitations, [_invitation_row(tx, vault, s, code) for s, _, code, _ in made])
    return [(staff_id, code) for staff_id, _, code, _ in made]


async def change(
    tx: Transaction, vault: Vault, member: Staff, person: PersonalData, scope: Scope
) -> tuple[Scope, ...] | None:
    """Write what is new about a member known by a code; all scopes if that changed them, otherwise None."""
    await people.change(tx, vault, member.person_id, person)
    others = tuple(held for held in member.scopes if held.staff_code != scope.staff_code)
    if (*others, scope) == member.scopes or scope in member.scopes:
        return None
    where = (staff_scopes.c.staff_id == member.staff_id) & (staff_scopes.c.staff_code == scope.staff_code)
    values = {key: value for key, value in _scope_row(scope).items() if key != "scope_id"}
    await tx.run(update(staff_scopes).where(where).values(**values))
    return (*others, scope)


async def take_invitation(tx: Transaction, vault: Vault, code: str) -> UUID | None:
    """Use up an open invitation's code."""
    where = staff_invitations.c.code_index == vault.index("staff-code", normalise_code(code))
    statement = delete(staff_invitations).where(where).returning(staff_invitations)
    row = await tx.row(statement)
    return row.staff_id if row is not None and row.expires_at > tx.now else None


async def open_invitations(tx: Transaction, vault: Vault, region_code: str) -> list[OpenInvitation]:
    """List the codes of the region that nobody has used yet."""
    statement = (
        select(staff_invitations, staff_scopes, persons.c.person_id, persons.c.sealed_name)
        .join(staff_scopes, staff_scopes.c.staff_id == staff_invitations.c.staff_id)
        .join(staff, staff.c.staff_id == staff_invitations.c.staff_id)
        .join(persons, persons.c.person_id == staff.c.person_id)
        .where(staff_scopes.c.region_code == region_code, staff_invitations.c.expires_at > tx.now)
        .order_by(staff_scopes.c.role, staff_scopes.c.staff_code, staff_scopes.c.scope_id)
    )
    names = SealedTable(vault, "persons")
    return [
        OpenInvitation(
            row.staff_id,
            _scope(row),
            names.open_name(row.person_id, row.sealed_name),
            SealedTable(vault, "staff_invitations").open("sealed_code", row.staff_id, row.sealed_code) or "",
        )
        for row in await tx.rows(statement)
    ]


def _invitation_row(tx: Transaction, vault: Vault, staff_id: UUID, code: str) -> dict[str, object]:
    expires_at: datetime = tx.now + INVITATION_TERM
    return {
        "staff_id": staff_id,
        "code_index": vault.index("staff-code", normalise_code(code)),
        "sealed_code": SealedTable(vault, "staff_invitations").seal("sealed_code", staff_id, code),
        "expires_at": expires_at,
    }


def _scope_row(scope: Scope) -> dict[str, object]:
    return {
        "scope_id": new_id(),
        "role": scope.role,
        "region_code": scope.region_code,
        "school_code": scope.school_code,
        "site_code": scope.site_code,
        "staff_code": scope.staff_code,
    }


def _scope(row: Row) -> Scope:
    return Scope(
        role=row.role,
        region_code=row.region_code,
        school_code=row.school_code,
        site_code=row.site_code,
        staff_code=row.staff_code,
    )
