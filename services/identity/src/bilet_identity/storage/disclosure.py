"""What opens a name to somebody: guardianships, schools and regions, and grants that approved bookings give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bilet_identity.domain.disclosure import Grant, Subject
from bilet_identity.domain.regions import local_date
from bilet_identity.storage.expired import forget
from bilet_identity.storage.sealing import Vault
from bilet_identity.storage.staff import load_many as load_staff
from bilet_identity.storage.students import read_many as read_students
from bilet_identity.storage.tables import disclosure_grants, guardians, guardianships, students
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Known:
    """A person whose name was asked for, with the ties that may open it."""

    person_id: UUID
    subject: Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingGrant:
    """A grant as an approved booking gives it."""

    booking_id: UUID
    student_id: UUID
    region_code: str
    site_code: str
    mentor_id: UUID | None
    until: datetime


async def grant(tx: Transaction, given: BookingGrant) -> None:
    """Open a pupil's name to a site and a mentor; a repeat or a later approval of the booking replaces the grant."""
    row = {
        "student_id": given.student_id,
        "region_code": given.region_code,
        "site_code": given.site_code,
        "mentor_id": given.mentor_id,
        "until": given.until,
    }
    statement = upsert(disclosure_grants).values(booking_id=given.booking_id, **row)
    await tx.run(statement.on_conflict_do_update(index_elements=["booking_id"], set_=row))


async def end_grant(tx: Transaction, booking_id: UUID, *, at: datetime) -> None:
    """Close what a booking opened."""
    until = func.least(disclosure_grants.c.until, at)
    where = disclosure_grants.c.booking_id == booking_id
    await tx.run(update(disclosure_grants).where(where).values(until=until))


async def forget_ended_grants(tx: Transaction, *, before: datetime) -> bool:
    """Delete grants that ended before an instant; whether there may be more."""
    return await forget(tx, disclosure_grants.c.until, before)


async def grants_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Grant]]:
    """List the grants of these students, ended ones included."""
    found: dict[UUID, list[Grant]] = {}
    where = disclosure_grants.c.student_id.in_(ids)
    for row in await tx.rows(select(disclosure_grants).where(where)):
        grant = Grant(row.region_code, row.site_code, row.mentor_id, row.until)
        found.setdefault(row.student_id, []).append(grant)
    return found


async def subjects(tx: Transaction, vault: Vault, ids: Sequence[UUID], *, now: datetime) -> list[Known]:
    """Find those ids that belong to students, guardians or staff, each with its ties."""
    return [*await _students(tx, vault, ids, now), *await _guardians(tx, ids), *await _staff(tx, ids)]


async def _students(tx: Transaction, vault: Vault, ids: Sequence[UUID], now: datetime) -> list[Known]:
    grants = await grants_of(tx, ids)
    return [
        Known(
            student.person_id,
            Subject(
                subject=student.student_id,
                related=frozenset(student.guardian_ids(local_date(student.region_code, now))),
                regions=frozenset({student.region_code}),
                schools=frozenset({(student.region_code, student.school_code)}),
                grants=tuple(grants.get(student.student_id, ())),
            ),
        )
        for student in await read_students(tx, vault, ids)
    ]


async def _guardians(tx: Transaction, ids: Sequence[UUID]) -> list[Known]:
    statement = (
        select(
            guardians.c.guardian_id,
            guardians.c.person_id,
            func.array_agg(guardianships.c.student_id).label("children"),
            func.array_agg(students.c.region_code.distinct()).label("regions"),
        )
        .join(guardianships, guardianships.c.guardian_id == guardians.c.guardian_id)
        .join(students, students.c.student_id == guardianships.c.student_id)
        .where(guardians.c.guardian_id.in_(ids), guardianships.c.status != "ended")
        .group_by(guardians.c.guardian_id, guardians.c.person_id)
    )
    return [
        Known(
            row.person_id,
            Subject(subject=row.guardian_id, related=frozenset(row.children), regions=frozenset(row.regions)),
        )
        for row in await tx.rows(statement)
    ]


async def _staff(tx: Transaction, ids: Sequence[UUID]) -> list[Known]:
    members = await load_staff(tx, ids)
    return [
        Known(
            member.person_id,
            Subject(subject=member.staff_id, regions=frozenset(scope.region_code for scope in member.scopes)),
        )
        for member in members
    ]
