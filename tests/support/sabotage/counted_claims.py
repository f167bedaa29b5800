"""Twins of booking's claim that count what the statement sees, where the true one asks the row that everybody locks."""

from bilet_booking.storage.claim import CLAIM


def _replaced(statement: str, old: str, new: str) -> str:
    if statement.count(old) != 1:
        raise AssertionError("the statement has changed: nothing is sabotaged")
    return statement.replace(old, new)


# The sleep stands for whatever a busy server does between seeing and writing.
SLOW = _replaced(CLAIM, "SELECT business_now() AS now\n", "SELECT business_now() AS now FROM pg_sleep(0.2)\n")
"""The true claim, slow enough for others to come between."""

COUNTS_SEATS = _replaced(
    SLOW,
    "SELECT slot_id, capacity - claimed AS free FROM slots\n",
    """SELECT slot_id, capacity - (SELECT count(*) FROM bookings b WHERE b.slot_id = slots.slot_id
        AND b.status IN ('requested', 'approved', 'attended', 'no-show')) AS free FROM slots\n""",
)
"""A seat is free when fewer bookings are seen than there are seats."""

COUNTS_QUOTA = _replaced(
    SLOW,
    "WHERE q.booked < excluded.max_bookings AND q.in_person + excluded.in_person <= excluded.max_in_person\n",
    """WHERE excluded.max_bookings > (SELECT count(*) FROM bookings b WHERE b.student_id = excluded.student_id
        AND b.season_year = excluded.season_year AND b.status IN ('requested', 'approved', 'attended', 'no-show'))\n""",
)
"""A quota allows one more when fewer bookings are seen than it allows."""
