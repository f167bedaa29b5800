"""Who may see whose name, who may invite whom, and when a day begins."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from bilet_identity.domain.disclosure import Grant, Subject, may_see
from bilet_identity.domain.errors import ScopeNotYours
from bilet_identity.domain.regions import local_date
from bilet_identity.domain.staff import STAFF_ROLES, check_invitation
from bilet_kit.access import ActingRole, Asker, Scope

NOW = datetime(2026, 8, 1, tzinfo=UTC)
MOTHER, MENTOR = uuid4(), uuid4()
PUPIL = Subject(
    subject=uuid4(),
    related=frozenset({MOTHER}),
    regions=frozenset({"63"}),
    schools=frozenset({("63", "630001")}),
    grants=(Grant("63", "63-S01", MENTOR, NOW + timedelta(seconds=1)),),
)


def staff(role: ActingRole, subject: object = None, **scope: str) -> Asker:
    given = {"region_code": "63"} | scope
    return Asker(
        subject=subject or uuid4(),  # type: ignore[arg-type]
        role=role.value,
        scopes=(Scope(role=role, **given),),
    )


@pytest.mark.parametrize(
    ("asker", "sees"),
    [
        (Asker(subject=PUPIL.subject, role="student"), True),
        (Asker(subject=MOTHER, role="guardian"), True),
        (Asker(subject=uuid4(), role="guardian"), False),
        (Asker(subject=uuid4(), role="student"), False),
        (staff(ActingRole.REGIONAL_OPERATOR), True),
        (staff(ActingRole.REGIONAL_OPERATOR, region_code="64"), False),
        (staff(ActingRole.SCHOOL_COORDINATOR, school_code="630001"), True),
        (staff(ActingRole.SCHOOL_COORDINATOR, school_code="630002"), False),
        (staff(ActingRole.SCHOOL_COORDINATOR, region_code="64", school_code="630001"), False),
        (staff(ActingRole.SITE_COORDINATOR, site_code="63-S01"), True),
        (staff(ActingRole.SITE_COORDINATOR, site_code="63-S02"), False),
        (staff(ActingRole.SITE_COORDINATOR, region_code="64", site_code="63-S01"), False),
        (staff(ActingRole.MENTOR, MENTOR, site_code="63-S01"), True),
        (staff(ActingRole.MENTOR, site_code="63-S01"), False),
        (staff(ActingRole.METHODOLOGIST), False),
        (staff(ActingRole.FEDERAL_OPERATOR), False),
        (Asker(subject=MENTOR, role="mentor"), False),
    ],
)
def test_role_and_tie_together_open_a_name(asker: Asker, sees: bool) -> None:  # noqa: FBT001 - a table of cases
    assert may_see(asker, PUPIL, now=NOW) is sees


def test_a_site_of_another_region_sees_who_comes_there_and_its_namesake_at_home_does_not() -> None:
    guest = replace(PUPIL, grants=(Grant("64", "S01", None, NOW + timedelta(days=1)),))

    assert may_see(staff(ActingRole.SITE_COORDINATOR, region_code="64", site_code="S01"), guest, now=NOW)
    assert not may_see(staff(ActingRole.SITE_COORDINATOR, region_code="63", site_code="S01"), guest, now=NOW)


def test_a_site_coordinator_without_a_site_sees_nobody() -> None:
    assert not may_see(staff(ActingRole.SITE_COORDINATOR), PUPIL, now=NOW)


def test_a_grant_ends_on_the_second() -> None:
    mentor = staff(ActingRole.MENTOR, MENTOR, site_code="63-S01")

    assert not may_see(mentor, PUPIL, now=NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    "invited",
    [
        Scope(role=ActingRole.SCHOOL_COORDINATOR, region_code="63", school_code="630001"),
        Scope(role=ActingRole.SITE_COORDINATOR, region_code="63", site_code="63-S01"),
        Scope(role=ActingRole.MENTOR, region_code="63", site_code="63-S01", staff_code="63-M01"),
        Scope(role=ActingRole.METHODOLOGIST, region_code="63"),
    ],
)
def test_an_operator_invites_within_the_region(invited: Scope) -> None:
    operator = Scope(role=ActingRole.REGIONAL_OPERATOR, region_code="63")

    check_invitation(operator, invited)
    with pytest.raises(ScopeNotYours):
        check_invitation(Scope(role=ActingRole.REGIONAL_OPERATOR, region_code="64"), invited)


@pytest.mark.parametrize("role", [role for role in sorted(STAFF_ROLES) if role is not ActingRole.FEDERAL_OPERATOR])
def test_only_operators_invite(role: ActingRole) -> None:
    invited = Scope(role=ActingRole.REGIONAL_OPERATOR, region_code="63")

    with pytest.raises(ScopeNotYours):
        check_invitation(Scope(role=role, region_code="63"), invited)
    check_invitation(Scope(role=ActingRole.FEDERAL_OPERATOR, region_code="77"), invited)


@pytest.mark.parametrize(
    "invited",
    [
        Scope(role=ActingRole.SCHOOL_COORDINATOR, region_code="63"),
        Scope(role=ActingRole.SITE_COORDINATOR, region_code="63"),
        Scope(role=ActingRole.MENTOR, region_code="63", site_code="63-S01"),
    ],
)
def test_a_scope_is_never_wider_than_its_role(invited: Scope) -> None:
    with pytest.raises(ScopeNotYours):
        check_invitation(Scope(role=ActingRole.REGIONAL_OPERATOR, region_code="63"), invited)


@pytest.mark.parametrize(
    ("region", "day"), [("63", date(2026, 7, 8)), ("77", date(2026, 7, 7)), ("87", date(2026, 7, 8))]
)
def test_a_day_begins_at_the_regions_midnight(region: str, day: date) -> None:
    assert local_date(region, datetime(2026, 7, 7, 20, 30, tzinfo=UTC)) == day
