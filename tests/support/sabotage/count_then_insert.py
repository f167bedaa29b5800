"""Seats are counted, then taken: between the two somebody else has counted as well."""

from tests.support.echo_service import api

COUNT = "SELECT 1 FROM slots WHERE slot_id = $1 AND capacity > (SELECT count(*) FROM seats WHERE slot_id = $1)"


def apply() -> None:
    api.CLAIM = COUNT
