"""A desk of its own over a region's database, and claims as the route would hand them over."""

from datetime import datetime
from uuid import UUID, uuid4

import orjson

from bilet_booking.storage.desk import Claim, ClaimDesk
from bilet_kit.storage.outbox import trace_headers
from bilet_kit.web.idempotency import checked_key
from tests.integration.booking.conftest import Pupil, Region


def desk_of(region: Region) -> ClaimDesk:
    """One process more that takes claims."""
    return ClaimDesk(region.service.database)


def claim_of(pupil: Pupil, slot_id: UUID, key: str | None = None) -> Claim:
    """A claim with a key nobody has used, unless told otherwise."""
    trace = orjson.dumps(trace_headers()).decode()
    return Claim(pupil.id, slot_id, checked_key(key or str(uuid4())), b"hash", trace)


async def stop_clock(region: Region, moment: datetime) -> None:
    """Business time stands still in this database, so that two ways can be compared to the microsecond."""
    await region.service.database.pool.execute(
        f"""CREATE OR REPLACE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql STABLE
        AS $$ SELECT '{moment.isoformat()}'::timestamptz $$"""
    )


async def no_long_way(*_: object) -> None:
    """Takes the use case's place where the short way must answer."""
    raise AssertionError("the short way must have answered")
