"""What diagnostics publishes: stages taken, competencies recommended, results viewed. No answers and no scores."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from bilet_contracts.base import Event, Part
from bilet_contracts.words import Known, Word

ViewerRole = Annotated[Word, Known("guardian", "mentor", "school-coordinator", "methodologist")]
Viewed = Annotated[Word, Known("results", "recommendations", "route", "route-document")]
RouteChange = Annotated[Word, Known("attendance", "recommendation", "plan")]


class InstrumentVersion(Part):
    """A questionnaire in the version that was taken."""

    instrument: str
    version: int = Field(ge=1)


class StageStartedV1(Event, service="diagnostics", topic="diagnostics.events", key="student_id"):
    """A pupil began a stage."""

    student_id: UUID
    season_code: str
    stage: int = Field(ge=1, le=3)
    instruments: tuple[InstrumentVersion, ...]


class StageCompletedV1(Event, service="diagnostics", topic="diagnostics.events", key="student_id"):
    """A pupil submitted a stage, and its feedback is ready."""

    student_id: UUID
    season_code: str
    stage: int = Field(ge=1, le=3)
    instruments: tuple[InstrumentVersion, ...]


class RecommendedCompetency(Part):
    """A competency to try; `fit` is the Pearson correlation with the pupil's interests, −1 to 1, null without variance."""

    competency: str
    fit: float | None = Field(ge=-1, le=1)


class DiagnosticsCompletedV1(Event, service="diagnostics", topic="diagnostics.events", key="student_id"):
    """A pupil completed all three stages of the season, which opens booking; the best recommendation comes first."""

    student_id: UUID
    season_code: str
    recommended: tuple[RecommendedCompetency, ...]


class RecommendationsChangedV1(Event, service="diagnostics", topic="diagnostics.events", key="student_id"):
    """A retake, a rescoring or a new offer changed the recommendations of a completed season; the whole list, best first."""

    student_id: UUID
    season_code: str
    recommended: tuple[RecommendedCompetency, ...]


class ResultViewedV1(Event, service="diagnostics", topic="diagnostics.events", key="student_id"):
    """Somebody other than the pupil viewed a result of the pupil's.

    Attributes:
        viewer_id: guardian_id or staff_id, by the acting role.
        role: the acting role, as the access token names it.
        viewed: which result it was, never its content.
    """

    student_id: UUID
    viewer_id: UUID
    role: ViewerRole
    viewed: Viewed


class RouteUpdatedV1(Event, service="diagnostics", topic="diagnostics.events", key="student_id"):
    """A pupil's educational route changed; its present content is read in diagnostics.

    Attributes:
        changed: what was added or changed; `plan` are the pupil's own goals and next steps.
        booking_id: the booking that was attended or recommended upon; null for the pupil's own change.
    """

    student_id: UUID
    changed: RouteChange
    booking_id: UUID | None = None
