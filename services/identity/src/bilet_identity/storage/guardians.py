"""Guardians as ESIA knows them: sign-ins under way, the children it lists, invitations, and whom they match."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bilet_identity.domain.codes import normalise_code
from bilet_identity.domain.names import PersonName
from bilet_identity.storage.expired import forget
from bilet_identity.storage.sealed import SealedTable, name_index, snils_index
from bilet_identity.storage.sealing import Vault
from bilet_identity.storage.tables import (
    esia_children,
    esia_sign_ins,
    guardian_invitations,
    guardian_proposals,
    guardians,
    persons,
    roster_entries,
    sign_in_codes,
    students,
)
from bilet_kit.ids import new_id
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Child:
    """A child whom ESIA lists, with the pupil or the unclaimed roster entry it matches."""

    child_id: UUID
    name: PersonName
    birth_date: date
    student_id: UUID | None
    entry_id: UUID | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """A guardian's way through ESIA, perhaps begun with a pupil's invitation.

    Only the browser that knows the verifier of `code_challenge` may end it.
    """

    invitation_id: UUID | None
    code_challenge: str


@dataclass(frozen=True, slots=True)
class SignInCode:
    """The guardian whom a one-time code signs in, in the browser that began the sign-in."""

    guardian_id: UUID
    code_challenge: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """A pupil's invitation that is still open."""

    invitation_id: UUID
    student_id: UUID


async def begin_sign_in(tx: Transaction, vault: Vault, state: str, sign_in: SignIn, *, expires_at: datetime) -> None:
    """Remember that somebody was sent to ESIA with this state."""
    await tx.run(
        insert(esia_sign_ins).values(
            state_index=vault.index("state", state),
            invitation_id=sign_in.invitation_id,
            code_challenge=sign_in.code_challenge,
            expires_at=expires_at,
        )
    )


async def take_sign_in(tx: Transaction, vault: Vault, state: str, *, now: datetime) -> SignIn | None:
    """Take the sign-in of a state, which works once and until it expires."""
    where = esia_sign_ins.c.state_index == vault.index("state", state)
    statement = delete(esia_sign_ins).where(where).returning(esia_sign_ins)
    row = await tx.row(statement)
    return SignIn(row.invitation_id, row.code_challenge) if row is not None and row.expires_at > now else None


async def add_sign_in_code(
    tx: Transaction, vault: Vault, code: str, signed_in: SignInCode, *, expires_at: datetime
) -> None:
    """Remember the code that the browser carries back."""
    await tx.run(
        insert(sign_in_codes).values(
            code_index=vault.index("sign-in-code", code),
            guardian_id=signed_in.guardian_id,
            code_challenge=signed_in.code_challenge,
            expires_at=expires_at,
        )
    )


async def take_sign_in_code(tx: Transaction, vault: Vault, code: str, *, now: datetime) -> SignInCode | None:
    """Take a one-time code, which works once and until it expires."""
    where = sign_in_codes.c.code_index == vault.index("sign-in-code", code)
    row = await tx.row(delete(sign_in_codes).where(where).returning(sign_in_codes))
    return SignInCode(row.guardian_id, row.code_challenge) if row is not None and row.expires_at > now else None


async def find(tx: Transaction, vault: Vault, oid: str) -> tuple[UUID, UUID] | None:
    """Find guardian and person of an ESIA account; parallel first sign-ins of one account wait for each other."""
    index = vault.index("esia-oid", oid)
    lock = func.pg_advisory_xact_lock(int.from_bytes(index[:8], signed=True))
    await tx.run(select(lock))
    statement = select(guardians.c.guardian_id, guardians.c.person_id).where(guardians.c.oid_index == index)
    row = await tx.row(statement)
    return (row.guardian_id, row.person_id) if row else None


async def add(tx: Transaction, vault: Vault, oid: str, person_id: UUID) -> UUID:
    """Write a new guardian."""
    guardian_id = new_id()
    statement = insert(guardians).values(
        guardian_id=guardian_id,
        person_id=person_id,
        oid_index=vault.index("esia-oid", oid),
        created_at=tx.now,
    )
    await tx.run(statement)
    return guardian_id


