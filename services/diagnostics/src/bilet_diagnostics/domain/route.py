"""A pupil's individual educational route: what was tried, what mentors recommended, and the pupil's own plan."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from bilet_diagnostics.domain.errors import PlanChangedElsewhere, PlanNotOpen
from bilet_diagnostics.domain.events import PlanChanged, Step
from bilet_diagnostics.domain.participation import Student

GOALS_AT_MOST = 10
STEPS_AT_MOST = 20
TEXT_AT_MOST = 300

LATER = "Маршрут растёт: новые профпробы, рекомендации наставников и твои собственные цели появляются в нём сами."


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Plan:
    """The pupil's own goals and next steps: free text about a child, so it is never printed.

    Attributes:
        goals: at most 10, of at most 300 characters.
        steps: at most 20, each done or not.
        revision: 0 before the first change, then grows by one.
        changed_at: None before the first change.
    """

    student_id: UUID
    goals: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    revision: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """A mentor wrote a recommendation; its text stays in booking and is read there, under the booking."""

    recommendation_id: UUID
    issued_by_id: UUID
    issued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedOut:
    """A try-out the pupil attended.

    Attributes:
        title: of the competency, empty until the catalogue tells it; the same holds for `field` and `try_out`.
        timezone: of the site; IANA name, to show `starts_at` in.
        recommendation: the mentor's, if there is one yet.
    """

    booking_id: UUID
    competency: str
    title: str
    field: str
    try_out: str
    site_code: str
    format: str
    starts_at: datetime
    timezone: str
    mentor_id: UUID | None
    recommendation: Recommended | None


def change_plan(
    plan: Plan, *, student: Student, goals: Sequence[str], steps: Sequence[Step], revision: int, now: datetime
) -> tuple[PlanChanged, ...]:
    """Replace the pupil's goals and steps; what is already so changes nothing, whatever revision it comes with.

    Args:
        plan: as it is.
        student: whose it is.
        goals: all of them from now on.
        steps: all of them from now on.
        revision: of the plan that was changed on the device; another device may have been faster.
        now: business time, UTC.

    Raises:
        PlanNotOpen: the account is not active, or there is no consent to processing.
        PlanChangedElsewhere: the plan has another revision by now.
    """
    if (tuple(goals), tuple(steps)) == (plan.goals, plan.steps):
        return ()
    if not student.may_begin:
        raise PlanNotOpen
    if revision != plan.revision:
        raise PlanChangedElsewhere
    event = PlanChanged(
        student_id=plan.student_id,
        region_code=student.region_code,
        goals=tuple(goals),
        steps=tuple(steps),
        at=now,
    )
    return (event,)


def evolve(plan: Plan, event: PlanChanged) -> Plan:
    """Apply a change of the plan."""
    return replace(plan, goals=event.goals, steps=event.steps, revision=plan.revision + 1, changed_at=event.at)
