"""What diagnostics says: which stages a pupil took, and what the three together recommend. No answers, no scores."""

from uuid import UUID

from pydantic import Field

from bilet_contracts.base import Event, Part


class InstrumentVersion(Part):
    """A questionnaire and the published version that was taken."""

    instrument: str
    version: int = Field(ge=1)


class StageStartedV1(Event, service="diagnostics", topic="diagnostics.events", key="student_id"):
    """A pupil opened a stage."""

    student_id: UUID
    season_code: str
    stage: int = Field(ge=1, le=3)
    instruments: tuple[InstrumentVersion, ...]


class StageCompletedV1(Event, service="diagnostics", topic="diagnostics.events", key="student_id"):
    """A pupil submitted a stage and its feedback is ready."""

    student_id: UUID
    season_code: str
    stage: int = Field(ge=1, le=3)
    instruments: tuple[InstrumentVersion, ...]


class RecommendedCompetency(Part):
    """A competency to try, and how well it fits the pupil's interests: Pearson r, −1 to 1; null without variance."""

    competency: str
    fit: float | None = Field(ge=-1, le=1)


class DiagnosticsCompletedV1(Event, service="diagnostics", topic="diagnostics.events", key="student_id"):
    """All three stages of the season are done: booking opens. Best recommendation first; nothing is excluded."""

    student_id: UUID
    season_code: str
    recommended: tuple[RecommendedCompetency, ...]
