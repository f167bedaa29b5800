"""Persons: one row for one human being, every personal datum sealed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from bilet_identity.domain.names import PersonName
from bilet_identity.storage.sealed import SealedTable, name_index, snils_index
from bilet_identity.storage.sealing import Vault
from bilet_identity.storage.tables import persons
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PersonalData:
    """All that identity knows of a person; `snils` as eleven digits."""

    name: PersonName
    birth_date: date | None = None
    snils: str | None = None
    email: str | None = None
    phone: str | None = None


async def add(tx: Transaction, vault: Vault, *people: tuple[UUID, PersonalData]) -> None:
    """Insert new persons, in one statement."""
    rows = [{"person_id": key, "created_at": tx.now, **_columns(vault, key, data)} for key, data in people]
    await tx.insert(persons, rows)


async def change(tx: Transaction, vault: Vault, person_id: UUID, data: PersonalData) -> None:
    """Overwrite a person's data by what has become known."""
    statement = update(persons).where(persons.c.person_id == person_id).values(**_columns(vault, person_id, data))
    await tx.run(statement)


async def names(tx: Transaction, vault: Vault, person_ids: Iterable[UUID]) -> dict[UUID, PersonName]:
    """Read the names of those persons that exist."""
    statement = select(persons.c.person_id, persons.c.sealed_name).where(persons.c.person_id.in_(set(person_ids)))
    rows = await tx.rows(statement)
    return {key: SealedTable(vault, "persons").open_name(key, sealed) for key, sealed in rows}


async def contacts(
    tx: Transaction, vault: Vault, person_ids: Iterable[UUID]
) -> dict[UUID, tuple[PersonName, str | None]]:
    """Read the names and e-mail addresses of those persons that exist."""
    columns = select(persons.c.person_id, persons.c.sealed_name, persons.c.sealed_email)
    rows = await tx.rows(columns.where(persons.c.person_id.in_(set(person_ids))))
    return {
        key: (
            SealedTable(vault, "persons").open_name(key, name),
            SealedTable(vault, "persons").open("sealed_email", key, email),
        )
        for key, name, email in rows
    }


async def own(tx: Transaction, vault: Vault, person_id: UUID) -> PersonalData:
    """Read all that is known of a person, for that person alone."""
    row = (await tx.rows(select(persons).where(persons.c.person_id == person_id)))[0]
    born = row.sealed_birth_date
    return PersonalData(
        name=SealedTable(vault, "persons").open_name(person_id, row.sealed_name),
        birth_date=SealedTable(vault, "persons").open_birth_date(person_id, born) if born is not None else None,
        snils=SealedTable(vault, "persons").open("sealed_snils", person_id, row.sealed_snils),
        email=SealedTable(vault, "persons").open("sealed_email", person_id, row.sealed_email),
        phone=SealedTable(vault, "persons").open("sealed_phone", person_id, row.sealed_phone),
    )


def open_birth_date(vault: Vault, person_id: UUID, sealed: bytes) -> date:
    """Open a birth date from a row that was read together with another table's."""
    return SealedTable(vault, "persons").open_birth_date(person_id, sealed)


def _columns(vault: Vault, key: UUID, data: PersonalData) -> dict[str, object]:
    return {
        "sealed_name": SealedTable(vault, "persons").seal_name(key, data.name),
        "sealed_birth_date": SealedTable(vault, "persons").seal_birth_date(key, data.birth_date),
        "sealed_snils": SealedTable(vault, "persons").seal("sealed_snils", key, data.snils),
        "sealed_email": SealedTable(vault, "persons").seal("sealed_email", key, data.email),
        "sealed_phone": SealedTable(vault, "persons").seal("sealed_phone", key, data.phone),
        "snils_index": snils_index(vault, data.snils),
        "name_index": name_index(vault, data.name, data.birth_date) if data.birth_date else None,
    }
