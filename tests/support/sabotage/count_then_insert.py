"""Seats are counted, then taken: between the two somebody else has counted as well."""

from tests.support.echo_service import api

# The sleep stands for whatever a busy server does between the two; without it the mistake shows only now and then.
COUNT = """
SELECT pg_sleep(0.05) FROM slots
WHERE slot_id = $1 AND capacity > (SELECT count(*) FROM seats WHERE seats.slot_id = slots.slot_id)
"""


def apply() -> None:
    api.CLAIM = COUNT
