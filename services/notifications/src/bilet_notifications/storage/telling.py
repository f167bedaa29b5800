"""The two statements of the consumer's hot path, beneath SQLAlchemy: who is told, and the deliveries themselves.

A multi-row insert through SQLAlchemy is compiled anew for every number of rows; here both statements are prepared once.
"""

from collections.abc import Sequence
from uuid import UUID

import orjson

from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.deliveries import Delivery
from bilet_notifications.domain.people import Student
from bilet_notifications.storage.tables import deliveries

_FIND_STUDENT = """
SELECT s.student_id, s.decides_alone, s.guardian_ids, s.purposes, c.granted
FROM students s LEFT JOIN email_consents c USING (student_id) WHERE s.student_id = $1
"""
_COLUMNS = ", ".join(column.name for column in deliveries.columns)
_INSERT = f"""
INSERT INTO deliveries ({_COLUMNS})
SELECT {_COLUMNS} FROM jsonb_populate_recordset(NULL::deliveries, $1::jsonb)
ON CONFLICT (fact_id, recipient_id, channel) DO NOTHING RETURNING delivery_id
"""  # noqa: S608 - names come from our own table definition


async def find_student(tx: Transaction, student_id: UUID) -> Student | None:
    """What is known of the pupil; None while nothing has arrived yet."""
    for row in await tx.fetch(_FIND_STUDENT, student_id):
        return Student(
            student_id=row["student_id"],
            decides_alone=row["decides_alone"],
            guardian_ids=tuple(row["guardian_ids"]),
            purposes=frozenset(row["purposes"]),
            email_withdrawn=row["granted"] is False,
        )
    return None


async def insert_new(tx: Transaction, new: Sequence[Delivery]) -> set[UUID]:
    """Insert deliveries, passing over facts their recipients heard of already; the ids of those that are new."""
    if not new:
        return set()
    # default=str: ids that asyncpg read are of its own subclass of UUID, which orjson does not know
    rows = orjson.dumps([_to_row(delivery) for delivery in new], default=str).decode()
    return {row["delivery_id"] for row in await tx.fetch(_INSERT, rows)}


def _to_row(delivery: Delivery) -> dict[str, object]:
    return {
        "delivery_id": delivery.delivery_id,
        "fact_id": delivery.fact_id,
        "recipient_kind": delivery.recipient.kind,
        "recipient_id": delivery.recipient.id,
        "channel": delivery.channel,
        "student_id": delivery.student_id,
        "region_code": delivery.region_code,
        "template": str(delivery.template),
        "template_version": delivery.template_version,
        "variables": dict(delivery.variables),
        "created_at": delivery.created_at,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "maybe_repeated": delivery.maybe_repeated,
        "next_attempt_at": delivery.next_attempt_at,
        "settled_at": delivery.settled_at,
        "failure": delivery.failure,
        "read_at": None,
    }
