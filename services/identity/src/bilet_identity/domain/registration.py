"""Decisions about a student: joining, guardians, consents, birthdays; and what each does to the state."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from bilet_identity.domain import events as ev
from bilet_identity.domain.consent import Consent, Giver, Purpose, in_force
from bilet_identity.domain.errors import (
    ConsentNotRequired,
    GuardianNotNeeded,
    GuardianshipClosed,
    NotFound,
)
from bilet_identity.domain.guardianship import Guardianship, GuardianshipStatus, VerifiedBy
from bilet_identity.domain.student import GRACE_DAYS, Student, StudentStatus, SuspensionReason, snapshot

Events = tuple[ev.StudentEvent, ...]


def register(student: Student, *, today: date) -> Events:
    """Open a pupil's account, which opens nothing else until it is active."""
    return (ev.StudentRegistered(snapshot(student, today)),)


def confirm_by_invitation(student: Student, tie: Guardianship, *, today: date) -> Events:
    """Verify a guardian who accepted the pupil's invitation: both have agreed.

    Raises:
        GuardianNotNeeded: the student is 18.
    """
    if student.decides_alone(today):
        raise GuardianNotNeeded
    present = student.tie_of(tie.guardian_id)
    if present is not None and present.verified:
        return ()
    verified = replace(present or tie, status=GuardianshipStatus.VERIFIED, verified_by=VerifiedBy.INVITATION)
    return _with_state(student, ev.GuardianshipVerified(student.student_id, student.region_code, verified), today=today)


def propose(student: Student, tie: Guardianship, *, today: date) -> Events:
    """Propose a guardian who picked the child from ESIA's list; the pupil has to agree.

    Raises:
        GuardianNotNeeded: the student is 18.
    """
    if student.decides_alone(today):
        raise GuardianNotNeeded
    if student.tie_of(tie.guardian_id) is not None:
        return ()
    return (ev.GuardianshipProposed(student.student_id, replace(tie, status=GuardianshipStatus.PROPOSED)),)


def accept(student: Student, guardianship_id: UUID, *, today: date) -> Events:
    """Accept a proposed guardianship, as the pupil.

    Raises:
        NotFound: not a guardianship of this student.
        GuardianshipClosed: it has ended.
        GuardianNotNeeded: the student is 18.
    """
    tie = _tie(student, guardianship_id)
    if tie.ended:
        raise GuardianshipClosed
    if tie.verified:
        return ()
    if student.decides_alone(today):
        raise GuardianNotNeeded
    verified = replace(tie, status=GuardianshipStatus.VERIFIED)
    return _with_state(student, ev.GuardianshipVerified(student.student_id, student.region_code, verified), today=today)


def end(student: Student, guardianship_id: UUID, *, today: date) -> Events:
    """End a guardianship, or decline a proposed one, from either side and without a reason.

    Raises:
        NotFound: not a guardianship of this student.
    """
    tie = _tie(student, guardianship_id)
    if tie.ended:
        return ()
    ended = replace(tie, status=GuardianshipStatus.ENDED)
    if not tie.verified:
        return (ev.GuardianshipDeclined(student.student_id, ended),)
    event = ev.GuardianshipEnded(student.student_id, student.region_code, ended)
    reason = SuspensionReason.GUARDIANSHIP_ENDED if student.may_be_active(today) else None
    return _with_state(student, event, today=today, reason=reason)


def grant(student: Student, consent: Consent, *, today: date) -> Events:
    """Grant one person's consent to one purpose by one exact text.

    Raises:
        NotFound: the giver has nothing to do with the student, or no longer has.
        ConsentNotRequired: a pupil under 14.
    """
    _check_giver(student, consent.giver, consent.giver_id, today)
    repeated = any(
        given.in_force
        and given.given_by(consent.giver_id, consent.purpose)
        and given.text_version == consent.text_version
        for given in student.consents
    )
    if repeated:
        return ()
    return _with_state(student, ev.ConsentGranted(student.student_id, student.region_code, consent), today=today)


