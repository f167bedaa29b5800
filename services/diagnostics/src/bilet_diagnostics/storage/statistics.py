"""Counts of attempts without identities."""

from collections.abc import Sequence
from dataclasses import dataclass

from bilet_kit.database import Transaction

LEAST_CELL = 10

_BY_GRADE = """
SELECT a.grade, count(*) AS begun, count(*) FILTER (WHERE a.status = 'submitted') AS submitted,
    count(*) FILTER (WHERE cardinality(p.signs) > 0) AS flagged
FROM attempts a
LEFT JOIN LATERAL (SELECT signs FROM profiles WHERE attempt_id = a.attempt_id ORDER BY scoring DESC LIMIT 1) p ON true
WHERE $1 = ANY (a.instruments) AND a.region_code = ANY ($2::text[])
GROUP BY a.grade ORDER BY a.grade
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeCount:
    """Attempts of one grade.

    Attributes:
        submitted: None when fewer than ten attempts were begun: so few could point at somebody; so are the others.
        flagged: submitted ones with signs of haste or straight-lining.
    """

    grade: int
    begun: int | None
    submitted: int | None
    flagged: int | None


async def count_by_grade(tx: Transaction, ref: str, regions: Sequence[str]) -> tuple[GradeCount, ...]:
    """Attempts that hold this version of an instrument, in these regions."""
    return tuple(
        GradeCount(grade=row["grade"], begun=row["begun"], submitted=row["submitted"], flagged=row["flagged"])
        if row["begun"] >= LEAST_CELL
        else GradeCount(grade=row["grade"], begun=None, submitted=None, flagged=None)
        for row in await tx.fetch(_BY_GRADE, ref, list(regions))
    )
