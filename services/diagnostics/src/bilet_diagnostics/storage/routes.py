"""A pupil's route: the pupil's own plan, and what booking published of try-outs and mentors' recommendations."""

from uuid import UUID

import orjson

from bilet_diagnostics.domain.events import PlanChanged, Step
from bilet_diagnostics.domain.route import Plan, Recommended, TriedOut
from bilet_diagnostics.storage.rows import Row
from bilet_kit.storage.database import Transaction

# The condition on the revision decides between two devices; a first plan is inserted, so it can only have revision 0.
_SAVE_PLAN = """
INSERT INTO plans AS p (student_id, goals, steps, revision, changed_at) VALUES ($1, $2, $3::jsonb, $4::int + 1, $5)
ON CONFLICT (student_id) DO UPDATE
    SET goals = excluded.goals, steps = excluded.steps, revision = excluded.revision, changed_at = excluded.changed_at
    WHERE p.revision = $4
RETURNING revision
"""
_TRIED_OUT = """
SELECT a.booking_id, a.competency, a.site_code, a.format, a.starts_at, a.timezone, a.mentor_id, c.title, c.field, t.title AS try_out, r.recommendation_id, r.issued_by_id, r.issued_at
FROM attendances a
LEFT JOIN mentor_recommendations r USING (booking_id)
LEFT JOIN LATERAL (SELECT title, field FROM competencies
    WHERE region_code = a.region_code AND competency = a.competency ORDER BY competency_id DESC LIMIT 1) c ON true
LEFT JOIN slots s USING (slot_id)
LEFT JOIN LATERAL (SELECT title FROM try_outs
    WHERE region_code = s.region_code AND try_out_code = s.try_out_code ORDER BY try_out_id DESC LIMIT 1) t ON true
WHERE a.student_id = $1 AND a.attendance = 'attended'
ORDER BY a.starts_at, a.booking_id
"""


async def find_plan(tx: Transaction, student_id: UUID) -> Plan:
    """Find the pupil's plan, empty before the first change."""
    rows = await tx.fetch(
        "SELECT goals, steps::text AS steps, revision, changed_at FROM plans WHERE student_id = $1", student_id
    )
    if not rows:
        return Plan(student_id=student_id)
    (row,) = rows
    return Plan(
        student_id=student_id,
        goals=tuple(row["goals"]),
        steps=tuple(Step(**one) for one in orjson.loads(row["steps"])),
        revision=row["revision"],
        changed_at=row["changed_at"],
    )


async def save_plan(tx: Transaction, event: PlanChanged, revision: int) -> bool:
    """Save a changed plan; false when it no longer has the revision it was changed from."""
    steps = orjson.dumps(event.steps).decode()
    return bool(await tx.fetch(_SAVE_PLAN, event.student_id, list(event.goals), steps, revision, event.at))


async def tried_out_by(tx: Transaction, student_id: UUID) -> tuple[TriedOut, ...]:
    """List the try-outs the pupil attended, oldest first."""
    return tuple(map(_to_tried_out, await tx.fetch(_TRIED_OUT, student_id)))


def _to_tried_out(row: Row) -> TriedOut:
    recommended = row["recommendation_id"] and Recommended(
        recommendation_id=row["recommendation_id"], issued_by_id=row["issued_by_id"], issued_at=row["issued_at"]
    )
    return TriedOut(
        booking_id=row["booking_id"],
        competency=row["competency"],
        title=row["title"] or "",
        field=row["field"] or "",
        try_out=row["try_out"] or "",
        site_code=row["site_code"],
        format=row["format"],
        starts_at=row["starts_at"],
        timezone=row["timezone"],
        mentor_id=row["mentor_id"],
        recommendation=recommended,
    )
