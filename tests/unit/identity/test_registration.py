"""Who must have agreed to what before a pupil takes part, and what ends it."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_identity.domain import events as ev
from bilet_identity.domain import registration as rules
from bilet_identity.domain.consent import Giver, Purpose
from bilet_identity.domain.errors import (
    ConsentNotRequired,
    GuardianNotNeeded,
    GuardianshipClosed,
    NotFound,
)
from bilet_identity.domain.guardianship import GuardianshipStatus, VerifiedBy
from bilet_identity.domain.student import Student, StudentStatus, SuspensionReason
from tests.unit.identity.people import FATHER, MOTHER, NOW, TODAY, after, consent, kinds, own, student, tie


def granted(pupil: Student, *givers: object) -> Student:
    for given_consent in givers:
        pupil = after(pupil, rules.grant(pupil, given_consent, today=TODAY))  # type: ignore[arg-type]
    return pupil


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


def test_a_guardian_who_only_proposed_cannot_consent() -> None:
    pupil = replace(student(13), guardianships=(tie(MOTHER),))

    with pytest.raises(NotFound):
        rules.grant(pupil, consent(MOTHER), today=TODAY)


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


def test_an_invitation_accepted_is_a_verified_guardianship() -> None:
    pupil = student(13)

    events = rules.confirm_by_invitation(pupil, tie(MOTHER), today=TODAY)

    assert kinds(events) == ["GuardianshipVerified", "StudentChanged"]
    assert after(pupil, events).guardian_ids(TODAY) == (MOTHER,)
    assert after(pupil, events).guardianships[0].verified_by is VerifiedBy.INVITATION


def test_an_invitation_accepted_twice_is_one_guardianship() -> None:
    assert rules.confirm_by_invitation(student(13, guardians=(MOTHER,)), tie(MOTHER), today=TODAY) == ()


def test_an_invitation_settles_what_the_guardian_had_proposed() -> None:
    pupil = replace(student(13), guardianships=(tie(MOTHER),))

    verified = after(pupil, rules.confirm_by_invitation(pupil, tie(MOTHER), today=TODAY))

    assert [held.guardianship_id for held in verified.guardianships] == [pupil.guardianships[0].guardianship_id]


def test_a_proposal_waits_for_the_pupil() -> None:
    pupil = student(13)
    events = rules.propose(pupil, tie(MOTHER), today=TODAY)
    proposed = after(pupil, events)

    assert kinds(events) == ["GuardianshipProposed"]
    assert proposed.guardian_ids(TODAY) == ()
    accepted = rules.accept(proposed, proposed.guardianships[0].guardianship_id, today=TODAY)
    assert kinds(accepted) == ["GuardianshipVerified", "StudentChanged"]


def test_a_repeated_proposal_or_acceptance_says_nothing() -> None:
    pupil = student(13, guardians=(MOTHER,))

    assert rules.propose(pupil, tie(MOTHER), today=TODAY) == ()
    assert rules.accept(pupil, pupil.guardianships[0].guardianship_id, today=TODAY) == ()


def test_a_declined_proposal_is_said_to_nobody_and_cannot_be_accepted() -> None:
    pupil = replace(student(13), guardianships=(tie(MOTHER),))
    key = pupil.guardianships[0].guardianship_id

    events = rules.end(pupil, key, today=TODAY)

    assert kinds(events) == ["GuardianshipDeclined"]
    with pytest.raises(GuardianshipClosed):
        rules.accept(after(pupil, events), key, today=TODAY)


def test_after_a_guardianship_ended_a_new_one_may_be_proposed() -> None:
    pupil = student(13, guardians=(MOTHER,))
    ended = after(pupil, rules.end(pupil, pupil.guardianships[0].guardianship_id, today=TODAY))

    assert kinds(rules.propose(ended, tie(MOTHER), today=TODAY)) == ["GuardianshipProposed"]


def test_the_last_consenting_guardian_leaving_suspends() -> None:
    pupil = granted(student(13, guardians=(MOTHER,)), consent(MOTHER))

    events = rules.end(pupil, pupil.guardianships[0].guardianship_id, today=TODAY)

    assert kinds(events) == ["GuardianshipEnded", "StudentSuspended"]
    assert isinstance(events[1], ev.StudentSuspended)
    assert events[1].reason is SuspensionReason.GUARDIANSHIP_ENDED


def test_a_guardian_leaving_whose_consent_is_not_needed_suspends_nobody() -> None:
    pupil = granted(student(13, guardians=(MOTHER, FATHER)), consent(MOTHER))
    fathers = next(held for held in pupil.guardianships if held.guardian_id == FATHER)

    assert kinds(rules.end(pupil, fathers.guardianship_id, today=TODAY)) == ["GuardianshipEnded", "StudentChanged"]


def test_ending_what_has_ended_says_nothing_and_a_strange_one_is_not_found() -> None:
    pupil = replace(student(13), guardianships=(tie(MOTHER, GuardianshipStatus.ENDED),))

    assert rules.end(pupil, pupil.guardianships[0].guardianship_id, today=TODAY) == ()
    with pytest.raises(NotFound):
        rules.end(pupil, uuid4(), today=TODAY)


def test_an_adult_pupil_needs_no_guardian() -> None:
    pupil = replace(student(18), guardianships=(tie(MOTHER),))

    with pytest.raises(GuardianNotNeeded):
        rules.confirm_by_invitation(pupil, tie(FATHER), today=TODAY)
    with pytest.raises(GuardianNotNeeded):
        rules.propose(pupil, tie(FATHER), today=TODAY)
    with pytest.raises(GuardianNotNeeded):
        rules.accept(pupil, pupil.guardianships[0].guardianship_id, today=TODAY)


BIRTHDAY = date(2027, 1, 1)


def test_the_fourteenth_birthday_begins_thirty_days_of_grace() -> None:
    pupil = granted(student(13, guardians=(MOTHER,)), consent(MOTHER))

    events = rules.review(pupil, today=BIRTHDAY)
    waiting = after(pupil, events)

    assert kinds(events) == ["GraceStarted", "StudentChanged"]
    assert waiting.status is StudentStatus.ACTIVE
    assert waiting.grace_until == BIRTHDAY + timedelta(days=30)
    assert rules.review(replace(waiting, reviewed_on=BIRTHDAY), today=BIRTHDAY + timedelta(days=29)) == ()
    (suspended,) = rules.review(waiting, today=BIRTHDAY + timedelta(days=30))
    assert isinstance(suspended, ev.StudentSuspended)
    assert suspended.reason is SuspensionReason.CONSENT_MISSING


def test_a_consent_in_time_ends_the_grace() -> None:
    pupil = granted(student(13, guardians=(MOTHER,)), consent(MOTHER))
    waiting = after(pupil, rules.review(pupil, today=BIRTHDAY))

    saved = after(waiting, rules.grant(waiting, own(waiting), today=BIRTHDAY + timedelta(days=3)))

    assert saved.grace_until is None
    assert rules.review(replace(saved, reviewed_on=BIRTHDAY), today=BIRTHDAY + timedelta(days=40)) == ()


def test_another_purpose_withdrawn_in_the_grace_suspends_nobody() -> None:
    pupil = granted(student(13, guardians=(MOTHER,)), consent(MOTHER), consent(MOTHER, Purpose.TRANSFER))
    waiting = after(pupil, rules.review(pupil, today=BIRTHDAY))

    events = rules.withdraw(waiting, Purpose.TRANSFER, giver=Giver.GUARDIAN, giver_id=MOTHER, now=NOW, today=BIRTHDAY)

    assert kinds(events) == ["ConsentWithdrawn", "StudentChanged"]


def test_processing_withdrawn_in_the_grace_suspends() -> None:
    pupil = granted(student(13, guardians=(MOTHER,)), consent(MOTHER))
    waiting = after(pupil, rules.review(pupil, today=BIRTHDAY))

    events = rules.withdraw(waiting, Purpose.PROCESSING, giver=Giver.GUARDIAN, giver_id=MOTHER, now=NOW, today=BIRTHDAY)

    assert kinds(events) == ["ConsentWithdrawn", "StudentSuspended"]


def test_the_eighteenth_birthday_ends_the_guardians_access_at_once() -> None:
    pupil = student(17, guardians=(MOTHER,))
    pupil = granted(pupil, consent(MOTHER), own(pupil))

    (changed,) = rules.review(pupil, today=BIRTHDAY)

    assert isinstance(changed, ev.StudentChanged)
    assert (changed.student.decides_alone, changed.student.guardian_ids) == (True, ())
    assert changed.student.purposes == (Purpose.PROCESSING,)


def test_an_ordinary_day_changes_nothing() -> None:
    pupil = granted(student(13, guardians=(MOTHER,)), consent(MOTHER))

    assert rules.review(pupil, today=TODAY + timedelta(days=1)) == ()


def test_who_was_born_on_29_february_comes_of_age_on_1_march() -> None:
    pupil = replace(student(), birth_date=date(2008, 2, 29))

    assert not pupil.decides_alone(date(2026, 2, 28))
    assert pupil.decides_alone(date(2026, 3, 1))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["grant", "withdraw", "end", "invite", "review"]),
        st.sampled_from(list(Purpose)),
        st.sampled_from([Giver.STUDENT, Giver.GUARDIAN]),
        st.sampled_from([MOTHER, FATHER]),
        st.integers(0, 400),
    ),
    max_size=25,
)


def step(pupil: Student, what: str, purpose: Purpose, giver: Giver, guardian: object, today: date) -> rules.Events:
    who = pupil.student_id if giver is Giver.STUDENT else guardian
    held = [t for t in pupil.guardianships if t.guardian_id == guardian]
    if what == "grant":
        given_consent = consent(who, purpose, giver=giver)  # type: ignore[arg-type]
        return rules.grant(pupil, given_consent, today=today)
    if what == "withdraw":
        return rules.withdraw(pupil, purpose, giver=giver, giver_id=who, now=NOW, today=today)  # type: ignore[arg-type]
    if what == "end" and held:
        return rules.end(pupil, held[-1].guardianship_id, today=today)
    if what == "invite":
        return rules.confirm_by_invitation(pupil, tie(guardian), today=today)  # type: ignore[arg-type]
    return rules.review(pupil, today=today)


@given(st.integers(12, 18), STEPS)
def test_whatever_happens_an_active_pupil_has_every_consent_or_is_in_grace(
    age: int, steps: list[tuple[str, Purpose, Giver, object, int]]
) -> None:
    pupil, today = student(age), TODAY
    for what, purpose, giver, guardian, days in steps:
        today += timedelta(days=days)
        pupil = replace(after(pupil, rules.review(pupil, today=today)), reviewed_on=today)
        try:
            events = step(pupil, what, purpose, giver, guardian, today)
        except (NotFound, ConsentNotRequired, GuardianNotNeeded):
            continue
        pupil = after(pupil, events)
        last = [event.student for event in events if hasattr(event, "student")]
        assert not last or last[-1].purposes == pupil.purposes(today)
        if pupil.status is StudentStatus.ACTIVE and not pupil.may_be_active(today):
            pupil = after(pupil, rules.review(pupil, today=today))
            assert pupil.grace_until is not None
