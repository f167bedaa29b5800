"""Pupils as the projections of identity's and diagnostics' events know them.

Two facts come without a whole state and change the projection by themselves; they carry the same numbers as the states,
so whichever is newer stays.
"""

from uuid import UUID

from sqlalchemy import bindparam, func, select

from bilet_booking.domain.eligibility import Standing
from bilet_booking.storage.rows import to_standing
from bilet_booking.storage.tables import students, unlocks
from bilet_kit.storage.database import Transaction
from bilet_kit.storage.statements import Statement

_UNLOCKED = select(func.array_agg(unlocks.c.season_year)).where(unlocks.c.student_id == students.c.student_id)
_OF_A_PUPIL = select(students, _UNLOCKED.scalar_subquery().label("unlocked_years")).where(
    students.c.student_id == bindparam("student_id")
)
_FIND = Statement(_OF_A_PUPIL)
_LOCK = Statement(_OF_A_PUPIL.with_for_update(read=True, of=students))


async def standing_of(tx: Transaction, student_id: UUID) -> Standing | None:
    """Find what booking knows of a pupil; None while identity has published nothing."""
    return await _standing(tx, _FIND, student_id)


async def lock_standing(tx: Transaction, student_id: UUID) -> Standing | None:
    """Find what booking knows of a pupil and let nothing of it change until the commit."""
    return await _standing(tx, _LOCK, student_id)


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


async def _standing(tx: Transaction, statement: Statement, student_id: UUID) -> Standing | None:
    row = await tx.row(statement, student_id=student_id)
    return to_standing(row, frozenset(row["unlocked_years"] or ())) if row else None
