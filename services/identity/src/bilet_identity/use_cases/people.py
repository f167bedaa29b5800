"""Names and contacts are shown to those who may see them, and every view leaves an audit record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bilet_identity.domain.disclosure import may_see
from bilet_identity.domain.errors import NotFound
from bilet_identity.domain.names import PersonName
from bilet_identity.domain.regions import local_date
from bilet_identity.domain.student import Student
from bilet_identity.storage import audit, disclosure, people, persons_of, students
from bilet_identity.storage.audit import AuditRecord
from bilet_identity.storage.disclosure import BookingGrant
from bilet_identity.storage.sealing import Vault
from bilet_kit.access import Asker, Scope
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True, repr=False)
class Contact:
    """Whom to greet and where to write; nobody is written to without an e-mail address."""

    subject: UUID
    name: PersonName
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Myself:
    """Whoever asks, as identity knows them: the name, and what belongs to the acting role."""

    name: PersonName
    student: Student | None = None
    scopes: tuple[Scope, ...] = ()
    today: date


async def resolve(tx: Transaction, vault: Vault, asker: Asker, ids: Sequence[UUID]) -> dict[UUID, PersonName]:
    """Resolve ids to names, for those the asker may see; the others are left out, as if they did not exist."""
    known = await disclosure.subjects(tx, vault, ids, now=tx.now)
    visible = {entry.subject.subject: entry.person_id for entry in known if may_see(asker, entry.subject, now=tx.now)}
    names = await people.names(tx, vault, visible.values())
    record = AuditRecord(
        actor=str(asker.subject), role=asker.role, action="resolve", asked=len(ids), shown=tuple(visible)
    )
    await audit.write(tx, record)
    return {subject: names[person_id] for subject, person_id in visible.items()}


async def contacts(tx: Transaction, vault: Vault, ids: Sequence[UUID], *, service: str) -> list[Contact]:
    """Find e-mail addresses and names to greet by, for a service of ours; unknown ids are left out."""
    persons = await persons_of.find_persons(tx, ids)
    found = await people.contacts(tx, vault, persons.values())
    record = AuditRecord(actor=service, role="service", action="contacts", asked=len(ids), shown=tuple(persons))
    await audit.write(tx, record)
    return [Contact(subject, *found[person_id]) for subject, person_id in persons.items()]


async def myself(tx: Transaction, vault: Vault, asker: Asker) -> Myself:
    """Describe whoever asks.

    Raises:
        NotFound: the person no longer exists.
    """
    persons = await persons_of.find_persons(tx, [asker.subject])
    if asker.subject not in persons:
        raise NotFound
    names = await people.names(tx, vault, persons.values())
    found = await students.read_many(tx, vault, [asker.subject]) if asker.role == "student" else []
    student = found[0] if found else None
    today = local_date(student.region_code, tx.now) if student else tx.now.date()
    name = names[persons[asker.subject]]
    return Myself(name=name, student=student, scopes=asker.scopes, today=today)


async def open_names(tx: Transaction, grant: BookingGrant) -> None:
    """Let site and mentor of an approved booking see who comes."""
    await disclosure.grant(tx, grant)


async def close_names(tx: Transaction, booking_id: UUID) -> None:
    """Let nobody see any more who a cancelled booking would have brought."""
    await disclosure.end_grant(tx, booking_id, at=tx.now)
