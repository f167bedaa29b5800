"""What is answered about an instrument's quality."""

from pydantic import BaseModel, ConfigDict


class ItemStatisticsOut(BaseModel):
    """One item: answers, share missing, mean (share right in a quiz), item–rest correlation, α without it."""

    model_config = ConfigDict(from_attributes=True)

    item: str
    n: int
    missing: float
    mean: float | None
    sd: float | None
    item_rest: float | None
    alpha_if_deleted: float | None


class ScaleStatisticsOut(BaseModel):
    """One scale over its complete attempts; without figures when there are fewer than ten. α of a quiz is KR-20."""

    model_config = ConfigDict(from_attributes=True)

    scale: str
    n: int | None = None
    mean: float | None = None
    sd: float | None = None
    skew: float | None = None
    alpha_listwise: float | None = None
    alpha_pairwise: float | None = None
    n_pairwise: int | None = None
    standard_error: float | None = None
    items: list[ItemStatisticsOut]


class PsychometricsOut(BaseModel):
    """Statistics of one version; `grades` is empty for all grades together, `attempts` counts the group."""

    instrument: str
    grades: str | None
    attempts: int
    scales: list[ScaleStatisticsOut]
