"""Recipients as people to write to: the channels they switched off, and whether staff still are staff."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.people import STAFF, Correspondent, Recipient
from bilet_notifications.storage.tables import preferences

_CORRESPONDENTS = """
SELECT r.kind, r.id,
    ARRAY(
        SELECT p.channel FROM preferences p
        WHERE p.recipient_kind = r.kind AND p.recipient_id = r.id AND NOT p.wanted
    ) AS unwanted,
    EXISTS (SELECT 1 FROM staff s WHERE s.staff_id = r.id AND s.scopes = '[]'::jsonb) AS dismissed
FROM unnest($1::text[], $2::uuid[]) AS r (kind, id)
"""


async def find_correspondents(tx: Transaction, found: Iterable[Recipient]) -> Mapping[Recipient, Correspondent]:
    """Find how recipients may be written to; staff of whom nothing has arrived yet count as staff."""
    whom = list(dict.fromkeys(found))
    kinds, ids = [recipient.kind for recipient in whom], [recipient.id for recipient in whom]
    rows = await tx.fetch(_CORRESPONDENTS, kinds, ids)
    known = {Recipient(row["kind"], row["id"]): row for row in rows}
    return {
        recipient: Correspondent(
            recipient=recipient,
            unwanted=frozenset(known[recipient]["unwanted"]),
            dismissed=recipient.kind == STAFF and known[recipient]["dismissed"],
        )
        for recipient in whom
    }


async def unwanted_channels(tx: Transaction, recipient: Recipient) -> frozenset[str]:
    """Name the channels that the recipient switched off; the others are on."""
    query = select(preferences.c.channel).where(
        preferences.c.recipient_kind == recipient.kind,
        preferences.c.recipient_id == recipient.id,
        preferences.c.wanted.is_(False),
    )
    return frozenset(await tx.column(query))


async def save_preferences(tx: Transaction, recipient: Recipient, wanted: Mapping[str, bool]) -> None:
    """Keep whether the recipient wants each of these channels."""
    statement = insert(preferences).values(list(_rows(tx, recipient, wanted.items())))
    await tx.run(
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
