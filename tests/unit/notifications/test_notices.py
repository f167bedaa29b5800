"""Who is told what."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_notifications.domain.notices import (
    AUDIENCES,
    GUARDIANS_AWAITED_FOR,
    TEMPLATE_VERSIONS,
    Audience,
    Template,
    as_far_as_approved,
    can_be_announced,
    consent_is_missing,
    consent_request_id,
    is_told_by_the_completion,
    recipients,
)
from bilet_notifications.domain.people import GUARDIAN, STAFF, STUDENT, Recipient
from tests.unit.notifications.examples import FATHER, MENTOR, MOTHER, PUPIL, grown_up, notice, student

NOT_LONG = timedelta(0)


@pytest.mark.parametrize("template", [Template.CONSENT_REQUESTED, Template.APPROVAL_REQUESTED])
def test_only_guardians_are_asked_to_decide(template: Template) -> None:
    told = recipients(notice(template), student(guardian_ids=(MOTHER, FATHER)))

    assert told == (Recipient(GUARDIAN, MOTHER), Recipient(GUARDIAN, FATHER))


@pytest.mark.parametrize(
    "template",
    [
        Template.BOOKING_APPROVED,
        Template.BOOKING_CANCELLED,
    ],
)
def test_pupil_guardians_and_mentor_hear_of_an_approved_booking(template: Template) -> None:
    told = recipients(notice(template), student())

    assert told == (Recipient(STUDENT, PUPIL), Recipient(GUARDIAN, MOTHER), Recipient(STAFF, MENTOR))


def test_feedback_is_the_pupils_own_matter() -> None:
    assert recipients(notice(Template.FEEDBACK_READY), student()) == (Recipient(STUDENT, PUPIL),)


@pytest.mark.parametrize("template", [Template.BOOKING_DECLINED, Template.BOOKING_EXPIRED])
def test_a_mentor_hears_of_no_booking_that_was_never_approved(template: Template) -> None:
    assert STAFF not in {told.kind for told in recipients(notice(template), student())}
    assert STAFF not in {
        told.kind
        for told in recipients(as_far_as_approved(notice(Template.BOOKING_CANCELLED), approved=False), student())
    }


@pytest.mark.parametrize(
    ("stage", "sequence", "completed_at", "told"),
    [
        (3, 7, 8, True),
        (3, 7, None, True),
        (3, 9, 8, False),
        (2, 7, 8, False),
        (1, 1, None, False),
    ],
)
def test_the_last_stage_and_the_completion_are_one_message(
    *, stage: int, sequence: int, completed_at: int | None, told: bool
) -> None:
    assert is_told_by_the_completion(stage, sequence=sequence, completed_at=completed_at) is told


@pytest.mark.parametrize("template", [Template.DIAGNOSTICS_COMPLETED, Template.RECOMMENDATION_ISSUED])
def test_the_mentor_is_not_told_of_the_familys_matters(template: Template) -> None:
    assert recipients(notice(template), student()) == (Recipient(STUDENT, PUPIL), Recipient(GUARDIAN, MOTHER))


@given(template=st.sampled_from(Template))
def test_guardians_of_a_grown_up_hear_nothing(template: Template) -> None:
    told = recipients(notice(template), grown_up())

    assert [recipient for recipient in told if recipient.kind == GUARDIAN] == []


@given(template=st.sampled_from(Template), guardians=st.lists(st.sampled_from([MOTHER, FATHER]), max_size=4))
def test_nobody_is_told_twice(template: Template, guardians: list[UUID]) -> None:
    told = recipients(notice(template), student(guardian_ids=tuple(guardians)))

    assert len(told) == len(set(told))


def test_a_pupil_whose_guardians_are_not_known_yet_is_waited_for() -> None:
    orphan = student(guardian_ids=())

    assert not can_be_announced(notice(Template.APPROVAL_REQUESTED), orphan, waited=NOT_LONG)
    assert can_be_announced(notice(Template.APPROVAL_REQUESTED), orphan, waited=GUARDIANS_AWAITED_FOR)


def test_what_no_guardian_hears_is_told_at_once() -> None:
    assert can_be_announced(notice(Template.FEEDBACK_READY), student(guardian_ids=()), waited=NOT_LONG)


@given(template=st.sampled_from(Template))
def test_a_grown_up_and_a_pupil_with_guardians_are_never_waited_for(template: Template) -> None:
    assert can_be_announced(notice(template), grown_up(), waited=NOT_LONG)
    assert can_be_announced(notice(template), student(), waited=NOT_LONG)


def test_consent_is_asked_once_for_a_pupil_and_separately_for_each() -> None:
    first, second = uuid4(), uuid4()

    assert consent_request_id(first) == consent_request_id(first)
    assert consent_request_id(first) != consent_request_id(second)


@given(template=st.sampled_from(Template))
def test_every_message_has_an_audience_and_a_version(template: Template) -> None:
    assert AUDIENCES[template] <= set(Audience)
    assert AUDIENCES[template]
    assert TEMPLATE_VERSIONS[template] >= 1


@pytest.mark.parametrize(
    ("changes", "is_asked"),
    [
        ({}, True),
        ({"status": "active"}, False),
        ({"status": "a-word-of-tomorrow"}, False),
        ({"decides_alone": True}, False),
        ({"purposes": ("processing",)}, False),
        ({"purposes": ("a-purpose-of-tomorrow",)}, True),
    ],
)
def test_guardians_are_asked_for_consent_while_a_new_pupil_lacks_it(*, changes: dict[str, Any], is_asked: bool) -> None:
    state: dict[str, Any] = {"status": "registered", "decides_alone": False, "purposes": ()}
    assert consent_is_missing(**{**state, **changes}) is is_asked
