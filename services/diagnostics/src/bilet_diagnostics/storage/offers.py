"""A region's offer in its versions, and the recommendations that were made from an older one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from bilet_diagnostics.domain.attempt import LAST_STAGE
from bilet_diagnostics.domain.recommendation import Competency, Recommendation
from bilet_diagnostics.storage.rows import Row, recommendations_from_json, to_competency
from bilet_kit.storage.database import Transaction

COMPETENCIES = """
SELECT competency, title, field, riasec, grade_from, grade_to, sequence FROM competencies
WHERE region_code = $1 ORDER BY competency
"""

WRONG_KEY = -1
"""The offer of recommendations that rest on a wrong key: older than any."""

_ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('renew-recommendations')) AS mine"
_DUE = """
WITH due AS MATERIALIZED (
    SELECT s.season_code, s.region_code, CASE WHEN s.closes > m.now THEN o.version ELSE 0 END AS version
    FROM (SELECT business_now() AS now) m, seasons s
    JOIN (SELECT region_code, sum(sequence)::bigint AS version FROM competencies GROUP BY region_code) o
        USING (region_code)
)
"""
_OUTDATED = f"""{_DUE}
SELECT r.student_id, r.season_code
FROM due JOIN recommendations r ON r.season_code = due.season_code AND r.offer < due.version
JOIN students p USING (student_id) WHERE 'processing' = ANY (p.purposes)
LIMIT $1
"""  # noqa: S608 - our words
_LOCK_ATTEMPTS = """
SELECT FROM attempts WHERE student_id = ANY ($1::uuid[]) AND stage = $2 ORDER BY attempt_id FOR NO KEY UPDATE
"""
_LOCK = f"""{_DUE}
SELECT r.student_id, r.season_code, due.region_code, r.items::text AS items
FROM unnest($1::uuid[], $2::text[]) AS asked (student_id, season_code)
JOIN recommendations r USING (student_id, season_code) JOIN due USING (season_code)
WHERE r.offer < due.version
ORDER BY r.student_id FOR UPDATE OF r
"""  # noqa: S608 - our words
_RENEW = """
UPDATE recommendations r SET items = made.items, offer = made.offer
FROM jsonb_to_recordset($1::jsonb) AS made (student_id uuid, season_code text, items jsonb, offer bigint)
WHERE r.student_id = made.student_id AND r.season_code = made.season_code
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """A region's competencies by slug. The version, the sum of their numbers, grows with every change of one of them."""

    version: int
    competencies: tuple[Competency, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """Recommendations that were made from an older offer."""

    student_id: UUID
    season_code: str
    region_code: str
    recommended: tuple[Recommendation, ...]


@dataclass(frozen=True, slots=True)
class Renewed:
    """The recommendations that replace outdated ones."""

    outdated: Outdated
    recommended: tuple[Recommendation, ...]
    offer: int


def to_offer(rows: Sequence[Row]) -> Offer:
    """Read the rows of `COMPETENCIES` as an offer."""
    return Offer(sum(row["sequence"] for row in rows), tuple(map(to_competency, rows)))


async def offer_of(tx: Transaction, region_code: str) -> Offer:
    """Read what the region offers now."""
    return to_offer(await tx.fetch(COMPETENCIES, region_code))


async def lock_outdated(tx: Transaction, limit: int) -> tuple[Outdated, ...]:
    """Load some outdated recommendations, locked until the commit; in a past season only those by a wrong key.

    None while another replica renews, and none of pupils without consent to processing. The attempts they rest on are
    locked first, as a submission does, so that the two cannot lock each other out.
    """
    if not (await tx.fetch(_ALONE))[0]["mine"]:
        return ()
    found = await tx.fetch(_OUTDATED, limit)
    await tx.fetch(_LOCK_ATTEMPTS, [row["student_id"] for row in found], LAST_STAGE)
    locked = await tx.fetch(_LOCK, [row["student_id"] for row in found], [row["season_code"] for row in found])
    return tuple(map(_to_outdated, locked))


async def renew(tx: Transaction, renewed: Sequence[Renewed]) -> None:
    """Write what is recommended now."""
    made = [
        {
            "student_id": str(one.outdated.student_id),
            "season_code": one.outdated.season_code,
            "items": one.recommended,
            "offer": one.offer,
        }
        for one in renewed
    ]
    await tx.execute(_RENEW, orjson.dumps(made).decode())


def _to_outdated(row: Row) -> Outdated:
    return Outdated(
        student_id=row["student_id"],
        season_code=row["season_code"],
        region_code=row["region_code"],
        recommended=recommendations_from_json(row["items"]),
    )
