"""What is answered about an instrument's quality."""

from pydantic import BaseModel, ConfigDict


class ItemStatisticsOut(BaseModel):
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


class ScaleStatisticsOut(BaseModel):
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
    items: list[ItemStatisticsOut]


class MeasuredGroupOut(BaseModel):
    """One group: `grades` is null for all grades together; `attempts` counts incomplete ones too."""

    grades: str | None
    attempts: int
    scales: list[ScaleStatisticsOut]


class PsychometricsOut(BaseModel):
    """Statistics of one version, `kind` questionnaire or quiz: all grades together first, then each grade band."""

    instrument: str
    kind: str
    groups: list[MeasuredGroupOut]
