"""Rules of a pupil's plan."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_diagnostics.domain.errors import PlanChangedElsewhere, PlanNotOpen
from bilet_diagnostics.domain.events import PlanChanged, Step
from bilet_diagnostics.domain.participation import Student
from bilet_diagnostics.domain.route import Plan, change_plan, evolve
from tests.unit.diagnostics.examples import NOW, STUDENT, STUDENT_ID

EMPTY = Plan(student_id=STUDENT_ID)
GOALS = ("понять, моё ли это",)
STEPS = (Step("записаться в кружок"), Step("спросить мастера", done=True))
texts = st.text(min_size=1, max_size=20)
plans = st.tuples(st.lists(texts, max_size=4), st.lists(st.builds(Step, text=texts, done=st.booleans()), max_size=4))


def changed(plan: Plan, goals: tuple[str, ...] = GOALS, steps: tuple[Step, ...] = STEPS) -> Plan:
    (event,) = change_plan(plan, student=STUDENT, goals=goals, steps=steps, revision=plan.revision, now=NOW)
    return evolve(plan, event)


def test_the_pupil_replaces_goals_and_steps_whole() -> None:
    plan = changed(changed(EMPTY), ("другая",), ())
    assert (plan.goals, plan.steps, plan.revision, plan.changed_at) == (("другая",), (), 2, NOW)


def test_what_is_already_so_changes_nothing_whatever_revision_it_comes_with() -> None:
    plan = changed(EMPTY)
    for revision in (0, 1, 7):
        assert change_plan(plan, student=STUDENT, goals=GOALS, steps=STEPS, revision=revision, now=NOW) == ()


def test_a_change_of_an_older_plan_is_refused() -> None:
    plan = changed(changed(EMPTY), ("другая",))
    with pytest.raises(PlanChangedElsewhere):
        change_plan(plan, student=STUDENT, goals=("третья",), steps=(), revision=1, now=NOW)


@pytest.mark.parametrize(
    "student",
    [replace(STUDENT, status="suspended"), replace(STUDENT, status="registered"), replace(STUDENT, purposes=())],
    ids=["suspended", "registered", "without consent"],
)
def test_only_an_active_pupil_with_consent_changes_the_plan(student: Student) -> None:
    with pytest.raises(PlanNotOpen):
        change_plan(EMPTY, student=student, goals=GOALS, steps=(), revision=0, now=NOW)


@given(plans, plans)
def test_a_decision_repeated_is_no_decision(
    first: tuple[list[str], list[Step]], then: tuple[list[str], list[Step]]
) -> None:
    plan = EMPTY
    for goals, steps in (first, then):
        revision = plan.revision
        events = change_plan(plan, student=STUDENT, goals=goals, steps=steps, revision=revision, now=NOW)
        for event in events:
            plan = evolve(plan, event)
        later = NOW + timedelta(seconds=1)
        assert change_plan(plan, student=STUDENT, goals=goals, steps=steps, revision=revision, now=later) == ()
        assert (plan.goals, plan.steps) == (tuple(goals), tuple(steps))
        assert plan.revision == revision + len(events)


def test_a_plan_and_its_change_never_print_the_pupils_words() -> None:
    (event,) = change_plan(EMPTY, student=STUDENT, goals=GOALS, steps=STEPS, revision=0, now=NOW)
    assert isinstance(event, PlanChanged)
    for printed in (repr(event), repr(evolve(EMPTY, event)), repr(STEPS[0]), str(event)):
        assert "понять" not in printed
        assert "кружок" not in printed
