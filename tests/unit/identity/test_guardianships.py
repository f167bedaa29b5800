"""A guardianship needs both sides, and can end."""

from dataclasses import replace
from uuid import uuid4

import pytest

from bilet_identity.domain import events as ev
from bilet_identity.domain import registration as rules
from bilet_identity.domain.errors import (
    GuardianNotNeeded,
    GuardianshipClosed,
    NotFound,
)
from bilet_identity.domain.guardianship import GuardianshipStatus, VerifiedBy
from bilet_identity.domain.student import SuspensionReason
from tests.unit.identity.people import FATHER, MOTHER, TODAY, after, consent, granted, kinds, student, tie


def test_a_guardian_who_only_proposed_cannot_consent() -> None:
    pupil = replace(student(13), guardianships=(tie(MOTHER),))

    with pytest.raises(NotFound):
        rules.grant(pupil, consent(MOTHER), today=TODAY)


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
