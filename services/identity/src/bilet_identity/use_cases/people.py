"""Names and contacts are shown to those who may see them, and each time leaves one audit record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bilet_identity.domain.disclosure import Asker, may_see
from bilet_identity.domain.errors import NotFound
from bilet_identity.domain.names import PersonName
from bilet_identity.domain.regions import local_date
from bilet_identity.domain.staff import Scope
from bilet_identity.domain.student import Student
from bilet_identity.storage.audit import Audit, AuditRecord
from bilet_identity.storage.disclosure import BookingGrant, Disclosure, Grants
from bilet_identity.storage.people import People
from bilet_identity.storage.persons_of import PersonsOf
from bilet_identity.storage.sealing import Vault
from bilet_identity.storage.students import Students
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True, repr=False)
class Contact:
    """As whom and where somebody is written to; without an e-mail address they are not."""

    subject: UUID
    name: PersonName
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Myself:
    """What identity knows of whoever asks: the name, and what goes with the acting role."""

    name: PersonName
    student: Student | None = None
    scopes: tuple[Scope, ...] = ()
    today: date


async def resolve(tx: Transaction, vault: Vault, asker: Asker, ids: Sequence[UUID]) -> dict[UUID, PersonName]:
    """Names of those the asker may see; the others are absent, as if they did not exist."""
    known = await Disclosure(tx, vault).subjects(ids, now=tx.now)
    visible = {entry.subject.subject: entry.person_id for entry in known if may_see(asker, entry.subject, now=tx.now)}
    names = await People(tx, vault).names(visible.values())
    record = AuditRecord(
        actor=str(asker.subject), role=asker.role, action="resolve", asked=len(ids), shown=tuple(visible)
    )
    await Audit(tx).write(record)
    return {subject: names[person_id] for subject, person_id in visible.items()}


async def contacts(tx: Transaction, vault: Vault, ids: Sequence[UUID], *, service: str) -> list[Contact]:
    """E-mail addresses and names to greet by, for a service of ours; unknown ids are absent."""
    persons = await PersonsOf(tx).find(ids)
    found = await People(tx, vault).contacts(persons.values())
    record = AuditRecord(actor=service, role="service", action="contacts", asked=len(ids), shown=tuple(persons))
    await Audit(tx).write(record)
    return [Contact(subject, *found[person_id]) for subject, person_id in persons.items()]


async def myself(tx: Transaction, vault: Vault, asker: Asker) -> Myself:
    """What identity knows of whoever asks.

    Raises:
        NotFound: the person no longer exists.
    """
    persons = await PersonsOf(tx).find([asker.subject])
    if asker.subject not in persons:
        raise NotFound
    names = await People(tx, vault).names(persons.values())
    found = await Students(tx, vault).read_many([asker.subject]) if asker.role == "student" else []
    student = found[0] if found else None
    today = local_date(student.region_code, tx.now) if student else tx.now.date()
    name = names[persons[asker.subject]]
    return Myself(name=name, student=student, scopes=asker.scopes, today=today)


async def open_names(tx: Transaction, grant: BookingGrant) -> None:
    """An approved booking lets its site and mentor see who comes."""
    await Grants(tx).grant(grant)


async def close_names(tx: Transaction, booking_id: UUID) -> None:
    """A cancelled booking lets nobody see."""
    await Grants(tx).end(booking_id, at=tx.now)
