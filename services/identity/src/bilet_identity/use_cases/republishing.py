"""Whole states are published once more, a page at a time, for a consumer that lost or never had them."""

from uuid import UUID

from bilet_identity.domain.events import StudentChanged
from bilet_identity.domain.regions import local_date
from bilet_identity.domain.student import snapshot
from bilet_identity.storage import staff, students
from bilet_identity.storage.sealing import Vault
from bilet_identity.use_cases.staff import record_scopes
from bilet_kit.storage.database import Transaction

PAGE = 500


async def republish_students(tx: Transaction, vault: Vault, after: UUID | None) -> UUID | None:
    """Publish the whole state of the next students by id; the last id, or None at the end."""
    ids = await students.ids_after(tx, after, limit=PAGE)
    for student in await students.load_many(tx, vault, ids):
        tx.record(StudentChanged(snapshot(student, local_date(student.region_code, tx.now))))
    return ids[-1] if ids else None


async def republish_staff(tx: Transaction, after: UUID | None) -> UUID | None:
    """Publish all scopes of the next members of the staff by id; the last id, or None at the end."""
    ids = await staff.ids_after(tx, after, limit=PAGE)
    for member in await staff.load_many(tx, ids):
        if member.scopes:
            record_scopes(tx, member.staff_id, member.scopes)
    return ids[-1] if ids else None
