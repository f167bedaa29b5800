"""What a region offers, which version of it a recommendation was made from, and those made from an older one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from bilet_diagnostics.domain.attempt import LAST_STAGE
from bilet_diagnostics.domain.recommendation import Competency, Recommendation
from bilet_diagnostics.storage.rows import Row, to_competency
from bilet_kit.database import Transaction

COMPETENCIES = "SELECT * FROM competencies WHERE region_code = $1 ORDER BY competency"

WRONG_KEY = -1
"""The offer of recommendations that rest on a wrong key: older than any."""

_OUTDATED = """
SELECT r.student_id, r.season_code
FROM (SELECT region_code, sum(sequence) AS version FROM competencies GROUP BY region_code) offer
JOIN seasons s USING (region_code)
JOIN recommendations r ON r.season_code = s.season_code
    AND r.offer < CASE WHEN s.closes > business_now() THEN offer.version ELSE 0 END
LIMIT $1
"""
_LOCK_ATTEMPTS = """
SELECT FROM attempts WHERE student_id = ANY ($1::uuid[]) AND stage = $2 ORDER BY attempt_id FOR NO KEY UPDATE
"""
_LOCK = """
SELECT r.student_id, r.season_code, s.region_code, r.items::text AS items
FROM unnest($1::uuid[], $2::text[]) AS asked (student_id, season_code)
JOIN recommendations r USING (student_id, season_code) JOIN seasons s USING (season_code)
WHERE r.offer < CASE WHEN s.closes > business_now()
    THEN (SELECT sum(sequence) FROM competencies c WHERE c.region_code = s.region_code) ELSE 0 END
ORDER BY r.student_id FOR UPDATE OF r
"""
_RENEW = """
UPDATE recommendations r SET items = made.items, offer = made.offer, made_at = business_now()
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
    items: str


@dataclass(frozen=True, slots=True)
class Renewed:
    """What is recommended instead."""

    outdated: Outdated
    recommended: tuple[Recommendation, ...]
    offer: int


def to_offer(rows: Sequence[Row]) -> Offer:
    """The rows of `COMPETENCIES` as an offer."""
    return Offer(sum(row["sequence"] for row in rows), tuple(map(to_competency, rows)))


async def offer_of(tx: Transaction, region_code: str) -> Offer:
    """What the region offers now."""
    return to_offer(await tx.fetch(COMPETENCIES, region_code))


async def lock_outdated(tx: Transaction, limit: int) -> tuple[Outdated, ...]:
    """Some outdated recommendations, locked until the commit; in a season that is over only those by a wrong key.

    The attempts they rest on are locked first, as a submission does, so that the two cannot lock each other out.
    """
    found = await tx.fetch(_OUTDATED, limit)
    await tx.fetch(_LOCK_ATTEMPTS, [row["student_id"] for row in found], LAST_STAGE)
    locked = await tx.fetch(_LOCK, [row["student_id"] for row in found], [row["season_code"] for row in found])
    return tuple(Outdated(**row) for row in locked)


async def renew(tx: Transaction, renewed: Sequence[Renewed]) -> None:
    """Keep what is recommended now."""
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
