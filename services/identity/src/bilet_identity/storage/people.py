"""Persons: one row for one human being, every personal datum sealed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import insert, select, update

from bilet_identity.domain.names import PersonName
from bilet_identity.storage.sealed import SealedTable, name_index, snils_index
from bilet_identity.storage.sealing import Vault
from bilet_identity.storage.tables import persons
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PersonalData:
    """What identity knows of a human being; `snils` as eleven digits."""

    name: PersonName
    birth_date: date | None = None
    snils: str | None = None
    email: str | None = None
    phone: str | None = None


class People:
    """Persons of one transaction."""

    def __init__(self, tx: Transaction, vault: Vault) -> None:
        self._tx = tx
        self._vault = vault
        self._sealed = SealedTable(vault, "persons")

    async def add(self, *people: tuple[UUID, PersonalData]) -> None:
        """Write new persons in one statement."""
        rows = [{"person_id": key, "created_at": self._tx.now, **self._columns(key, data)} for key, data in people]
        if rows:
            await self._tx.session.execute(insert(persons), rows)

    async def change(self, person_id: UUID, data: PersonalData) -> None:
        """Write what has become known about a person over what was."""
        statement = update(persons).where(persons.c.person_id == person_id).values(**self._columns(person_id, data))
        await self._tx.session.execute(statement)

    async def names(self, person_ids: Iterable[UUID]) -> dict[UUID, PersonName]:
        """Names of those persons that exist."""
        statement = select(persons.c.person_id, persons.c.sealed_name).where(persons.c.person_id.in_(set(person_ids)))
        rows = await self._tx.session.execute(statement)
        return {key: self._sealed.open_name(key, sealed) for key, sealed in rows}

    async def contacts(self, person_ids: Iterable[UUID]) -> dict[UUID, tuple[PersonName, str | None]]:
        """Name and e-mail address of those persons that exist."""
        columns = select(persons.c.person_id, persons.c.sealed_name, persons.c.sealed_email)
        rows = await self._tx.session.execute(columns.where(persons.c.person_id.in_(set(person_ids))))
        return {
            key: (self._sealed.open_name(key, name), self._sealed.open("sealed_email", key, email))
            for key, name, email in rows
        }

    async def own(self, person_id: UUID) -> PersonalData:
        """All that is known of a person, for that person."""
        row = (await self._tx.session.execute(select(persons).where(persons.c.person_id == person_id))).one()
        born = row.sealed_birth_date
        return PersonalData(
            name=self._sealed.open_name(person_id, row.sealed_name),
            birth_date=self._sealed.open_birth_date(person_id, born) if born is not None else None,
            snils=self._sealed.open("sealed_snils", person_id, row.sealed_snils),
            email=self._sealed.open("sealed_email", person_id, row.sealed_email),
            phone=self._sealed.open("sealed_phone", person_id, row.sealed_phone),
        )

    def open_birth_date(self, person_id: UUID, sealed: bytes) -> date:
        """A birth date from a row that was read together with another table's."""
        return self._sealed.open_birth_date(person_id, sealed)

    def _columns(self, key: UUID, data: PersonalData) -> dict[str, object]:
        return {
            "sealed_name": self._sealed.seal_name(key, data.name),
            "sealed_birth_date": self._sealed.seal_birth_date(key, data.birth_date),
            "sealed_snils": self._sealed.seal("sealed_snils", key, data.snils),
            "sealed_email": self._sealed.seal("sealed_email", key, data.email),
            "sealed_phone": self._sealed.seal("sealed_phone", key, data.phone),
            "snils_index": snils_index(self._vault, data.snils),
            "name_index": name_index(self._vault, data.name, data.birth_date) if data.birth_date else None,
        }
