"""Students with their guardianships and consents: rows to the aggregate and back."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bilet_identity.domain.consent import Consent, Giver, Purpose
from bilet_identity.domain.errors import NotFound
from bilet_identity.domain.guardianship import Guardianship, GuardianshipStatus, VerifiedBy
from bilet_identity.domain.student import Student, StudentStatus
from bilet_identity.storage import people
from bilet_identity.storage.sealing import Vault
from bilet_identity.storage.tables import consents, guardianships, persons, students
from bilet_kit.events.decisions import Change
from bilet_kit.storage.database import Row, Transaction


async def load(tx: Transaction, vault: Vault, student_id: UUID) -> Student:
    """Load a student, locked until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    found = await load_many(tx, vault, [student_id])
    if not found:
        raise NotFound
    return found[0]


async def load_many(tx: Transaction, vault: Vault, student_ids: Sequence[UUID]) -> list[Student]:
    """Load those students that exist, locked in the order of their ids."""
    return await _read(tx, vault, _by_ids(student_ids).with_for_update(of=students))


async def read_many(tx: Transaction, vault: Vault, student_ids: Sequence[UUID]) -> list[Student]:
    """Read those students that exist, without locking them."""
    return await _read(tx, vault, _by_ids(student_ids))


async def _read(tx: Transaction, vault: Vault, statement: Select[Any]) -> list[Student]:
    rows = await tx.rows(statement)
    ties = await _guardianships(tx, [row.student_id for row in rows])
    given = await _consents(tx, [row.student_id for row in rows])
    return [_student(vault, row, ties.get(row.student_id, ()), given.get(row.student_id, ())) for row in rows]


async def add(tx: Transaction, student: Student) -> None:
    """Insert a new student."""
    await tx.run(
        insert(students).values(
            student_id=student.student_id,
            person_id=student.person_id,
            region_code=student.region_code,
            school_code=student.school_code,
            grade=student.grade,
            status=student.status.value,
            reviewed_on=student.reviewed_on,
            registered_at=tx.now,
        )
    )


async def save(tx: Transaction, changes: Sequence[Change[Student]], *, reviewed_on: date) -> None:
    """Write what decisions changed, of students, guardianships and consents.

    Args:
        tx: the transaction that holds the students' locks.
        changes: students as they were and are; they exist already.
        reviewed_on: the day of their region for which the others now know their state.
    """
    for change in changes:
        after = change.after
        await tx.run(
            update(students)
            .where(students.c.student_id == after.student_id)
            .values(status=after.status.value, grace_until=after.grace_until, reviewed_on=reviewed_on)
        )
        known_ties = change.before.guardianships if change.before else ()
        known_consents = change.before.consents if change.before else ()
        for tie in (one for one in after.guardianships if one not in known_ties):
            await _put_guardianship(tx, after.student_id, tie)
        for consent in (one for one in after.consents if one not in known_consents):
            await _put_consent(tx, after.student_id, consent)


async def of_guardian(tx: Transaction, guardian_id: UUID) -> list[tuple[UUID, Guardianship]]:
    """List the guardian's present ties, with the pupils' ids."""
    statement = select(guardianships).where(
        guardianships.c.guardian_id == guardian_id, guardianships.c.status != GuardianshipStatus.ENDED.value
    )
    return [(row.student_id, _guardianship(row)) for row in await tx.rows(statement)]


async def student_of(tx: Transaction, guardianship_id: UUID) -> UUID:
    """Find whose guardianship it is.

    Raises:
        NotFound: there is none.
    """
    statement = select(guardianships.c.student_id).where(guardianships.c.guardianship_id == guardianship_id)
    student_id: UUID | None = await tx.value(statement)
    if student_id is None:
        raise NotFound
    return student_id


async def ids_after(tx: Transaction, after: UUID | None, *, limit: int) -> list[UUID]:
    """List the next students in the order of their ids."""
    statement = select(students.c.student_id).order_by(students.c.student_id).limit(limit)
    if after is not None:
        statement = statement.where(students.c.student_id > after)
    return await tx.column(statement)


_REGIONS = """
WITH RECURSIVE step AS (
    SELECT min(region_code) AS region_code FROM students
    UNION ALL
    SELECT (SELECT min(s.region_code) FROM students s WHERE s.region_code > step.region_code)
    FROM step WHERE step.region_code IS NOT NULL
)
SELECT region_code FROM step WHERE region_code IS NOT NULL
"""


