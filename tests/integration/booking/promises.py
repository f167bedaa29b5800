"""Check booking's promises in its database from outside; an empty list is a promise kept."""

import asyncpg

SEATS = """
SELECT s.slot_code, s.capacity, count(*) AS held FROM slots s JOIN bookings b USING (slot_id)
WHERE b.status IN ('requested', 'approved', 'attended', 'no-show')
GROUP BY s.slot_id HAVING count(*) > s.capacity
"""
QUOTAS = """
SELECT b.student_id, count(*) AS held, count(*) FILTER (WHERE b.in_person) AS in_person
FROM bookings b JOIN slots s USING (slot_id)
JOIN try_outs t ON (t.region_code, t.try_out_code) = (s.region_code, s.try_out_code)
JOIN seasons e USING (season_code)
WHERE b.status IN ('requested', 'approved', 'attended', 'no-show') AND b.attendance IS DISTINCT FROM 'excused'
GROUP BY b.student_id, b.season_year
HAVING count(*) > max(e.max_bookings) OR count(*) FILTER (WHERE b.in_person) > max(e.max_in_person)
"""


async def no_booking_beyond_the_seats(address: str) -> list[str]:
    """Check that a slot has at most as many bookings as seats."""
    return [f"{row['slot_code']}: {row['held']} on {row['capacity']} seats" for row in await _rows(address, SEATS)]


async def no_pupil_beyond_the_quota(address: str) -> list[str]:
    """Check that a pupil has at most as many bookings as the season allows, in all and in person."""
    rows = await _rows(address, QUOTAS)
    return [f"{row['student_id']}: {row['held']}, of them {row['in_person']} in person" for row in rows]


async def _rows(address: str, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(address)
    try:
        return list(await connection.fetch(sql))
    finally:
        await connection.close()
