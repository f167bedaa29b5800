"""Domain event to contract: everything diagnostics says."""

from bilet_contracts.diagnostics import (
    DiagnosticsCompletedV1,
    InstrumentVersion,
    RecommendationsChangedV1,
    RecommendedCompetency,
    ResultViewedV1,
    RouteUpdatedV1,
    StageCompletedV1,
    StageStartedV1,
)
from bilet_diagnostics.domain.events import (
    AttemptStarted,
    AttemptSubmitted,
    DiagnosticsCompleted,
    Fit,
    PlanChanged,
    RecommendationsChanged,
    ResultViewed,
    RouteGrew,
)
from bilet_kit.storage.outbox import Publications, Published


def to_stage_started(event: AttemptStarted) -> Published:
    """A pupil opened a stage."""
    said = StageStartedV1(
        region_code=event.region_code,
        student_id=event.student_id,
        season_code=event.season_code,
        stage=event.stage,
        instruments=_versions(event.instruments),
    )
    return Published(said, "attempt", str(event.attempt_id))


def to_stage_completed(event: AttemptSubmitted) -> Published:
    """A pupil handed a stage in."""
    said = StageCompletedV1(
        region_code=event.region_code,
        student_id=event.student_id,
        season_code=event.season_code,
        stage=event.stage,
        instruments=_versions(event.instruments),
    )
    return Published(said, "attempt", str(event.attempt_id))


def to_diagnostics_completed(event: DiagnosticsCompleted) -> Published:
    """All three stages are done; best recommendation first."""
    said = DiagnosticsCompletedV1(
        region_code=event.region_code,
        student_id=event.student_id,
        season_code=event.season_code,
        recommended=_fits(event.recommended),
    )
    return Published(said, "student", str(event.student_id))


def to_recommendations_changed(event: RecommendationsChanged) -> Published:
    """The list that holds from now on; best first."""
    said = RecommendationsChangedV1(
        region_code=event.region_code,
        student_id=event.student_id,
        season_code=event.season_code,
        recommended=_fits(event.recommended),
    )
    return Published(said, "student", str(event.student_id))


def to_plan_updated(event: PlanChanged) -> Published:
    """The pupil changed the own goals and next steps; their words are not said."""
    said = RouteUpdatedV1(region_code=event.region_code, student_id=event.student_id, changed="plan")
    return Published(said, "route", str(event.student_id))


def to_route_updated(event: RouteGrew) -> Published:
    """An attendance or a recommendation became a part of the route."""
    said = RouteUpdatedV1(
        region_code=event.region_code, student_id=event.student_id, changed=event.by, booking_id=event.booking_id
    )
    return Published(said, "route", str(event.student_id))


def to_result_viewed(event: ResultViewed) -> Published:
    """Somebody else than the pupil looked."""
    said = ResultViewedV1(
        region_code=event.region_code,
        student_id=event.student_id,
        viewer_id=event.viewer_id,
        role=event.role,
        viewed=event.viewed,
    )
    return Published(said, "student", str(event.student_id))


def _fits(recommended: tuple[Fit, ...]) -> tuple[RecommendedCompetency, ...]:
    """In hundredths: exact correlations of several competencies could tell a pupil's six interests."""
    return tuple(
        RecommendedCompetency(competency=one.competency, fit=one.fit and round(one.fit, 2)) for one in recommended
    )


def _versions(refs: tuple[str, ...]) -> tuple[InstrumentVersion, ...]:
    parts = [ref.rpartition("-") for ref in refs]
    return tuple(InstrumentVersion(instrument=name, version=int(version)) for name, _, version in parts)


PUBLICATIONS = Publications(
    service="diagnostics",
    translations={
        AttemptStarted: to_stage_started,
        AttemptSubmitted: to_stage_completed,
        DiagnosticsCompleted: to_diagnostics_completed,
        RecommendationsChanged: to_recommendations_changed,
        PlanChanged: to_plan_updated,
        RouteGrew: to_route_updated,
        ResultViewed: to_result_viewed,
    },
    events=(
        StageStartedV1,
        StageCompletedV1,
        DiagnosticsCompletedV1,
        RecommendationsChangedV1,
        ResultViewedV1,
        RouteUpdatedV1,
    ),
)
