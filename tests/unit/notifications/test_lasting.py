"""How long a message lasts, and before which others it goes."""

from datetime import datetime

import pytest

from bilet_notifications.domain.lasting import NEWS_LAST, Urgency, expiry_of, urgency_of
from bilet_notifications.domain.notices import Template
from tests.unit.notifications.examples import NOW, VARIABLES


def test_a_request_for_approval_lasts_until_its_deadline() -> None:
    due = datetime.fromisoformat(VARIABLES["approval_due_at"])

    assert expiry_of(Template.APPROVAL_REQUESTED, VARIABLES, now=NOW) == due
    assert urgency_of(Template.APPROVAL_REQUESTED) == Urgency.URGENT


@pytest.mark.parametrize("template", [*(set(Template) - {Template.APPROVAL_REQUESTED}), "a-template-of-tomorrow"])
def test_everything_else_lasts_for_three_days(template: str) -> None:
    assert expiry_of(template, VARIABLES, now=NOW) == NOW + NEWS_LAST


def test_a_request_without_a_deadline_lasts_like_news() -> None:
    assert expiry_of(Template.APPROVAL_REQUESTED, {}, now=NOW) == NOW + NEWS_LAST


def test_a_cancelled_try_out_is_told_before_the_news_of_others() -> None:
    assert urgency_of(Template.BOOKING_CANCELLED) == Urgency.URGENT
    assert urgency_of(Template.FEEDBACK_READY) == Urgency.ORDINARY
