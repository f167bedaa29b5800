"""Attempts as they are read: with the feedback on them, and as a part of the pupil's educational route."""

from dataclasses import dataclass
from uuid import UUID

from bilet_diagnostics.domain.attempt import Attempt
from bilet_diagnostics.domain.feedback import Feedback
from bilet_diagnostics.domain.recommendation import Recommendation
from bilet_diagnostics.domain.route import Plan, TriedOut


@dataclass(frozen=True, slots=True)
class AttemptFeedback:
    """An attempt with the feedback on it."""

    attempt: Attempt
    feedback: Feedback


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A pupil's individual educational route.

    Attributes:
        results: the result that counts of every stage, as much of it as the reader may see.
        recommended: competencies to try, best first.
        tried_out: attended try-outs, oldest first.
    """

    student_id: UUID
    grade: int
    results: tuple[AttemptFeedback, ...]
    recommended: tuple[Recommendation, ...]
    tried_out: tuple[TriedOut, ...]
    plan: Plan
