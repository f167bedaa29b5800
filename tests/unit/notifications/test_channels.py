"""Which channel may be used for whom."""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_notifications.domain.channels import EMAIL, INBOX, Channel, channel_of, channels_for, may_use
from bilet_notifications.domain.people import GUARDIAN, STAFF, STUDENT, Correspondent, Recipient
from tests.unit.notifications.examples import FATHER, MENTOR, MOTHER, PUPIL, grown_up, student

CONSENTING = student(purposes=("processing", "notify-email"))
WITHDRAWN = replace(CONSENTING, withdrawn=frozenset({"email"}))
CHILD = Correspondent(recipient=Recipient(STUDENT, PUPIL))
PARENT = Correspondent(recipient=Recipient(GUARDIAN, MOTHER))
STRANGER = Correspondent(recipient=Recipient(GUARDIAN, FATHER))
TEACHER = Correspondent(recipient=Recipient(STAFF, MENTOR))


def test_a_pupil_gets_e_mail_only_with_the_consent_for_it() -> None:
    assert may_use(EMAIL, CHILD, CONSENTING)
    assert not may_use(EMAIL, CHILD, student())


def test_a_guardian_is_written_to_without_a_consent() -> None:
    assert may_use(EMAIL, PARENT, student())


def test_a_withdrawal_silences_pupil_and_guardians_but_not_staff() -> None:
    assert not may_use(EMAIL, CHILD, WITHDRAWN)
    assert not may_use(EMAIL, PARENT, WITHDRAWN)
    assert may_use(EMAIL, TEACHER, WITHDRAWN)


def test_who_is_no_longer_guardian_is_not_written_to() -> None:
    assert not may_use(EMAIL, STRANGER, student())
    assert not may_use(EMAIL, PARENT, grown_up())


@pytest.mark.parametrize("correspondent", [CHILD, PARENT, TEACHER])
def test_a_switched_off_channel_is_silent_for_everybody(correspondent: Correspondent) -> None:
    assert not may_use(EMAIL, replace(correspondent, unwanted=frozenset({"email"})), CONSENTING)


def test_dismissed_staff_are_not_written_to() -> None:
    assert not may_use(EMAIL, replace(TEACHER, dismissed=True), student())


def test_the_inbox_is_always_used() -> None:
    assert channels_for(Recipient(STUDENT, PUPIL), student()) == (INBOX,)
    assert channels_for(Recipient(STUDENT, PUPIL), CONSENTING) == (INBOX, EMAIL)
    assert channels_for(Recipient(GUARDIAN, MOTHER), student()) == (INBOX, EMAIL)
    assert channels_for(Recipient(STAFF, uuid4()), WITHDRAWN) == (INBOX, EMAIL)


NAMES = st.from_regex("[a-z][a-z0-9-]{0,30}", fullmatch=True).filter(lambda name: name != INBOX.name)


@given(name=NAMES)
def test_a_new_channel_has_consent_withdrawal_and_preference_without_new_rules(name: str) -> None:
    channel = Channel(name)
    consenting = student(purposes=("processing", f"notify-{name}"))
    withdrawn = replace(consenting, withdrawn=frozenset({name}))

    assert channel_of(channel.purpose) == name
    assert may_use(channel, CHILD, consenting)
    assert not may_use(channel, CHILD, student())
    assert not may_use(channel, CHILD, withdrawn)
    assert may_use(channel, PARENT, student())
    assert not may_use(channel, PARENT, withdrawn)
    assert not may_use(channel, replace(PARENT, unwanted=frozenset({name})), student())
    assert may_use(channel, TEACHER, withdrawn)
    assert channels_for(CHILD.recipient, consenting, (INBOX, channel)) == (INBOX, channel)
    assert channels_for(CHILD.recipient, withdrawn, (INBOX, channel)) == (INBOX,)


def test_other_purposes_are_about_no_channel() -> None:
    assert channel_of("processing") is None
    assert channel_of("results-to-mentor") is None
