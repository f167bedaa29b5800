"""Pupils and seasons, as identity and booking published them last."""

from uuid import UUID

from bilet_diagnostics.domain.errors import StudentUnknown
from bilet_diagnostics.domain.participation import Season, Student
from bilet_diagnostics.storage.rows import to_season, to_student
from bilet_kit.storage.database import Transaction

_STUDENT = "SELECT student_id, region_code, status, grade, decides_alone, guardian_ids, purposes FROM students"
_SEASON = "SELECT season_code, region_code, diagnostics_from, closes FROM seasons"


async def find_student(tx: Transaction, student_id: UUID) -> Student:
    """Find a pupil.

    Raises:
        StudentUnknown: identity has not told of them yet.
    """
    for row in await tx.fetch(f"{_STUDENT} WHERE student_id = $1", student_id):
        return to_student(row)
    raise StudentUnknown


async def find_student_to_begin(tx: Transaction, student_id: UUID) -> Student:
    """Find a pupil and lock the state until the commit, so that a withdrawn consent waits for what is begun.

    Raises:
        StudentUnknown: identity has not told of them yet.
    """
    for row in await tx.fetch(f"{_STUDENT} WHERE student_id = $1 FOR SHARE", student_id):
        return to_student(row)
    raise StudentUnknown


async def hold_back(tx: Transaction, student_id: UUID) -> None:
    """Let nothing begin for the pupil until the commit, and wait for what is just beginning."""
    await tx.execute("SELECT FROM students WHERE student_id = $1 FOR UPDATE", student_id)


async def find_open_season(tx: Transaction, region_code: str) -> Season | None:
    """Find the region's season whose diagnostics are open now, the latest if there are several."""
    rows = await tx.fetch(
        f"{_SEASON} WHERE region_code = $1 AND diagnostics_from <= $2 AND $2 < closes "
        "ORDER BY diagnostics_from DESC LIMIT 1",
        region_code,
        tx.now,
    )
    return to_season(rows[0]) if rows else None


async def find_season(tx: Transaction, season_code: str) -> Season | None:
    """Find a season by its code."""
    rows = await tx.fetch(f"{_SEASON} WHERE season_code = $1", season_code)
    return to_season(rows[0]) if rows else None
