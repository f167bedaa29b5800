"""What notifications knows of pupils, beneath SQLAlchemy: the consumer reads it for every fact."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.people import Student

_FIND = """
SELECT s.student_id, s.decides_alone, s.guardian_ids, s.purposes,
    ARRAY(SELECT c.channel FROM channel_consents c WHERE c.student_id = s.student_id AND NOT c.granted) AS withdrawn
FROM students s WHERE s.student_id = ANY($1::uuid[])
"""


async def find(tx: Transaction, student_id: UUID) -> Student | None:
    """Find a pupil; None while no state has arrived yet."""
    return (await find_all(tx, [student_id])).get(student_id)


async def find_all(tx: Transaction, student_ids: Iterable[UUID]) -> Mapping[UUID, Student]:
    """Find pupils by their ids; those of whom no state has arrived yet are left out."""
    rows = await tx.fetch(_FIND, list(student_ids))
    return {
        row["student_id"]: Student(
            student_id=row["student_id"],
            decides_alone=row["decides_alone"],
            guardian_ids=tuple(row["guardian_ids"]),
            purposes=frozenset(row["purposes"]),
            withdrawn=frozenset(row["withdrawn"]),
        )
        for row in rows
    }