def withdraw(student: Student, purpose: Purpose, *, giver: Giver, giver_id: UUID, now: datetime, today: date) -> Events:
    """Withdraw one person's consent; without `processing` the student is suspended.

    Raises:
        NotFound: the giver has nothing to do with the student, or no longer has.
    """
    if not student.required_giver(giver, giver_id, today):
        raise NotFound
    if not in_force(student.consents, giver_id, purpose):
        return ()
    event = ev.ConsentWithdrawn(
        student_id=student.student_id,
        region_code=student.region_code,
        purpose=purpose,
        giver=giver,
        giver_id=giver_id,
        at=now,
    )
    reason = SuspensionReason.CONSENT_WITHDRAWN if purpose is Purpose.PROCESSING else None
    return _with_state(student, event, today=today, reason=reason)


def review(student: Student, *, today: date) -> Events:
    """Decide what a birthday or the end of a grace period changes: new rights at once, suspension after 30 days."""
    complete, active = student.may_be_active(today), student.status is StudentStatus.ACTIVE
    if complete and not active:
        return (_activation(student, today),)
    if active and not complete and student.grace_until is None:
        until = today + timedelta(days=GRACE_DAYS)
        return ev.GraceStarted(student.student_id, until), ev.StudentChanged(snapshot(student, today))
    if active and not complete and student.grace_until is not None and today >= student.grace_until:
        return (_suspension(student, SuspensionReason.CONSENT_MISSING, today),)
    if snapshot(student, student.reviewed_on) != snapshot(student, today):
        return (ev.StudentChanged(snapshot(student, today)),)
    return ()


def evolve(student: Student, event: ev.StudentEvent) -> Student:
    """Apply an event."""
    changes: dict[str, Any] = {}
    match event:
        case ev.StudentActivated(state) | ev.StudentSuspended(state):
            changes = {"status": state.status, "grace_until": None}
        case ev.StudentChanged(state) if Purpose.PROCESSING in state.purposes:
            changes = {"grace_until": None}
        case ev.GraceStarted(until=until):
            changes = {"grace_until": until}
        case ev.ConsentGranted(consent=consent):
            changes = {"consents": (*student.consents, consent)}
        case ev.ConsentWithdrawn():
            changes = {"consents": tuple(_withdrawn(consent, event) for consent in student.consents)}
        case (
            ev.GuardianshipProposed(guardianship=tie)
            | ev.GuardianshipVerified(guardianship=tie)
            | ev.GuardianshipEnded(guardianship=tie)
            | ev.GuardianshipDeclined(guardianship=tie)
        ):
            others = tuple(held for held in student.guardianships if held.guardianship_id != tie.guardianship_id)
            changes = {"guardianships": (*others, tie)}
    return replace(student, **changes)


def _with_state(
    student: Student, event: ev.StudentEvent, *, today: date, reason: SuspensionReason | None = None
) -> Events:
    """Follow an event by what it does to the student's status, with the whole new state."""
    after = evolve(student, event)
    complete = after.may_be_active(today)
    if complete and after.status is not StudentStatus.ACTIVE:
        return event, _activation(after, today)
    if not complete and after.status is StudentStatus.ACTIVE and reason is not None:
        return event, _suspension(after, reason, today)
    return event, ev.StudentChanged(snapshot(after, today))


def _activation(student: Student, today: date) -> ev.StudentActivated:
    return ev.StudentActivated(snapshot(replace(student, status=StudentStatus.ACTIVE), today))


def _suspension(student: Student, reason: SuspensionReason, today: date) -> ev.StudentSuspended:
    suspended = replace(student, status=StudentStatus.SUSPENDED)
    return ev.StudentSuspended(snapshot(suspended, today), reason)


def _withdrawn(consent: Consent, event: ev.ConsentWithdrawn) -> Consent:
    if consent.in_force and consent.given_by(event.giver_id, event.purpose):
        return replace(consent, withdrawn_at=event.at)
    return consent


def _tie(student: Student, guardianship_id: UUID) -> Guardianship:
    for tie in student.guardianships:
        if tie.guardianship_id == guardianship_id:
            return tie
    raise NotFound


def _check_giver(student: Student, giver: Giver, giver_id: UUID, today: date) -> None:
    if student.required_giver(giver, giver_id, today):
        return
    if giver is Giver.STUDENT and giver_id == student.student_id:
        raise ConsentNotRequired
    raise NotFound
