"""Who may book, how often, and who may see and decide."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_booking.domain.access import as_maker, may_decide, may_read_advice, may_see
from bilet_booking.domain.catalogue import BOOKING_CLOSES_BEFORE, Format
from bilet_booking.domain.eligibility import check, obstacles
from bilet_booking.domain.errors import (
    BookingClosed,
    BookingNotOpen,
    DiagnosticsIncomplete,
    GradeDoesNotFit,
    InPersonQuotaExhausted,
    NotActive,
    QuotaExhausted,
    SeasonOver,
    SeasonUnknown,
    TransferConsentMissing,
)
from bilet_booking.domain.events import Role
from bilet_booking.domain.quota import Quota
from bilet_kit.access import Asker, Scope
from tests.unit.booking.makers import NOW, OPENS, START, appointment, requested, season, standing


def test_an_active_pupil_with_all_stages_and_consents_may_book() -> None:
    check(standing(), appointment(), NOW)

    assert obstacles(standing(), season(), NOW) == ()


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        ({"status": "registered"}, NotActive),
        ({"status": "suspended"}, NotActive),
        ({"status": "a-word-of-a-newer-identity"}, NotActive),
        ({"purposes": frozenset({"processing"})}, TransferConsentMissing),
        ({"unlocked_years": frozenset({2025})}, DiagnosticsIncomplete),
    ],
)
def test_what_a_pupil_lacks_is_named(state: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check(standing(**state), appointment(), NOW)
    assert [type(obstacle) for obstacle in obstacles(standing(**state), season(), NOW)] == [refusal]


@pytest.mark.parametrize("grade", [7, 10])
def test_the_grade_must_fit(grade: int) -> None:
    with pytest.raises(GradeDoesNotFit):
        check(standing(grade=grade), appointment(), NOW)


@pytest.mark.parametrize("grade", [8, 9])
def test_the_outermost_grades_fit(grade: int) -> None:
    check(standing(grade=grade), appointment(), NOW)


def test_booking_is_open_from_the_seasons_date() -> None:
    with pytest.raises(BookingNotOpen):
        check(standing(), appointment(), OPENS - timedelta(microseconds=1))
    check(standing(), appointment(), OPENS)


def test_booking_closes_36_hours_before_the_start() -> None:
    check(standing(), appointment(), START - timedelta(hours=36, microseconds=1))
    with pytest.raises(BookingClosed):
        check(standing(), appointment(), START - timedelta(hours=36))


def test_the_refusal_names_the_hours_that_decide() -> None:
    hours = BOOKING_CLOSES_BEFORE // timedelta(hours=1)

    assert str(BookingClosed()) == f"Запись закрывается за {hours} часов до начала."


def test_a_used_up_quota_in_person_says_that_it_is_about_in_person() -> None:
    assert str(QuotaExhausted(2)) == "За сезон можно записаться не больше чем на 2."
    assert str(InPersonQuotaExhausted(1)) == "За сезон можно записаться очно не больше чем на 1."


def test_nobody_known_lacks_everything() -> None:
    assert [type(obstacle) for obstacle in obstacles(None, season(), NOW)] == [
        NotActive,
        TransferConsentMissing,
        DiagnosticsIncomplete,
    ]


def test_without_a_season_there_is_nothing_to_book() -> None:
    assert [type(obstacle) for obstacle in obstacles(standing(), None, NOW)] == [SeasonUnknown]


def test_a_season_begins_and_ends() -> None:
    early = season().booking_from - timedelta(seconds=1)
    late = season().try_outs_until - timedelta(hours=36)

    assert [type(obstacle) for obstacle in obstacles(standing(), season(), early)] == [BookingNotOpen]
    assert [type(obstacle) for obstacle in obstacles(standing(), season(), late)] == [SeasonOver]


IN_PERSON, ONLINE = appointment(format=Format.IN_PERSON), appointment(format=Format.ONLINE)


def test_at_most_two_of_them_one_in_person() -> None:
    quota = Quota().claim(IN_PERSON)

    with pytest.raises(InPersonQuotaExhausted):
        quota.claim(IN_PERSON)
    with pytest.raises(QuotaExhausted):
        quota.claim(ONLINE).claim(ONLINE)


def test_the_season_sets_the_limits_of_a_quota() -> None:
    with pytest.raises(QuotaExhausted):
        Quota().claim(ONLINE).claim(appointment(max_bookings=1))
    with pytest.raises(InPersonQuotaExhausted):
        Quota().claim(appointment(format=Format.IN_PERSON, max_in_person=0))
    assert Quota(booked=2).claim(appointment(max_bookings=3)) == Quota(booked=3)


@given(st.lists(st.booleans(), max_size=30))
def test_a_quota_never_leaves_its_limits(wishes: list[bool]) -> None:
    quota, taken = Quota(), list[bool]()
    for in_person in wishes:
        try:
            quota = quota.claim(IN_PERSON if in_person else ONLINE)
        except QuotaExhausted:
            assert len(taken) == 2 or (in_person and True in taken)
        else:
            taken.append(in_person)
        assert (quota.booked, quota.in_person) == (len(taken), sum(taken))
        assert quota.booked <= 2
        assert quota.in_person <= 1


def test_a_pupil_and_verified_guardians_see_a_booking() -> None:
    booking, mother = requested(), uuid4()
    known = standing(student_id=booking.student_id, guardian_ids=frozenset({mother}))

    assert may_see(Asker("student", booking.student_id), booking, known)
    assert may_see(Asker("guardian", mother), booking, known)
    assert not may_see(Asker("student", uuid4()), booking, known)
    assert not may_see(Asker("guardian", uuid4()), booking, known)
    assert not may_see(Asker("guardian", mother), booking, None)


def test_at_18_guardians_see_and_decide_nothing() -> None:
    booking, mother = requested(), uuid4()
    adult = standing(student_id=booking.student_id, guardian_ids=frozenset({mother}), decides_alone=True)

    assert not may_see(Asker("guardian", mother), booking, adult)
    assert not may_decide(Asker("guardian", mother), booking, adult)
    assert may_decide(Asker("student", booking.student_id), booking, adult)


def test_under_18_guardians_decide_and_pupils_do_not() -> None:
    booking, mother = requested(), uuid4()
    child = standing(student_id=booking.student_id, guardian_ids=frozenset({mother}))

    assert may_decide(Asker("guardian", mother), booking, child)
    assert not may_decide(Asker("student", booking.student_id), booking, child)
    assert not may_decide(Asker("regional-operator", mother, (_scope("regional-operator"),)), booking, child)


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        ({"role": "mentor", "staff_code": "63-M01"}, True),
        ({"role": "mentor", "staff_code": "63-M02"}, False),
        ({"role": "mentor", "region_code": "64", "staff_code": "63-M01"}, False),
        ({"role": "site-coordinator", "site_code": "63-S01"}, True),
        ({"role": "site-coordinator", "site_code": "63-S02"}, False),
        ({"role": "site-coordinator"}, False),
        ({"role": "regional-operator"}, True),
        ({"role": "regional-operator", "region_code": "64"}, False),
        ({"role": "school-coordinator", "school_code": "630001"}, False),
        ({"role": "methodologist"}, False),
    ],
)
def test_staff_see_what_is_theirs(scope: dict[str, str], *, sees: bool) -> None:
    asker = Asker(scope["role"], uuid4(), (_scope(**scope),))

    assert may_see(asker, requested(), standing()) is sees


def test_only_child_guardian_and_mentor_read_the_mentors_text() -> None:
    readers = {role for role in _ROLES if may_read_advice(Asker(role, uuid4()))}

    assert readers == {"student", "guardian", "mentor"}


def test_who_decides_is_remembered_by_role() -> None:
    roles = {role: as_maker(Asker(role, uuid4())).role for role in ("student", "guardian", "site-coordinator")}

    assert list(roles.values()) == [Role.STUDENT, Role.GUARDIAN, Role.COORDINATOR]


_ROLES = ("student", "guardian", "mentor", "school-coordinator", "site-coordinator", "regional-operator")


def _scope(role: str, region_code: str = "63", **place: str) -> Scope:
    return Scope(role=role, region_code=region_code, **place)
