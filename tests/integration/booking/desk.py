"""A desk of its own over a region's database, and claims as the route would hand them over."""

from datetime import datetime
from uuid import UUID, uuid4

from bilet_booking.api.claiming import body_of
from bilet_booking.publications import PUBLICATIONS
from bilet_booking.storage.claim import Claim
from bilet_booking.use_cases.claiming import ClaimDesk
from bilet_kit.storage.database import Database
from bilet_kit.storage.outbox import trace_headers
from bilet_kit.web.idempotency import checked_key
from tests.integration.booking.conftest import Pupil, Region


def desk_of(region: Region) -> ClaimDesk:
    """One process more that takes claims."""
    return desk_over(region.service.database)


def desk_over(database: Database) -> ClaimDesk:
    """Build the desk as the service does, over this database."""
    return ClaimDesk(database, PUBLICATIONS.translate, body_of)


def claim_of(pupil: Pupil, slot_id: UUID, key: str | None = None) -> Claim:
    """Make a claim, with an unused key unless told otherwise."""
    return Claim(pupil.id, slot_id, checked_key(key or str(uuid4())), b"hash", trace_headers())


async def stop_clock(region: Region, moment: datetime) -> None:
    """Stop business time in this database, so that two ways can be compared to the microsecond."""
    await region.service.database.pool.execute(
        f"""CREATE OR REPLACE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql STABLE
        AS $$ SELECT '{moment.isoformat()}'::timestamptz $$"""
    )


async def no_slow_path(*_: object) -> None:
    """Fail where the use case is called, because the fast path must answer."""
    raise AssertionError("the fast path must have answered")
