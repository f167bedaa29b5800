"""Domain event to contract: everything diagnostics says."""

from bilet_contracts.diagnostics import (
    DiagnosticsCompletedV1,
    InstrumentVersion,
    RecommendedCompetency,
    StageCompletedV1,
    StageStartedV1,
)
from bilet_diagnostics.domain.events import AttemptStarted, AttemptSubmitted, DiagnosticsCompleted
from bilet_kit.outbox import Publications, Published


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
        recommended=tuple(RecommendedCompetency(competency=one.competency, fit=one.fit) for one in event.recommended),
    )
    return Published(said, "student", str(event.student_id))


def _versions(refs: tuple[str, ...]) -> tuple[InstrumentVersion, ...]:
    parts = [ref.rpartition("-") for ref in refs]
    return tuple(InstrumentVersion(instrument=name, version=int(version)) for name, _, version in parts)


PUBLICATIONS = Publications(
    service="diagnostics",
    translations={
        AttemptStarted: to_stage_started,
        AttemptSubmitted: to_stage_completed,
        DiagnosticsCompleted: to_diagnostics_completed,
    },
    events=(StageStartedV1, StageCompletedV1, DiagnosticsCompletedV1),
)
