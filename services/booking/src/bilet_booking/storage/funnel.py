"""The funnel of a season, counted in one statement over projections and bookings."""

from collections.abc import Mapping

from bilet_kit.storage.database import Transaction

Funnel = Mapping[str, int]

_FUNNEL = """
WITH pupils AS (
    SELECT student_id, status FROM students
    WHERE region_code = $1 AND ($3::text[] IS NULL OR school_code = ANY ($3))
), booked AS (
    SELECT b.student_id, b.status, b.approved, b.recommendation_id FROM bookings b JOIN pupils USING (student_id)
    WHERE b.season_year = $2
), stages AS (
    SELECT s.student_id, s.stage FROM stage_progress s JOIN pupils USING (student_id)
    WHERE s.season_year = $2 AND s.step = 'completed'
)
SELECT (SELECT count(*) FROM pupils) AS registered,
    (SELECT count(*) FROM pupils WHERE status = 'active') AS active,
    (SELECT count(*) FROM stages WHERE stage = 1) AS stage_1,
    (SELECT count(*) FROM stages WHERE stage = 2) AS stage_2,
    (SELECT count(*) FROM stages WHERE stage = 3) AS stage_3,
    (SELECT count(DISTINCT student_id) FROM booked) AS booked,
    (SELECT count(DISTINCT student_id) FROM booked WHERE approved) AS approved,
    (SELECT count(DISTINCT student_id) FROM booked WHERE status = 'attended') AS attended,
    (SELECT count(DISTINCT student_id) FROM booked WHERE recommendation_id IS NOT NULL) AS recommended
"""


async def count(tx: Transaction, region_code: str, year: int, schools: list[str] | None) -> Funnel:
    """Count how many pupils came how far in a season; `schools` narrows it to pupils of these, None does not."""
    return dict((await tx.fetch(_FUNNEL, region_code, year, schools))[0])