async def replace_children(
    tx: Transaction, vault: Vault, guardian_id: UUID, children: Sequence[tuple[PersonName, date, str | None]]
) -> None:
    """Write the children that ESIA lists now in place of those it listed before."""
    await tx.run(delete(esia_children).where(esia_children.c.guardian_id == guardian_id))
    rows = [_child_row(vault, guardian_id, *child) for child in children]
    await tx.insert(esia_children, rows)


async def children(tx: Transaction, vault: Vault, guardian_id: UUID, *, today: date) -> list[Child]:
    """List the children of ESIA's list, each matched by СНИЛС, otherwise by full name and birth date."""
    listed = select(esia_children).where(esia_children.c.guardian_id == guardian_id)
    rows = await tx.rows(listed.order_by(esia_children.c.child_id))
    found = await _matching_students(tx, guardian_id)
    invited = await _matching_entries(tx, guardian_id, today)
    return [
        Child(
            child_id=row.child_id,
            name=SealedTable(vault, "esia_children").open_name(row.child_id, row.sealed_name),
            birth_date=SealedTable(vault, "esia_children").open_birth_date(row.child_id, row.sealed_birth_date),
            student_id=found.get(row.child_id),
            entry_id=invited.get(row.child_id),
        )
        for row in rows
    ]


async def add_invitation(tx: Transaction, vault: Vault, student_id: UUID, code: str, *, expires_at: datetime) -> UUID:
    """Add a pupil's invitation, which only its code can find again."""
    invitation_id = new_id()
    await tx.run(
        insert(guardian_invitations).values(
            invitation_id=invitation_id,
            student_id=student_id,
            code_index=_code_index(vault, code),
            created_at=tx.now,
            expires_at=expires_at,
        )
    )
    return invitation_id


async def open_invitations(tx: Transaction, student_id: UUID) -> int:
    """Count the pupil's invitations that are neither used nor expired."""
    statement = select(func.count()).where(guardian_invitations.c.student_id == student_id, _open(tx))
    return int(await tx.value(statement))


async def find_invitation(
    tx: Transaction, vault: Vault, code: str, *, guardian_id: UUID | None = None
) -> Invitation | None:
    """Find an open invitation by its code, unless another guardian signed in with it."""
    where = and_(guardian_invitations.c.code_index == _code_index(vault, code), _open(tx), _free_for(guardian_id))
    return await _invitation(tx, where)


async def bound_invitation(tx: Transaction, student_id: UUID, guardian_id: UUID) -> Invitation | None:
    """Find an open invitation of this pupil with which this guardian signed in."""
    columns = guardian_invitations.c
    where = and_(columns.student_id == student_id, columns.guardian_id == guardian_id, _open(tx))
    return await _invitation(tx, where)


async def invited_students(tx: Transaction, guardian_id: UUID) -> list[UUID]:
    """List the pupils with whose invitations this guardian signed in."""
    columns = guardian_invitations.c
    statement = select(columns.student_id).where(columns.guardian_id == guardian_id, _open(tx))
    return await tx.column(statement)


async def bind_invitation(tx: Transaction, invitation_id: UUID, guardian_id: UUID) -> None:
    """Bind an invitation to the guardian who signed in with it, so that nobody else can use it."""
    columns = guardian_invitations.c
    where = and_(columns.invitation_id == invitation_id, columns.guardian_id.is_(None), _open(tx))
    await tx.run(update(guardian_invitations).where(where).values(guardian_id=guardian_id))


async def use_invitation(tx: Transaction, invitation_id: UUID, guardian_id: UUID) -> None:
    """Mark an invitation as accepted."""
    where = guardian_invitations.c.invitation_id == invitation_id
    changed = {"guardian_id": guardian_id, "used_at": tx.now}
    await tx.run(update(guardian_invitations).where(where).values(**changed))


