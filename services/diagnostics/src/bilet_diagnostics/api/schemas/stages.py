"""Stages and attempts, without their questions."""

from datetime import datetime
from typing import Self
from uuid import UUID

from bilet_diagnostics.domain.attempt import Attempt
from bilet_diagnostics.use_cases.starting import Stages
from bilet_kit.web.schemas import View


class ProgressView(View):
    """How far an attempt is."""

    answered: int
    items: int


class SeasonView(View):
    """The season whose diagnostics are open."""

    season_code: str
    diagnostics_from: datetime
    closes: datetime


class StageView(View):
    """One stage as a pupil finds it: locked, open, started, stopped or submitted; `retake_from` once it is submitted."""

    stage: int
    titles: list[str]
    state: str
    minutes: int
    progress: ProgressView
    attempt_id: UUID | None
    retake_from: datetime | None


class StagesView(View):
    """The three stages; `may_begin` is false while the account is not active."""

    season: SeasonView | None
    may_begin: bool
    items: list[StageView]

    @classmethod
    def of(cls, found: Stages) -> Self:
        season = found.season
        return cls(
            season=season
            and SeasonView(
                season_code=season.season_code, diagnostics_from=season.diagnostics_from, closes=season.closes
            ),
            may_begin=found.may_begin,
            items=[
                StageView(
                    stage=one.stage,
                    titles=list(one.titles),
                    state=one.state,
                    minutes=one.minutes,
                    progress=ProgressView(answered=one.answered, items=one.items),
                    attempt_id=one.attempt_id,
                    retake_from=one.retake_from,
                )
                for one in found.stages
            ],
        )


class AttemptView(View):
    """An attempt without its questions; `number` counts the attempts at its stage in its season from 1."""

    attempt_id: UUID
    season_code: str
    stage: int
    number: int
    status: str
    started_at: datetime
    submitted_at: datetime | None
    progress: ProgressView

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        return cls(
            attempt_id=attempt.attempt_id,
            season_code=attempt.season_code,
            stage=attempt.stage,
            number=attempt.number,
            status=attempt.status,
            started_at=attempt.started_at,
            submitted_at=attempt.submitted_at,
            progress=ProgressView(answered=attempt.answered, items=len(attempt.answers)),
        )


class AttemptsView(View):
    """All attempts of the pupil, oldest first."""

    items: list[AttemptView]
