"""A season takes pupils in from its first instant until just before it closes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_identity.domain.errors import RegistrationClosed
from bilet_identity.domain.season import Season, check_registration

OPENS = datetime(2026, 7, 6, 20, tzinfo=UTC)
CLOSES = datetime(2026, 12, 30, 20, tzinfo=UTC)
THIS = Season(OPENS, CLOSES)
LAST = Season(OPENS - timedelta(days=365), CLOSES - timedelta(days=365))
INSTANT = timedelta(microseconds=1)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them bare


def is_open(*seasons: Season, now: datetime) -> bool:
    try:
        check_registration(seasons, "63", now=now)
    except RegistrationClosed:
        return False
    return True


@pytest.mark.parametrize(
    ("now", "wanted"),
    [(OPENS - INSTANT, False), (OPENS, True), (CLOSES - INSTANT, True), (CLOSES, False)],
)
def test_the_period_is_half_open(now: datetime, wanted: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_open(THIS, now=now) is wanted
    assert is_open(LAST, THIS, now=now) is wanted


@given(MOMENTS)
def test_while_no_season_is_known_pupils_may_join(now: datetime) -> None:
    assert is_open(now=now)


@given(MOMENTS, st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=4))
def test_known_seasons_take_in_exactly_when_one_of_them_does(
    now: datetime, dates: list[tuple[datetime, datetime]]
) -> None:
    seasons = [Season(*pair) for pair in dates]

    assert is_open(*seasons, now=now) is any(is_open(season, now=now) for season in seasons)
    assert is_open(*seasons, now=now) is any(opens <= now < closes for opens, closes in dates)


def test_before_the_season_the_day_of_its_region_is_named() -> None:
    with pytest.raises(RegistrationClosed, match=r"откроется 07\.07\.2026\."):
        check_registration([LAST, THIS], "63", now=OPENS - INSTANT)


def test_after_the_last_season_no_day_is_promised() -> None:
    with pytest.raises(RegistrationClosed, match="закончился"):
        check_registration([LAST, THIS], "63", now=CLOSES)


def test_a_season_that_closes_before_it_opens_takes_nobody_in_and_promises_nothing() -> None:
    with pytest.raises(RegistrationClosed, match="закончился"):
        check_registration([Season(CLOSES, OPENS)], "63", now=OPENS - INSTANT)
