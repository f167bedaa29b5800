"""The scenes of messages, beneath SQLAlchemy: one statement for a page of an inbox or a sender's claim."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.scenes import Scene

_FIND = """
SELECT d.delivery_id, c.title AS profession, p.name AS site, p.municipality || ', ' || p.address AS address, s.grade,
    d.recipient_kind = 'guardian' AND EXISTS (
        SELECT 1 FROM students o
        WHERE o.guardian_ids @> ARRAY[d.recipient_id] AND o.student_id <> d.student_id AND NOT o.decides_alone
    ) AS has_siblings
FROM deliveries d
    LEFT JOIN students s ON s.student_id = d.student_id
    LEFT JOIN competencies c ON c.region_code = d.region_code AND c.competency = d.variables ->> 'competency'
    LEFT JOIN sites p ON p.region_code = d.region_code AND p.site_code = d.variables ->> 'site_code'
WHERE d.delivery_id = ANY($1::uuid[])
"""


async def find(tx: Transaction, delivery_ids: Iterable[UUID]) -> Mapping[UUID, Scene]:
    """Look up what is known by now for these messages, by their ids."""
    rows = await tx.fetch(_FIND, list(delivery_ids))
    return {
        row["delivery_id"]: Scene(
            profession=row["profession"],
            site=row["site"],
            address=row["address"],
            grade=row["grade"],
            has_siblings=row["has_siblings"],
        )
        for row in rows
    }
