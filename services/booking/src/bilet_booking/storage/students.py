"""Pupils as the projections of identity's and diagnostics' events know them.

Two facts come without a whole state and change the projection by themselves; they carry the same numbers as the states,
so whichever is newer stays.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from bilet_booking.domain.eligibility import Standing
from bilet_booking.storage.rows import to_standing
from bilet_booking.storage.tables import students, unlocks
from bilet_kit.storage.database import Transaction


async def standing_of(tx: Transaction, student_id: UUID) -> Standing | None:
    """Find what booking knows of a pupil; None while identity has published nothing."""
    return await _standing(tx, select(students).where(students.c.student_id == student_id))


async def lock_standing(tx: Transaction, student_id: UUID) -> Standing | None:
    """Find what booking knows of a pupil and let nothing of it change until the commit."""
    return await _standing(tx, select(students).where(students.c.student_id == student_id).with_for_update(read=True))


async def forget_purpose(tx: Transaction, student_id: UUID, purpose: str, sequence: int) -> None:
    """Remove a consent unless a newer state is already here; without `processing` nobody is active."""
    await tx.execute(
        """UPDATE students SET purposes = array_remove(purposes, $2), sequence = $3,
            status = CASE WHEN $2 = 'processing' THEN 'suspended' ELSE status END
        WHERE student_id = $1 AND sequence < $3""",
        student_id,
        purpose,
        sequence,
    )


async def forget_guardian(tx: Transaction, student_id: UUID, guardian_id: UUID, sequence: int) -> None:
    """Remove a guardian unless a newer state is already here."""
    await tx.execute(
        """UPDATE students SET guardian_ids = array_remove(guardian_ids, $2), sequence = $3
        WHERE student_id = $1 AND sequence < $3""",
        student_id,
        guardian_id,
        sequence,
    )


async def _standing(tx: Transaction, pupil: Select[Any]) -> Standing | None:
    row = (await tx.session.execute(pupil)).mappings().one_or_none()
    if row is None:
        return None
    years = await tx.session.scalars(select(unlocks.c.season_year).where(unlocks.c.student_id == row["student_id"]))
    return to_standing(row, frozenset(years))
