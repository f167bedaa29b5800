"""A pupil's route as what is answered over HTTP."""

from bilet_diagnostics.api import route_schemas as schemas
from bilet_diagnostics.api.views import feedback_out, recommendation_out
from bilet_diagnostics.domain.recommendation import NOTHING_IS_EXCLUDED
from bilet_diagnostics.domain.route import LATER, Plan, Recommended, TriedOut
from bilet_diagnostics.use_cases.routes import Route


def route_out(route: Route) -> schemas.RouteOut:
    """All of the route."""
    return schemas.RouteOut(
        student_id=route.student_id,
        profile=[feedback_out(one) for one in route.results],
        recommended=[recommendation_out(one) for one in route.recommended],
        tried_out=[_tried_out_out(one) for one in route.tried_out],
        plan=plan_out(route.plan),
        notes=[NOTHING_IS_EXCLUDED, LATER],
    )


def plan_out(plan: Plan) -> schemas.PlanOut:
    """The pupil's own goals and steps."""
    return schemas.PlanOut(
        goals=list(plan.goals),
        steps=[schemas.StepOut(text=one.text, done=one.done) for one in plan.steps],
        revision=plan.revision,
        changed_at=plan.changed_at,
    )


def _tried_out_out(one: TriedOut) -> schemas.TriedOutOut:
    return schemas.TriedOutOut(
        booking_id=one.booking_id,
        competency=one.competency,
        title=one.title,
        field=one.field,
        try_out=one.try_out,
        site_code=one.site_code,
        format=one.format,
        starts_at=one.starts_at,
        timezone=one.timezone,
        mentor_id=one.mentor_id,
        recommendation=one.recommendation and _recommendation_out(one, one.recommendation),
    )


def _recommendation_out(one: TriedOut, recommended: Recommended) -> schemas.MentorRecommendationOut:
    return schemas.MentorRecommendationOut(
        recommendation_id=recommended.recommendation_id,
        issued_by_id=recommended.issued_by_id,
        issued_at=recommended.issued_at,
        read_at=f"/api/v1/booking/bookings/{one.booking_id}",
    )
