"""The audit trail: who asked to see personal data, in which role, and whose was shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert

from bilet_identity.storage.tables import audit
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One request to see personal data.

    Attributes:
        actor: a person's id for the role, or a service's name.
        asked: how many persons were asked for.
        shown: ids of those that were shown.
        at: when it happened, if that was in another service; otherwise it happens now.
    """

    actor: str
    role: str
    action: str
    asked: int
    shown: tuple[UUID, ...]
    at: datetime | None = None


async def write(tx: Transaction, record: AuditRecord) -> None:
    """Add a record."""
    await tx.run(
        insert(audit).values(
            at=record.at or tx.now,
            actor=record.actor,
            role=record.role,
            action=record.action,
            asked=record.asked,
            shown=list(record.shown),
        )
    )
