"""Whose consent a pupil needs to take part, and what taking it back does."""

from uuid import uuid4

import pytest

from bilet_identity.domain import events as ev
from bilet_identity.domain import registration as rules
from bilet_identity.domain.consent import Giver, Purpose
from bilet_identity.domain.errors import (
    ConsentNotRequired,
    NotFound,
)
from bilet_identity.domain.student import StudentStatus, SuspensionReason
from tests.unit.identity.people import FATHER, MOTHER, NOW, TODAY, after, consent, granted, kinds, own, student


def test_registering_says_the_whole_state_and_activates_nobody() -> None:
    pupil = student()

    (event,) = rules.register(pupil, today=TODAY)

    assert isinstance(event, ev.StudentRegistered)
    assert (event.student.status, event.student.purposes, event.student.guardian_ids) == ("registered", (), ())


def test_below_fourteen_the_guardians_consent_is_enough() -> None:
    pupil = student(13, guardians=(MOTHER,))

    events = rules.grant(pupil, consent(MOTHER), today=TODAY)

    assert kinds(events) == ["ConsentGranted", "StudentActivated"]


def test_from_fourteen_the_guardian_alone_is_not_enough() -> None:
    pupil = student(14, guardians=(MOTHER,))

    events = rules.grant(pupil, consent(MOTHER), today=TODAY)

    assert kinds(events) == ["ConsentGranted", "StudentChanged"]
    assert after(pupil, events).status is StudentStatus.REGISTERED


def test_from_fourteen_the_pupil_alone_is_not_enough() -> None:
    pupil = student(17, guardians=(MOTHER,))

    assert not granted(pupil, own(pupil)).may_be_active(TODAY)


def test_from_fourteen_both_together_activate() -> None:
    pupil = granted(student(14, guardians=(MOTHER,)), consent(MOTHER))

    events = rules.grant(pupil, own(pupil), today=TODAY)

    assert kinds(events) == ["ConsentGranted", "StudentActivated"]


def test_at_eighteen_the_pupil_alone_activates() -> None:
    pupil = student(18)

    events = rules.grant(pupil, own(pupil), today=TODAY)

    assert kinds(events) == ["ConsentGranted", "StudentActivated"]


def test_another_purpose_activates_nobody() -> None:
    pupil = student(13, guardians=(MOTHER,))

    events = rules.grant(pupil, consent(MOTHER, Purpose.TRANSFER), today=TODAY)

    assert kinds(events) == ["ConsentGranted", "StudentChanged"]


def test_nobodys_guardian_cannot_consent() -> None:
    with pytest.raises(NotFound):
        rules.grant(student(13, guardians=(MOTHER,)), consent(FATHER), today=TODAY)


def test_below_fourteen_the_pupils_own_consent_has_no_effect() -> None:
    pupil = student(13, guardians=(MOTHER,))

    with pytest.raises(ConsentNotRequired):
        rules.grant(pupil, own(pupil), today=TODAY)


def test_at_eighteen_a_former_guardian_cannot_consent_or_withdraw() -> None:
    pupil = student(18, guardians=(MOTHER,))

    with pytest.raises(NotFound):
        rules.grant(pupil, consent(MOTHER), today=TODAY)
    with pytest.raises(NotFound):
        rules.withdraw(pupil, Purpose.PROCESSING, giver=Giver.GUARDIAN, giver_id=MOTHER, now=NOW, today=TODAY)


def test_one_pupil_cannot_consent_for_another() -> None:
    pupil = student(15, guardians=(MOTHER,))

    with pytest.raises(NotFound):
        rules.grant(pupil, consent(uuid4(), giver=Giver.STUDENT), today=TODAY)


def test_the_same_consent_twice_is_one() -> None:
    pupil = granted(student(13, guardians=(MOTHER,)), consent(MOTHER))

    assert rules.grant(pupil, consent(MOTHER), today=TODAY) == ()


def test_a_newer_text_is_a_consent_of_its_own() -> None:
    pupil = granted(student(13, guardians=(MOTHER,)), consent(MOTHER))

    events = rules.grant(pupil, consent(MOTHER, version="2"), today=TODAY)

    assert kinds(events) == ["ConsentGranted", "StudentChanged"]


@pytest.mark.parametrize("giver", [Giver.STUDENT, Giver.GUARDIAN])
def test_withdrawal_of_processing_by_either_suspends(giver: Giver) -> None:
    pupil = student(15, guardians=(MOTHER,))
    pupil = granted(pupil, consent(MOTHER), own(pupil))
    who = pupil.student_id if giver is Giver.STUDENT else MOTHER

    events = rules.withdraw(pupil, Purpose.PROCESSING, giver=giver, giver_id=who, now=NOW, today=TODAY)

    assert kinds(events) == ["ConsentWithdrawn", "StudentSuspended"]
    assert isinstance(events[1], ev.StudentSuspended)
    assert events[1].reason is SuspensionReason.CONSENT_WITHDRAWN
    assert events[1].student.purposes == ()


def test_one_guardians_withdrawal_counts_although_the_other_still_consents() -> None:
    pupil = granted(student(13, guardians=(MOTHER, FATHER)), consent(MOTHER), consent(FATHER))

    events = rules.withdraw(pupil, Purpose.PROCESSING, giver=Giver.GUARDIAN, giver_id=FATHER, now=NOW, today=TODAY)

    assert kinds(events) == ["ConsentWithdrawn", "StudentSuspended"]


def test_a_second_guardian_who_never_said_anything_stands_in_nobodys_way() -> None:
    pupil = granted(student(13, guardians=(MOTHER, FATHER)), consent(MOTHER))

    assert pupil.status is StudentStatus.ACTIVE


def test_withdrawal_of_another_purpose_leaves_the_pupil_active() -> None:
    pupil = granted(student(13, guardians=(MOTHER,)), consent(MOTHER), consent(MOTHER, Purpose.TRANSFER))

    events = rules.withdraw(pupil, Purpose.TRANSFER, giver=Giver.GUARDIAN, giver_id=MOTHER, now=NOW, today=TODAY)

    assert kinds(events) == ["ConsentWithdrawn", "StudentChanged"]
    assert after(pupil, events).purposes(TODAY) == (Purpose.PROCESSING,)


def test_a_second_withdrawal_says_nothing() -> None:
    pupil = granted(student(13, guardians=(MOTHER,)), consent(MOTHER))
    events = rules.withdraw(pupil, Purpose.PROCESSING, giver=Giver.GUARDIAN, giver_id=MOTHER, now=NOW, today=TODAY)
    pupil = after(pupil, events)

    assert not rules.withdraw(pupil, Purpose.PROCESSING, giver=Giver.GUARDIAN, giver_id=MOTHER, now=NOW, today=TODAY)


def test_consenting_again_activates_again() -> None:
    pupil = granted(student(13, guardians=(MOTHER,)), consent(MOTHER))
    pupil = after(
        pupil,
        rules.withdraw(pupil, Purpose.PROCESSING, giver=Giver.GUARDIAN, giver_id=MOTHER, now=NOW, today=TODAY),
    )

    assert kinds(rules.grant(pupil, consent(MOTHER), today=TODAY)) == ["ConsentGranted", "StudentActivated"]
