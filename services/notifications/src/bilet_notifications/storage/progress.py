"""How far bookings and diagnostics have come, as far as messages depend on it; fed by projections."""

from uuid import UUID

from sqlalchemy import select

from bilet_kit.storage.database import Transaction
from bilet_notifications.storage.tables import approvals, completions


async def is_approved(tx: Transaction, booking_id: UUID) -> bool:
    """Whether a booking was approved, whatever became of it since."""
    found = await tx.value(select(approvals.c.booking_id).where(approvals.c.booking_id == booking_id))
    return found is not None


async def completed_at(tx: Transaction, student_id: UUID, season_code: str) -> int | None:
    """Find the number of the event by which a pupil completed the diagnostics of a season; None until it arrived."""
    query = select(completions.c.sequence).where(
        completions.c.student_id == student_id, completions.c.season_code == season_code
    )
    found: int | None = await tx.value(query)
    return found
