"""What access rests on: meetings with mentors, and pupils of a school."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bilet_diagnostics.domain.access import RESULTS_TO_MENTOR, Meeting
from bilet_diagnostics.domain.participation import PROCESSING
from bilet_kit.storage.database import Transaction

_MEETINGS = """
SELECT p.region_code, t.mentor_code, p.visible_until,
    coalesce(n.attendance IN ('no-show', 'excused'), false) AS missed
FROM approvals p
JOIN slots s USING (slot_id)
JOIN try_outs t ON t.region_code = s.region_code AND t.try_out_code = s.try_out_code
LEFT JOIN attendances n USING (booking_id)
WHERE p.student_id = $1
"""
_COMPLETION = """
SELECT s.student_id, s.grade, s.region_code, s.school_code,
    coalesce(array_agg(DISTINCT a.stage) FILTER (WHERE a.stage IS NOT NULL), '{}') AS stages
FROM students s
LEFT JOIN attempts a ON a.student_id = s.student_id AND a.status = 'submitted' AND a.season_code = (
    SELECT season_code FROM seasons WHERE region_code = s.region_code AND diagnostics_from <= $5
    ORDER BY diagnostics_from DESC LIMIT 1)
WHERE (s.region_code, s.school_code) IN (SELECT * FROM unnest($1::text[], $2::text[]))
    AND $6 = ANY (s.purposes) AND ($3::uuid IS NULL OR s.student_id > $3)
GROUP BY s.student_id ORDER BY s.student_id LIMIT $4
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A pupil of a school, and the stages submitted in the region's newest season."""

    student_id: UUID
    grade: int
    region_code: str
    school_code: str
    stages: tuple[int, ...]


async def meetings_of(tx: Transaction, student_id: UUID) -> tuple[Meeting, ...]:
    """List the pupil's bookings that were ever approved, with the present mentors of their slots."""
    return tuple(
        Meeting(
            region_code=row["region_code"],
            mentor_code=row["mentor_code"],
            visible_until=row["visible_until"],
            missed=row["missed"],
        )
        for row in await tx.fetch(_MEETINGS, student_id)
    )


async def forget_mentors_consent(tx: Transaction, student_id: UUID, sequence: int) -> None:
    """Remove the consent, unless a newer state of the pupil has arrived already."""
    await tx.execute(
        "UPDATE students SET purposes = array_remove(purposes, $2), sequence = $3 "
        "WHERE student_id = $1 AND sequence < $3",
        student_id,
        RESULTS_TO_MENTOR,
        sequence,
    )


async def completion_of(
    tx: Transaction, schools: Sequence[tuple[str, str]], *, after: UUID | None, limit: int
) -> tuple[Completion, ...]:
    """List pupils of these schools with consent to processing, by id, from after an id."""
    regions, codes = [region for region, _ in schools], [code for _, code in schools]
    rows = await tx.fetch(_COMPLETION, regions, codes, after, limit, tx.now, PROCESSING)
    return tuple(
        Completion(
            student_id=row["student_id"],
            grade=row["grade"],
            region_code=row["region_code"],
            school_code=row["school_code"],
            stages=tuple(row["stages"]),
        )
        for row in rows
    )
