"""Recipients as people to write to: the channels they switched off, and whether staff still are staff."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.people import STAFF, Correspondent, Recipient
from bilet_notifications.storage.tables import preferences, staff


async def find_correspondent(tx: Transaction, recipient: Recipient) -> Correspondent:
    """Find how a recipient may be written to; staff of whom nothing has arrived yet count as staff."""
    return Correspondent(
        recipient=recipient,
        unwanted=await unwanted_channels(tx, recipient),
        dismissed=recipient.kind == STAFF and await _is_dismissed(tx, recipient.id),
    )


async def unwanted_channels(tx: Transaction, recipient: Recipient) -> frozenset[str]:
    """Name the channels that the recipient switched off; the others are on."""
    query = select(preferences.c.channel).where(
        preferences.c.recipient_kind == recipient.kind,
        preferences.c.recipient_id == recipient.id,
        preferences.c.wanted.is_(False),
    )
    return frozenset(await tx.session.scalars(query))


async def save_preferences(tx: Transaction, recipient: Recipient, wanted: Mapping[str, bool]) -> None:
    """Keep whether the recipient wants each of these channels."""
    statement = insert(preferences).values(list(_rows(tx, recipient, wanted.items())))
    await tx.session.execute(
        statement.on_conflict_do_update(
            index_elements=["recipient_kind", "recipient_id", "channel"],
            set_={"wanted": statement.excluded.wanted, "changed_at": statement.excluded.changed_at},
        )
    )


def _rows(tx: Transaction, recipient: Recipient, wanted: Iterable[tuple[str, bool]]) -> Iterable[dict[str, object]]:
    for channel, is_wanted in wanted:
        yield {
            "recipient_kind": recipient.kind,
            "recipient_id": recipient.id,
            "channel": channel,
            "wanted": is_wanted,
            "changed_at": tx.now,
        }


async def _is_dismissed(tx: Transaction, staff_id: UUID) -> bool:
    scopes = await tx.session.scalar(select(staff.c.scopes).where(staff.c.staff_id == staff_id))
    return bool(scopes == [])
