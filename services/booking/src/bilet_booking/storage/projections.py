"""Changes to projections that come as one fact rather than as a whole state, numbered like the states themselves."""

from uuid import UUID

from bilet_kit.storage.database import Transaction


async def forget_purpose(tx: Transaction, student_id: UUID, purpose: str, sequence: int) -> None:
    """A consent is gone, unless a newer state is already here; without `processing` nobody is active."""
    await tx.execute(
        """UPDATE students SET purposes = array_remove(purposes, $2), sequence = $3,
            status = CASE WHEN $2 = 'processing' THEN 'suspended' ELSE status END
        WHERE student_id = $1 AND sequence < $3""",
        student_id,
        purpose,
        sequence,
    )


async def forget_guardian(tx: Transaction, student_id: UUID, guardian_id: UUID, sequence: int) -> None:
    """A guardian decides no more, unless a newer state is already here."""
    await tx.execute(
        """UPDATE students SET guardian_ids = array_remove(guardian_ids, $2), sequence = $3
        WHERE student_id = $1 AND sequence < $3""",
        student_id,
        guardian_id,
        sequence,
    )
