"""What happens in diagnostics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bilet_diagnostics.domain.recommendation import Recommendation


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEvent:
    """The facts that every event of an attempt carries.

    Attributes:
        instruments: exact versions, `<id>-<version>`.
        at: business time, UTC.
    """

    attempt_id: UUID
    student_id: UUID
    region_code: str
    season_code: str
    stage: int
    instruments: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted(AttemptEvent):
    """A pupil started a stage; `number` counts the attempts at it in the season from 1."""

    number: int
    grade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStopped(AttemptEvent):
    """Consent to processing was withdrawn while the attempt was open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptResumed(AttemptEvent):
    """The pupil went on with a stopped attempt after consent was given again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptSubmitted(AttemptEvent):
    """A pupil submitted a stage; it is scored and read-only from now on."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A recommended competency and Pearson r of its code with the pupil's interests; None without variance."""

    competency: str
    fit: float | None


def fits_of(made: Sequence[Recommendation]) -> tuple[Fit, ...]:
    """Take what events carry of recommendations: which and how well they fit, not why."""
    return tuple(Fit(one.competency, one.fit) for one in made)


@dataclass(frozen=True, slots=True)
class DiagnosticsCompleted:
    """All three stages of the season are done for the first time."""

    student_id: UUID
    region_code: str
    season_code: str
    recommended: tuple[Fit, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class RecommendationsChanged:
    """A retake, a rescoring or a new offer made the recommendations of a completed season anew."""

    student_id: UUID
    region_code: str
    season_code: str
    recommended: tuple[Fit, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    """One next step of a pupil's plan, in the pupil's own words."""

    text: str
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PlanChanged:
    """The pupil replaced their own goals and next steps, whose words are never published."""

    student_id: UUID
    region_code: str
    goals: tuple[str, ...]
    steps: tuple[Step, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteGrew:
    """The pupil attended a try-out, or the mentor wrote a recommendation; `by` is `attendance` or `recommendation`."""

    student_id: UUID
    region_code: str
    by: Literal["attendance", "recommendation"]
    booking_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultViewed:
    """Somebody other than the pupil viewed a result; `viewed` names which, never its content."""

    student_id: UUID
    region_code: str
    viewer_id: UUID
    role: str
    viewed: str


Event = (
    AttemptStarted
    | AttemptStopped
    | AttemptResumed
    | AttemptSubmitted
    | DiagnosticsCompleted
    | RecommendationsChanged
    | PlanChanged
    | RouteGrew
    | ResultViewed
)
