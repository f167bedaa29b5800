"""Counts of attempts without identities, in whole tens.

Of the attempts of one region and grade only whole tens are counted, and of flagged ones only whole tens among those:
what is subtracted from what never leaves one to nine, whichever grades, regions or days are compared, and one attempt
more changes nothing or adds ten. A count of 20 so means 20 to 29.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bilet_diagnostics.domain.disclosure import LEAST_CELL
from bilet_kit.storage.database import Transaction

_BY_GRADE = """
SELECT grade, sum(begun / $3 * $3)::bigint AS begun, sum(submitted / $3 * $3)::bigint AS submitted,
    sum(flagged / $3 * $3)::bigint AS flagged
FROM (
    SELECT a.region_code, a.grade, count(*) AS begun, count(*) FILTER (WHERE a.status = 'submitted') AS submitted,
        count(*) FILTER (WHERE cardinality(p.signs) > 0 AND a.place <= a.submitted / $3 * $3) AS flagged
    FROM (
        SELECT attempt_id, region_code, grade, status,
            count(*) FILTER (WHERE status = 'submitted') OVER cell AS submitted,
            count(*) FILTER (WHERE status = 'submitted') OVER (cell ORDER BY submitted_at, attempt_id) AS place
        FROM attempts
        WHERE $1 = ANY (instruments) AND region_code = ANY ($2::text[])
        WINDOW cell AS (PARTITION BY region_code, grade)
    ) a
    LEFT JOIN LATERAL (
        SELECT signs FROM profiles WHERE attempt_id = a.attempt_id ORDER BY scoring DESC LIMIT 1
    ) p ON true
    GROUP BY a.region_code, a.grade
) of_region
GROUP BY grade ORDER BY grade
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeCount:
    """Attempts of one grade, each number in whole tens.

    Attributes:
        begun: None when no region had ten: so few could point at somebody; so are the others.
        flagged: submitted ones with signs of haste or straight-lining.
    """

    grade: int
    begun: int | None
    submitted: int | None
    flagged: int | None


async def count_by_grade(tx: Transaction, ref: str, regions: Sequence[str]) -> tuple[GradeCount, ...]:
    """Count attempts that hold this version of an instrument, in these regions, by grade."""
    return tuple(
        GradeCount(grade=row["grade"], begun=row["begun"], submitted=row["submitted"], flagged=row["flagged"])
        if row["begun"]
        else GradeCount(grade=row["grade"], begun=None, submitted=None, flagged=None)
        for row in await tx.fetch(_BY_GRADE, ref, list(regions), LEAST_CELL)
    )
