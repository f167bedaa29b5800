"""Everything diagnostics publishes, and what stays its own business."""

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
    AttemptResumed,
    AttemptStarted,
    AttemptStopped,
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
    published = StageStartedV1(
        region_code=event.region_code,
        student_id=event.student_id,
        season_code=event.season_code,
        stage=event.stage,
        instruments=_versions(event.instruments),
    )
    return Published(published, "attempt", str(event.attempt_id))


def to_stage_completed(event: AttemptSubmitted) -> Published:
    published = StageCompletedV1(
        region_code=event.region_code,
        student_id=event.student_id,
        season_code=event.season_code,
        stage=event.stage,
        instruments=_versions(event.instruments),
    )
    return Published(published, "attempt", str(event.attempt_id))


def to_diagnostics_completed(event: DiagnosticsCompleted) -> Published:
    published = DiagnosticsCompletedV1(
        region_code=event.region_code,
        student_id=event.student_id,
        season_code=event.season_code,
        recommended=_fits(event.recommended),
    )
    return Published(published, "student", str(event.student_id))


def to_recommendations_changed(event: RecommendationsChanged) -> Published:
    published = RecommendationsChangedV1(
        region_code=event.region_code,
        student_id=event.student_id,
        season_code=event.season_code,
        recommended=_fits(event.recommended),
    )
    return Published(published, "student", str(event.student_id))


def to_plan_updated(event: PlanChanged) -> Published:
    published = RouteUpdatedV1(region_code=event.region_code, student_id=event.student_id, changed="plan")
    return Published(published, "route", str(event.student_id))


def to_route_updated(event: RouteGrew) -> Published:
    published = RouteUpdatedV1(
        region_code=event.region_code, student_id=event.student_id, changed=event.by, booking_id=event.booking_id
    )
    return Published(published, "route", str(event.student_id))


def to_result_viewed(event: ResultViewed) -> Published:
    published = ResultViewedV1(
        region_code=event.region_code,
        student_id=event.student_id,
        viewer_id=event.viewer_id,
        role=event.role,
        viewed=event.viewed,
    )
    return Published(published, "student", str(event.student_id))


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
    silent=frozenset({AttemptResumed, AttemptStopped}),
)
