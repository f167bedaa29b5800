"""The funnel of a season, counted in one statement over projections and bookings."""

from collections.abc import Mapping

from bilet_kit.storage.database import Transaction

Funnel = Mapping[str, int]

# A step once reached stays reached, whatever happened later; a later step proves the earlier ones, for between the
# topics that bring them there is no order. Only who was active can be suspended.
_FUNNEL = """
WITH stages AS (
    SELECT student_id, 1 + max(stage) AS step FROM stage_progress
    WHERE season_year = $2 AND step = 'completed' GROUP BY student_id
), booked AS (
    SELECT student_id, max(CASE
        WHEN recommendation_id IS NOT NULL THEN 8
        WHEN status = 'attended' THEN 7
        WHEN approved THEN 6
        ELSE 5
    END) AS step FROM bookings WHERE season_year = $2 GROUP BY student_id
), furthest AS (
    SELECT greatest(CASE WHEN status IN ('active', 'suspended') THEN 1 ELSE 0 END, stages.step, booked.step) AS step
    FROM students LEFT JOIN stages USING (student_id) LEFT JOIN booked USING (student_id)
    WHERE region_code = $1 AND ($3::text[] IS NULL OR school_code = ANY ($3))
)
SELECT count(*) AS registered,
    count(*) FILTER (WHERE step >= 1) AS active,
    count(*) FILTER (WHERE step >= 2) AS stage_1,
    count(*) FILTER (WHERE step >= 3) AS stage_2,
    count(*) FILTER (WHERE step >= 4) AS stage_3,
    count(*) FILTER (WHERE step >= 5) AS booked,
    count(*) FILTER (WHERE step >= 6) AS approved,
    count(*) FILTER (WHERE step >= 7) AS attended,
    count(*) FILTER (WHERE step >= 8) AS recommended
FROM furthest
"""


async def count(tx: Transaction, region_code: str, year: int, schools: list[str] | None) -> Funnel:
    """Count how many pupils ever reached each step of a season; `schools` narrows it to pupils of these, None does not."""
    return dict((await tx.fetch(_FUNNEL, region_code, year, schools))[0])