async def propose_entry(tx: Transaction, guardian_id: UUID, entry_id: UUID) -> None:
    """Remember a guardian who waits for the pupil to claim a roster entry."""
    statement = upsert(guardian_proposals).values(guardian_id=guardian_id, entry_id=entry_id, proposed_at=tx.now)
    await tx.run(statement.on_conflict_do_nothing())


async def proposals(tx: Transaction, entry_id: UUID) -> list[UUID]:
    """List the guardians who wait for an entry to be claimed."""
    statement = select(guardian_proposals.c.guardian_id).where(guardian_proposals.c.entry_id == entry_id)
    return await tx.column(statement)


async def forget_expired_states(tx: Transaction, *, now: datetime) -> bool:
    """Delete states of sign-ins past their term; whether there may be more."""
    return await forget(tx, esia_sign_ins.c.expires_at, now)


async def forget_expired_codes(tx: Transaction, *, now: datetime) -> bool:
    """Delete sign-in codes past their term; whether there may be more."""
    return await forget(tx, sign_in_codes.c.expires_at, now)


async def _matching_students(tx: Transaction, guardian_id: UUID) -> dict[UUID, UUID]:
    statement = (
        select(esia_children.c.child_id, students.c.student_id)
        .join(persons, _same_child(persons.c.snils_index, persons.c.name_index))
        .join(students, students.c.person_id == persons.c.person_id)
        .where(esia_children.c.guardian_id == guardian_id)
        .order_by((esia_children.c.snils_index == persons.c.snils_index).nulls_first(), students.c.registered_at.desc())
    )
    return {row.child_id: row.student_id for row in await tx.rows(statement)}


async def _matching_entries(tx: Transaction, guardian_id: UUID, today: date) -> dict[UUID, UUID]:
    statement = (
        select(esia_children.c.child_id, roster_entries.c.entry_id)
        .join(roster_entries, _same_child(roster_entries.c.snils_index, roster_entries.c.name_index))
        .where(esia_children.c.guardian_id == guardian_id)
        .where(roster_entries.c.student_id.is_(None), roster_entries.c.disappears_on > today)
    )
    return {row.child_id: row.entry_id for row in await tx.rows(statement)}


async def _invitation(tx: Transaction, where: ColumnElement[bool]) -> Invitation | None:
    columns = guardian_invitations.c
    statement = select(columns.invitation_id, columns.student_id).where(where).with_for_update().limit(1)
    row = await tx.row(statement)
    return Invitation(row.invitation_id, row.student_id) if row else None


def _open(tx: Transaction) -> ColumnElement[bool]:
    columns = guardian_invitations.c
    return and_(columns.used_at.is_(None), columns.expires_at > tx.now)


def _code_index(vault: Vault, code: str) -> bytes:
    return vault.index("guardian-invitation", normalise_code(code))


def _child_row(
    vault: Vault, guardian_id: UUID, name: PersonName, birth_date: date, snils: str | None
) -> dict[str, object]:
    child_id = new_id()
    return {
        "child_id": child_id,
        "guardian_id": guardian_id,
        "sealed_name": SealedTable(vault, "esia_children").seal_name(child_id, name),
        "sealed_birth_date": SealedTable(vault, "esia_children").seal_birth_date(child_id, birth_date),
        "snils_index": snils_index(vault, snils),
        "name_index": name_index(vault, name, birth_date),
    }


def _free_for(guardian_id: UUID | None) -> ColumnElement[bool]:
    bound = guardian_invitations.c.guardian_id
    return or_(bound.is_(None), bound == guardian_id)


def _same_child(their_snils: ColumnElement[bytes], their_name: ColumnElement[bytes]) -> ColumnElement[bool]:
    """Match by СНИЛС; a full name with a birth date counts only where one side has no СНИЛС."""
    snils = esia_children.c.snils_index
    by_name = and_(esia_children.c.name_index == their_name, or_(snils.is_(None), their_snils.is_(None)))
    return or_(snils == their_snils, by_name)
