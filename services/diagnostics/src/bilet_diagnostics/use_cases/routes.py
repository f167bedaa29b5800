"""The pupil's route: read by the family, planned by the pupil, grown by booking's events."""

from collections.abc import Sequence
from uuid import UUID

from bilet_diagnostics.domain.errors import PlanChangedElsewhere
from bilet_diagnostics.domain.events import RouteGrew, Step
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.results import Route
from bilet_diagnostics.domain.route import Plan, change_plan, evolve
from bilet_diagnostics.storage import routes, students
from bilet_diagnostics.use_cases.reading import counting_results, shown_recommendations
from bilet_diagnostics.use_cases.seeing import Viewed, look_at_route
from bilet_kit.access import Asker
from bilet_kit.storage.database import Transaction


async def read_route(tx: Transaction, library: Library, *, asker: Asker, student_id: UUID, viewed: Viewed) -> Route:
    """Read the pupil's route, for the pupil or a guardian; before the first stage it is empty.

    Raises:
        StudentUnknown: no such pupil, or none of the asker's business.
    """
    student = await look_at_route(tx, asker, student_id, viewed)
    return Route(
        student_id=student_id,
        grade=student.grade,
        results=await counting_results(tx, library, asker=asker, student_id=student_id),
        recommended=await shown_recommendations(tx, asker=asker, student_id=student_id),
        tried_out=await routes.tried_out_by(tx, student_id),
        plan=await routes.find_plan(tx, student_id),
    )


async def write_plan(
    tx: Transaction, *, student_id: UUID, goals: Sequence[str], steps: Sequence[Step], revision: int
) -> Plan:
    """Replace the pupil's own goals and steps; a repeat, also a simultaneous one, answers the plan as it is.

    Raises:
        StudentUnknown: identity has not told of the pupil yet.
        PlanNotOpen, PlanChangedElsewhere: see `route.change_plan`.
    """
    student = await students.find_student_to_begin(tx, student_id)
    plan = await routes.find_plan(tx, student_id)
    for event in change_plan(plan, student=student, goals=goals, steps=steps, revision=revision, now=tx.now):
        if not await routes.save_plan(tx, event, plan.revision):
            return await _plan_of_the_faster(tx, student_id, goals, steps)
        tx.record(event)
        return evolve(plan, event)
    return plan


def grow_by_attendance(tx: Transaction, student_id: UUID, region_code: str, booking_id: UUID) -> None:
    """Publish that the route grew by an attended try-out."""
    tx.record(RouteGrew(student_id=student_id, region_code=region_code, by="attendance", booking_id=booking_id))


def grow_by_recommendation(tx: Transaction, student_id: UUID, region_code: str, booking_id: UUID) -> None:
    """Publish that the route grew by a mentor's recommendation."""
    tx.record(RouteGrew(student_id=student_id, region_code=region_code, by="recommendation", booking_id=booking_id))


async def _plan_of_the_faster(tx: Transaction, student_id: UUID, goals: Sequence[str], steps: Sequence[Step]) -> Plan:
    """Read the plan that another device saved meanwhile: the same is no conflict, something else is one."""
    plan = await routes.find_plan(tx, student_id)
    if (tuple(goals), tuple(steps)) != (plan.goals, plan.steps):
        raise PlanChangedElsewhere
    return plan
