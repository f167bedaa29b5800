"""Moments as people say them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_notifications.rendering import moments

MORNING = "2026-08-15T06:00:00+00:00"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Kaliningrad", "15 августа 2026 г., 08:00 (UTC+2)"),
        ("Asia/Kamchatka", "15 августа 2026 г., 18:00 (UTC+12)"),
        ("Asia/Kolkata", "15 августа 2026 г., 11:30 (UTC+5:30)"),
        ("America/New_York", "15 августа 2026 г., 02:00 (UTC-4)"),
    ],
)
def test_a_moment_is_shown_in_its_zone(zone: str, expected: str) -> None:
    assert moments.russian_moment(MORNING, zone) == expected


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Samara", "в субботу, 15 августа, в 10:00 по самарскому времени"),
        ("Asia/Yekaterinburg", "в субботу, 15 августа, в 11:00 по екатеринбургскому времени"),
        ("Asia/Kolkata", "в субботу, 15 августа, в 11:30 (UTC+5:30)"),
    ],
)
def test_an_appointment_is_said_with_weekday_and_by_whose_time(zone: str, expected: str) -> None:
    assert moments.at_time(MORNING, zone) == expected


def test_a_deadline_is_said_in_the_genitive() -> None:
    assert moments.until(MORNING, "Europe/Moscow") == "до субботы, 15 августа, 09:00"
    assert moments.until_time(MORNING, "Europe/Moscow") == "до субботы, 15 августа, 09:00 по московскому времени"


def test_every_weekday_has_its_word() -> None:
    days = [f"2026-08-{day}T06:00:00+00:00" for day in range(10, 17)]

    assert [moments.on_day(day, "Europe/Moscow").partition(",")[0] for day in days] == [
        "в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье",
    ]  # fmt: skip


def test_every_zone_that_has_a_name_exists() -> None:
    for zone in moments.TIME_OF:
        assert datetime.now(UTC).astimezone(ZoneInfo(zone)).utcoffset() is not None


@given(moment=st.datetimes(timezones=st.timezones()))
def test_every_moment_can_be_said(moment: object) -> None:
    assert " г., " in moments.russian_moment(str(moment), "Europe/Samara")
    assert "по самарскому времени" in moments.at_time(str(moment), "Europe/Samara")
