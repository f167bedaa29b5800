"""Views of a pupil's data in other services are kept in the one audit trail."""

from datetime import datetime
from uuid import UUID

from bilet_identity.storage import audit
from bilet_identity.storage.audit import AuditRecord
from bilet_kit.storage.database import Transaction


async def note_result_viewed(
    tx: Transaction, *, student_id: UUID, viewer_id: UUID, role: str, viewed: str, at: datetime
) -> None:
    """Keep in the audit trail that somebody viewed a pupil's result; `at` is when they looked."""
    record = AuditRecord(
        actor=str(viewer_id), role=role, action=f"diagnostics-{viewed}", asked=1, shown=(student_id,), at=at
    )
    await audit.write(tx, record)
