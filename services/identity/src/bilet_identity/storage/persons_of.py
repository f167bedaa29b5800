"""Which person a student, guardian or staff id means."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from bilet_identity.storage.tables import guardians, staff, students
from bilet_kit.storage.database import Transaction

_IDS = (
    (students.c.student_id, students.c.person_id),
    (guardians.c.guardian_id, guardians.c.person_id),
    (staff.c.staff_id, staff.c.person_id),
)


async def find_persons(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Find the person behind each id of a student, guardian or member of the staff."""
    found: dict[UUID, UUID] = {}
    for subject, person in _IDS:
        rows = await tx.rows(select(subject, person).where(subject.in_(ids)))
        found |= {row[0]: row[1] for row in rows}
    return found
