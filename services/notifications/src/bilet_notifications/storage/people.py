"""The projections of pupils and staff, and people's own preferences."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bilet_notifications.domain.people import STAFF, Correspondent, Recipient, Student
from bilet_notifications.storage.tables import email_consents, preferences, staff, students


async def find_student(session: AsyncSession, student_id: UUID) -> Student | None:
    """What is known of the pupil; None while nothing has arrived yet."""
    query = (
        select(students, email_consents.c.granted)
        .outerjoin(email_consents, email_consents.c.student_id == students.c.student_id)
        .where(students.c.student_id == student_id)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    return Student(
        student_id=row.student_id,
        decides_alone=row.decides_alone,
        guardian_ids=tuple(row.guardian_ids),
        purposes=frozenset(row.purposes),
        email_withdrawn=row.granted is False,
    )


async def find_correspondent(session: AsyncSession, recipient: Recipient) -> Correspondent:
    """The recipient with their own switch; staff nobody has told us about yet are taken for staff."""
    return Correspondent(
        recipient=recipient,
        wants_email=await wants_email(session, recipient),
        dismissed=await _dismissed(session, recipient),
    )


async def wants_email(session: AsyncSession, recipient: Recipient) -> bool:
    """The recipient's own switch; on unless switched off."""
    query = select(preferences.c.email).where(
        preferences.c.recipient_kind == recipient.kind, preferences.c.recipient_id == recipient.id
    )
    chosen = (await session.execute(query)).scalar_one_or_none()
    return chosen is not False


async def switch_email(session: AsyncSession, recipient: Recipient, wanted: bool, at: datetime) -> None:  # noqa: FBT001 - the value that is stored
    """Remember the recipient's choice."""
    row = {"recipient_kind": recipient.kind, "recipient_id": recipient.id, "email": wanted, "changed_at": at}
    statement = insert(preferences).values(row)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["recipient_kind", "recipient_id"], set_={"email": wanted, "changed_at": at}
        )
    )


async def _dismissed(session: AsyncSession, recipient: Recipient) -> bool:
    if recipient.kind != STAFF:
        return False
    roles = (await session.execute(select(staff.c.roles).where(staff.c.staff_id == recipient.id))).scalar_one_or_none()
    return roles == []
