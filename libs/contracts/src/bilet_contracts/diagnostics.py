"""What diagnostics says: which stages a pupil took, what they recommend, and who looked. No answers, no scores."""

from typing import Literal
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


class RecommendationsChangedV1(Event, service="diagnostics", topic="diagnostics.events", key="student_id"):
    """A retake, a rescoring or a new offer changed what is recommended in a completed season: the whole list, best first."""

    student_id: UUID
    season_code: str
    recommended: tuple[RecommendedCompetency, ...]


class ResultViewedV1(Event, service="diagnostics", topic="diagnostics.events", key="student_id"):
    """Somebody else than the pupil was shown a result of the pupil's.

    Attributes:
        viewer_id: the id for the acting role: guardian_id or staff_id.
        role: the acting role, as in the access token: `guardian`, `mentor`.
        viewed: what was shown, never its content: `results`, `recommendations`, `route`, `route-document`.
    """

    student_id: UUID
    viewer_id: UUID
    role: str = Field(pattern="^[a-z-]{1,40}$")
    viewed: str = Field(pattern="^[a-z-]{1,40}$")


class RouteUpdatedV1(Event, service="diagnostics", topic="diagnostics.events", key="student_id"):
    """A pupil's route changed; what it says now is read there.

    Attributes:
        changed: an attendance or a mentor's recommendation came, or the pupil changed the own goals and next steps.
        booking_id: whose attendance or recommendation it is; absent for the pupil's own change.
    """

    student_id: UUID
    changed: Literal["attendance", "recommendation", "plan"]
    booking_id: UUID | None = None
