from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_local.commands.clock import parse_duration, parse_moment
from bilet_local.errors import StackError


@given(st.integers(0, 500), st.integers(0, 100), st.integers(0, 10_000))
def test_a_duration_is_the_sum_of_its_parts(days: int, hours: int, minutes: int) -> None:
    assert parse_duration(f"{days}d{hours}h{minutes}m") == timedelta(days=days, hours=hours, minutes=minutes)


@pytest.mark.parametrize("text", ["", "2", "d", "2 d", "2d!", "-1d", "1y"])
def test_an_unclear_duration_is_refused(text: str) -> None:
    with pytest.raises(StackError, match="2d12h"):
        parse_duration(text)


def test_a_bare_date_is_midnight_in_the_zone() -> None:
    assert parse_moment("2026-07-07", "Europe/Samara") == datetime(2026, 7, 6, 20, tzinfo=UTC)


def test_an_offset_of_its_own_wins() -> None:
    assert parse_moment("2026-07-07T09:00+03:00", "Europe/Samara") == datetime(2026, 7, 7, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone"), [("7 июля", "Europe/Samara"), ("2026-13-01", "Europe/Samara"), ("2026-07-07", "Narnia/Lantern")]
)
def test_an_unclear_moment_is_refused(text: str, zone: str) -> None:
    with pytest.raises(StackError):
        parse_moment(text, zone)
