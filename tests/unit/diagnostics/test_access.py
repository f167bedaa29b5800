"""Who may look at a pupil's results."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from bilet_diagnostics.domain.access import (
    Meeting,
    is_pupil,
    may_see_route,
    may_see_summary,
    regions_of,
    schools_of,
)
from bilet_kit.access import ActingRole, Asker, Scope
from tests.unit.diagnostics.examples import GUARDIAN_ID, NOW, STUDENT, STUDENT_ID

AGREED = replace(STUDENT, purposes=("processing", "results-to-mentor"))
MENTOR = Asker("mentor", uuid4(), (Scope(role="mentor", region_code="63", staff_code="63-M01"),))
MEETING = Meeting(region_code="63", mentor_code="63-M01", visible_until=NOW + timedelta(days=1), missed=False)


def test_a_mentor_sees_the_summary_of_a_pupil_met_on_an_own_slot() -> None:
    assert may_see_summary(MENTOR, AGREED, [MEETING], NOW)


@pytest.mark.parametrize(
    "meeting",
    [
        replace(MEETING, mentor_code="63-M02"),
        replace(MEETING, region_code="64"),
        replace(MEETING, visible_until=None),
        replace(MEETING, visible_until=NOW),
        replace(MEETING, missed=True),
    ],
    ids=["another mentor's", "another region's", "cancelled", "over", "missed"],
)
def test_a_mentor_sees_nothing_by_a_meeting_that_is_not_a_present_one_of_the_own(meeting: Meeting) -> None:
    assert not may_see_summary(MENTOR, AGREED, [meeting], NOW)
    assert may_see_summary(MENTOR, AGREED, [meeting, MEETING], NOW)


@pytest.mark.parametrize("purposes", [(), ("processing",), ("results-to-mentor",)])
def test_a_mentor_needs_consent_to_processing_and_to_mentors(purposes: tuple[str, ...]) -> None:
    assert not may_see_summary(MENTOR, replace(AGREED, purposes=purposes), [MEETING], NOW)


def test_a_scope_without_a_code_matches_no_slot() -> None:
    codeless = Asker("mentor", MENTOR.subject, (Scope(role="mentor", region_code="63"),))
    assert not may_see_summary(codeless, AGREED, [MEETING], NOW)


@pytest.mark.parametrize("role", [role for role in ActingRole if role is not ActingRole.MENTOR])
def test_a_mentors_code_opens_nothing_in_another_role(role: ActingRole) -> None:
    assert not may_see_summary(replace(MENTOR, role=role), AGREED, [MEETING], NOW)


def test_a_guardian_sees_summary_and_route_until_the_pupil_decides_alone() -> None:
    guardian = Asker("guardian", GUARDIAN_ID)
    assert may_see_summary(guardian, STUDENT, (), NOW)
    assert may_see_route(guardian, STUDENT)
    grown = replace(STUDENT, decides_alone=True)
    assert not may_see_summary(guardian, grown, (), NOW)
    assert not may_see_route(guardian, grown)


def test_nobody_of_the_staff_sees_the_route() -> None:
    assert not may_see_route(MENTOR, AGREED)
    assert not may_see_route(Asker("mentor", GUARDIAN_ID), AGREED)


def test_only_a_pupils_own_token_is_the_pupil() -> None:
    assert is_pupil(Asker("student", STUDENT_ID), STUDENT_ID)
    assert not is_pupil(Asker("guardian", STUDENT_ID), STUDENT_ID)
    assert not is_pupil(Asker("student", GUARDIAN_ID), STUDENT_ID)


def test_schools_and_regions_come_from_the_scopes() -> None:
    scopes = (
        Scope(role="school-coordinator", region_code="64", school_code="1"),
        Scope(role="school-coordinator", region_code="63", school_code="1"),
        Scope(role="school-coordinator", region_code="63"),
    )
    assert schools_of(scopes) == (("64", "1"), ("63", "1"))
    assert regions_of(scopes) == ("63", "64")
