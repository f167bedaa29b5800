"""Texts: complete, short, and without anybody's data but the greeting."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from bilet_notifications.domain.notices import AUDIENCES, TEMPLATE_VERSIONS, Audience, Template
from bilet_notifications.rendering import Renderer, russian_moment
from tests.unit.notifications.examples import VARIABLES

RENDERER = Renderer("https://bilet.example/")
EVERY_VERSION = [(template, number) for template in Template for number in range(1, TEMPLATE_VERSIONS[template] + 1)]


@pytest.mark.parametrize(("template", "version"), EVERY_VERSION)
def test_every_version_of_every_message_renders_short_and_whole(template: Template, version: int) -> None:
    text = RENDERER.text(template, version, VARIABLES)

    assert 10 < len(text.title) <= 100
    assert "\n" not in text.title
    assert 10 < len(text.body) <= 600
    assert "{" not in text.title + text.body


@pytest.mark.parametrize("template", [one for one in Template if Audience.STUDENT in AUDIENCES[one]])
def test_what_a_pupil_reads_says_ty_or_addresses_nobody(template: Template) -> None:
    text = RENDERER.text(template, TEMPLATE_VERSIONS[template], VARIABLES)

    assert not re.search(r"\b(вы|вас|вам|вами|ваш\w*)\b|\w(йте|ьте|ите)\b", f"{text.title} {text.body}", re.IGNORECASE)


def test_a_guardian_reads_the_deadline_in_the_sites_time() -> None:
    text = RENDERER.text(Template.APPROVAL_REQUESTED, 1, VARIABLES)

    assert text.title == "Подтвердите запись на профпробу до 12 августа 2026 г., 10:30 (UTC+4)"
    assert "15 августа 2026 г., 10:00 (UTC+4), площадка 63-S01" in text.body


def test_only_a_cancellation_by_the_site_names_who_cancelled() -> None:
    own = RENDERER.text(Template.BOOKING_CANCELLED, 1, VARIABLES)
    sites = RENDERER.text(Template.BOOKING_CANCELLED, 1, VARIABLES | {"reason": "site"})

    assert "площадкой" not in own.body
    assert "площадкой" in sites.body


def test_a_letter_greets_and_links_to_the_cabinet() -> None:
    letter = RENDERER.letter(Template.APPROVAL_REQUESTED, 1, VARIABLES, greeting="Здравствуйте, Ева Михайловна!")

    for part in (letter.plain, letter.html):
        assert part.count("Ева Михайловна") == 1
        assert "https://bilet.example/" in part
        assert "15 августа 2026 г., 10:00" in part


def test_markup_in_a_greeting_does_no_harm() -> None:
    letter = RENDERER.letter(Template.FEEDBACK_READY, 1, VARIABLES, greeting="Здравствуйте, <b>О'Нил</b>!")

    assert "<b>" not in letter.html
    assert "О'Нил" in letter.plain


def test_a_missing_variable_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(UndefinedError):
        RENDERER.text(Template.BOOKING_APPROVED, 1, {})


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
    assert russian_moment("2026-08-15T06:00:00+00:00", zone) == expected


@given(moment=st.datetimes(timezones=st.timezones()))
def test_every_moment_can_be_shown(moment: object) -> None:
    assert " г., " in russian_moment(str(moment), "Europe/Samara")
