"""Which channel may be used for whom."""

from dataclasses import replace
from uuid import uuid4

import pytest

from bilet_notifications.domain.channels import EMAIL, INBOX, channels_for, may_email
from bilet_notifications.domain.people import GUARDIAN, STAFF, STUDENT, Correspondent, Recipient
from tests.unit.notifications.examples import FATHER, MENTOR, MOTHER, PUPIL, grown_up, student

CONSENTING = student(purposes=("processing", "notify-email"))
WITHDRAWN = replace(CONSENTING, email_withdrawn=True)
CHILD = Correspondent(recipient=Recipient(STUDENT, PUPIL))
PARENT = Correspondent(recipient=Recipient(GUARDIAN, MOTHER))
STRANGER = Correspondent(recipient=Recipient(GUARDIAN, FATHER))
TEACHER = Correspondent(recipient=Recipient(STAFF, MENTOR))


def test_a_pupil_gets_e_mail_only_with_the_consent_for_it() -> None:
    assert may_email(CHILD, CONSENTING)
    assert not may_email(CHILD, student())


def test_a_guardian_is_written_to_without_a_consent() -> None:
    assert may_email(PARENT, student())


def test_a_withdrawal_silences_pupil_and_guardians_but_not_staff() -> None:
    assert not may_email(CHILD, WITHDRAWN)
    assert not may_email(PARENT, WITHDRAWN)
    assert may_email(TEACHER, WITHDRAWN)


def test_who_is_no_longer_guardian_is_not_written_to() -> None:
    assert not may_email(STRANGER, student())
    assert not may_email(PARENT, grown_up())


@pytest.mark.parametrize("correspondent", [CHILD, PARENT, TEACHER])
def test_a_switched_off_channel_is_silent_for_everybody(correspondent: Correspondent) -> None:
    assert not may_email(replace(correspondent, wants_email=False), CONSENTING)


def test_dismissed_staff_are_not_written_to() -> None:
    assert not may_email(replace(TEACHER, dismissed=True), student())


def test_the_inbox_is_always_used() -> None:
    assert channels_for(Recipient(STUDENT, PUPIL), student()) == (INBOX,)
    assert channels_for(Recipient(STUDENT, PUPIL), CONSENTING) == (INBOX, EMAIL)
    assert channels_for(Recipient(GUARDIAN, MOTHER), student()) == (INBOX, EMAIL)
    assert channels_for(Recipient(STAFF, uuid4()), WITHDRAWN) == (INBOX, EMAIL)
