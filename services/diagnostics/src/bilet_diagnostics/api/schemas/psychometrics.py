"""The quality of an instrument, in figures about groups."""

from typing import Self

from pydantic import ConfigDict

from bilet_diagnostics.use_cases.psychometrics import Measured
from bilet_kit.web.schemas import View


class ItemStatisticsView(View):
    """One item; in a quiz `mean` is the share right and `item_rest` its discrimination.

    Answers, share missing (null where one to nine attempts would be told), mean, sd, corrected item–rest correlation,
    α (KR-20 in a quiz) without the item.
    """

    model_config = ConfigDict(from_attributes=True)

    item: str
    n: int
    missing: float | None
    mean: float | None
    sd: float | None
    item_rest: float | None
    alpha_if_deleted: float | None


class ScaleStatisticsView(View):
    """One scale over its complete attempts; α of a quiz is KR-20."""

    model_config = ConfigDict(from_attributes=True)

    scale: str
    n: int
    mean: float | None
    sd: float | None
    skew: float | None
    alpha_listwise: float | None
    alpha_pairwise: float | None
    n_pairwise: int
    standard_error: float | None
    items: list[ItemStatisticsView]


class MeasuredGroupView(View):
    """One group: `grades` is null for all grades together; `attempts` counts incomplete ones too."""

    grades: str | None
    attempts: int
    scales: list[ScaleStatisticsView]


class PsychometricsView(View):
    """Statistics of one version, `kind` questionnaire or quiz: all grades together first, then each grade band."""

    instrument: str
    kind: str
    groups: list[MeasuredGroupView]

    @classmethod
    def of(cls, measured: Measured) -> Self:
        groups = [
            MeasuredGroupView(
                grades=name if place else None,
                attempts=max(one.rows for one in scales.values()),
                scales=[ScaleStatisticsView.model_validate(one) for one in scales.values()],
            )
            for place, (name, scales) in enumerate(measured.groups.items())
        ]
        return cls(instrument=measured.instrument.ref, kind=measured.instrument.kind.value, groups=groups)
