"""Twins of booking's claim that count what the statement sees, where the true one asks the row that everybody locks."""

from bilet_booking.storage.claim import WRITE


def _replaced(statement: str, old: str, new: str) -> str:
    if statement.count(old) != 1:
        raise AssertionError("the statement has changed: nothing is sabotaged")
    return statement.replace(old, new)


# The sleep stands for whatever a busy server does between seeing and writing.
SLOW = _replaced(WRITE, "SELECT business_now() AS now\n", "SELECT business_now() AS now FROM pg_sleep(0.2)\n")
"""The true claim, slow enough for others to come between."""

COUNTS_SEATS = _replaced(
    SLOW,
    "SELECT slot_id, starts_at, ends_at, capacity - claimed AS free FROM slots\n",
    """SELECT slot_id, starts_at, ends_at, capacity - (SELECT count(*) FROM bookings b WHERE b.slot_id = slots.slot_id
        AND b.status IN ('requested', 'approved', 'attended', 'no-show')) AS free FROM slots\n""",
)
"""A seat is free when fewer bookings are seen than there are seats."""

COUNTS_QUOTA = _replaced(
    SLOW,
    """booked = excluded.booked, in_person = excluded.in_person,
        max_bookings = excluded.max_bookings, max_in_person = excluded.max_in_person
    WHERE (q.booked, q.in_person)
        = (SELECT d.counted_before, d.in_person_before FROM decided d WHERE d.student_id = q.student_id)
""",
    """booked = q.booked + 1, in_person = q.in_person + excluded.in_person
    WHERE excluded.max_bookings > (SELECT count(*) FROM bookings b WHERE b.student_id = excluded.student_id
        AND b.season_year = excluded.season_year AND b.status IN ('requested', 'approved', 'attended', 'no-show'))
""",
)
"""A quota allows one more when fewer bookings are seen than it allows."""
