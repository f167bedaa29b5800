"""Recipients as people to write to: their own preferences, and whether staff still are staff."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bilet_notifications.domain.people import STAFF, Correspondent, Recipient
from bilet_notifications.storage.tables import preferences, staff


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
