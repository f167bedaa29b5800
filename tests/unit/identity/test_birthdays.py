"""What a birthday changes, and that no sequence of decisions leaves a pupil active without consents."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bilet_identity.domain import events as ev
from bilet_identity.domain import registration as rules
from bilet_identity.domain.consent import Giver, Purpose
from bilet_identity.domain.errors import (
    ConsentNotRequired,
    GuardianNotNeeded,
    NotFound,
)
from bilet_identity.domain.student import Student, StudentStatus, SuspensionReason
from tests.unit.identity.people import FATHER, MOTHER, NOW, TODAY, after, consent, granted, kinds, own, student, tie

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