async def regions(tx: Transaction) -> list[str]:
    """List the regions that have students, by one step in the index for each."""
    return [row["region_code"] for row in await tx.fetch(_REGIONS)]


async def to_review(tx: Transaction, region_code: str, today: date, *, limit: int) -> list[UUID]:
    """List students of a region last published for an earlier day, skipping those locked elsewhere."""
    statement = (
        select(students.c.student_id)
        .where(students.c.region_code == region_code, students.c.reviewed_on < today)
        .order_by(students.c.reviewed_on)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return await tx.column(statement)


async def mark_reviewed(tx: Transaction, student_ids: Sequence[UUID], day: date) -> None:
    """Remember that nothing changed for these students by this day."""
    where = students.c.student_id.in_(student_ids)
    await tx.run(update(students).where(where).values(reviewed_on=day))


def _student(vault: Vault, row: Row, ties: Sequence[Guardianship], given: Sequence[Consent]) -> Student:
    return Student(
        student_id=row.student_id,
        person_id=row.person_id,
        region_code=row.region_code,
        school_code=row.school_code,
        grade=row.grade,
        birth_date=people.open_birth_date(vault, row.person_id, row.sealed_birth_date),
        reviewed_on=row.reviewed_on,
        status=StudentStatus(row.status),
        guardianships=tuple(ties),
        consents=tuple(given),
        grace_until=row.grace_until,
    )


async def _guardianships(tx: Transaction, student_ids: Sequence[UUID]) -> dict[UUID, list[Guardianship]]:
    where = guardianships.c.student_id.in_(student_ids)
    found: dict[UUID, list[Guardianship]] = {}
    for row in await tx.rows(select(guardianships).where(where)):
        found.setdefault(row.student_id, []).append(_guardianship(row))
    return found


async def _consents(tx: Transaction, student_ids: Sequence[UUID]) -> dict[UUID, list[Consent]]:
    where = consents.c.student_id.in_(student_ids)
    found: dict[UUID, list[Consent]] = {}
    for row in await tx.rows(select(consents).where(where).order_by(consents.c.granted_at)):
        found.setdefault(row.student_id, []).append(_consent(row))
    return found


async def _put_guardianship(tx: Transaction, student_id: UUID, tie: Guardianship) -> None:
    changing = {"status": tie.status.value, "verified_by": tie.verified_by.value, "changed_at": tx.now}
    statement = upsert(guardianships).values(
        guardianship_id=tie.guardianship_id,
        student_id=student_id,
        guardian_id=tie.guardian_id,
        created_at=tx.now,
        **changing,
    )
    await tx.run(statement.on_conflict_do_update(index_elements=["guardianship_id"], set_=changing))


async def _put_consent(tx: Transaction, student_id: UUID, consent: Consent) -> None:
    statement = upsert(consents).values(
        consent_id=consent.consent_id,
        student_id=student_id,
        purpose=consent.purpose.value,
        text_version=consent.text_version,
        giver=consent.giver.value,
        giver_id=consent.giver_id,
        granted_at=consent.granted_at,
        withdrawn_at=consent.withdrawn_at,
    )
    changing = {"withdrawn_at": consent.withdrawn_at}
    await tx.run(statement.on_conflict_do_update(index_elements=["consent_id"], set_=changing))


def _by_ids(student_ids: Sequence[UUID]) -> Select[Any]:
    return (
        select(students, persons.c.sealed_birth_date)
        .join(persons, persons.c.person_id == students.c.person_id)
        .where(students.c.student_id.in_(student_ids))
        .order_by(students.c.student_id)
    )


def _guardianship(row: Row) -> Guardianship:
    return Guardianship(
        guardianship_id=row.guardianship_id,
        guardian_id=row.guardian_id,
        status=GuardianshipStatus(row.status),
        verified_by=VerifiedBy(row.verified_by),
    )


def _consent(row: Row) -> Consent:
    return Consent(
        consent_id=row.consent_id,
        purpose=Purpose(row.purpose),
        text_version=row.text_version,
        giver=Giver(row.giver),
        giver_id=row.giver_id,
        granted_at=row.granted_at,
        withdrawn_at=row.withdrawn_at,
    )
