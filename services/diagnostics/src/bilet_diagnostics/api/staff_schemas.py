"""What is answered to the staff: completion by pseudonym, instruments with keys and norms, counts."""

from uuid import UUID

from pydantic import BaseModel

from bilet_diagnostics.api.schemas import OptionOut


class CompletionOut(BaseModel):
    """A pupil of the school by pseudonym, and the stages handed in in the region's newest season; no result."""

    student_id: UUID
    grade: int
    school_code: str
    stages_done: list[int]


class CompletionsOut(BaseModel):
    """A page of pupils."""

    items: list[CompletionOut]
    next_cursor: UUID | None


class InstrumentSummaryOut(BaseModel):
    """One published version of a questionnaire or quiz."""

    ref: str
    instrument: str
    version: int
    stage: int
    kind: str
    title: str
    grades: str
    minutes: int
    item_count: int
    translation: str


class InstrumentsOut(BaseModel):
    """Every published version."""

    items: list[InstrumentSummaryOut]
    next_cursor: None = None


class KeyedItemOut(BaseModel):
    """An item with its keys: +1, or −1 where it counts reversed; `right` is a quiz's right answer."""

    item: str
    text: str
    keys: dict[str, int]
    options: list[OptionOut]
    right: int | None
    source: str
    rationale: str


class NormOut(BaseModel):
    """One scale in one grade band."""

    scale: str
    grades: str
    n: int
    mean: float
    sd: float
    alpha: float


class NormsOut(BaseModel):
    """The newest version of the norms."""

    version: int
    source: str
    norms: list[NormOut]


class ScaleKeyOut(BaseModel):
    """What some items measure together, who sees it besides the pupil, and where its bands begin."""

    scale: str
    title: str
    audience: str
    role: str
    cuts: tuple[float, float]


class KeyedInstrumentOut(InstrumentSummaryOut):
    """A version with all that a psychologist checks."""

    instruction: str
    source: str
    licence: str
    scales: list[ScaleKeyOut]
    items: list[KeyedItemOut]
    contrary: list[tuple[str, str]]
    norms: NormsOut | None


class GradeCountOut(BaseModel):
    """Attempts of one grade, in whole tens, so that no figure can point at somebody."""

    grade: int
    begun: int | None
    submitted: int | None
    flagged: int | None


class CountsOut(BaseModel):
    """How often a version was taken in the methodologist's regions, in whole tens."""

    ref: str
    items: list[GradeCountOut]
    next_cursor: None = None
