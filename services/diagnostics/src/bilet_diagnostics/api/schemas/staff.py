"""What the staff sees: completion by pseudonym, instruments with keys and norms, counts."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID

from bilet_diagnostics.api.schemas.questions import OptionView
from bilet_diagnostics.domain.instrument import Instrument
from bilet_diagnostics.domain.norms import NormSet
from bilet_diagnostics.storage.access import Completion
from bilet_diagnostics.storage.statistics import GradeCount
from bilet_diagnostics.use_cases.overseeing import NormedInstrument
from bilet_kit.web.schemas import View


class CompletionView(View):
    """A pupil of the school by pseudonym, and the stages submitted in the region's newest season; no result."""

    student_id: UUID
    grade: int
    school_code: str
    stages_done: list[int]


class CompletionsView(View):
    """A page of pupils."""

    items: list[CompletionView]
    next_cursor: UUID | None

    @classmethod
    def of(cls, found: Sequence[Completion], limit: int) -> Self:
        """View a page of at most `limit` of the pupils found; one more than that means that there is a next one."""
        page = found[:limit]
        return cls(
            items=[
                CompletionView(
                    student_id=one.student_id,
                    grade=one.grade,
                    school_code=one.school_code,
                    stages_done=list(one.stages),
                )
                for one in page
            ],
            next_cursor=page[-1].student_id if len(found) > limit else None,
        )


class InstrumentSummaryView(View):
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

    @classmethod
    def of(cls, one: Instrument) -> Self:
        return cls(
            ref=one.ref,
            instrument=one.id,
            version=one.version,
            stage=one.stage,
            kind=one.kind,
            title=one.title,
            grades=str(one.grades),
            minutes=one.minutes,
            item_count=len(one.items),
            translation=one.translation,
        )


class InstrumentsView(View):
    """Every published version."""

    items: list[InstrumentSummaryView]
    next_cursor: None = None


class KeyedItemView(View):
    """An item with its keys: +1, or −1 where it counts reversed; `right` is a quiz's right answer."""

    item: str
    text: str
    keys: dict[str, int]
    options: list[OptionView]
    right: int | None
    source: str
    rationale: str


class NormView(View):
    """One scale in one grade band."""

    scale: str
    grades: str
    n: int
    mean: float
    sd: float
    alpha: float


class NormsView(View):
    """The newest version of the norms."""

    version: int
    source: str
    norms: list[NormView]

    @classmethod
    def of(cls, norms: NormSet) -> Self:
        return cls(
            version=norms.version,
            source=norms.source,
            norms=[
                NormView(scale=one.scale, grades=str(one.grades), n=one.n, mean=one.mean, sd=one.sd, alpha=one.alpha)
                for one in norms.norms
            ],
        )


class ScaleKeyView(View):
    """What some items measure together, who sees it besides the pupil, and where its bands begin."""

    scale: str
    title: str
    audience: str
    role: str
    cuts: tuple[float, float]


class KeyedInstrumentView(InstrumentSummaryView):
    """A version with everything that a psychologist checks."""

    instruction: str
    source: str
    licence: str
    scales: list[ScaleKeyView]
    items: list[KeyedItemView]
    contrary: list[tuple[str, str]]
    norms: NormsView | None

    @classmethod
    def with_keys(cls, found: NormedInstrument) -> Self:
        one = found.instrument
        return cls(
            **dict(InstrumentSummaryView.of(one)),
            instruction=one.instruction,
            source=one.source,
            licence=one.licence,
            scales=[
                ScaleKeyView(
                    scale=scale.id, title=scale.title, audience=scale.audience, role=scale.role, cuts=scale.cuts
                )
                for scale in one.scales
            ],
            items=_items_of(one),
            contrary=list(one.contrary),
            norms=found.norms and NormsView.of(found.norms),
        )


class GradeCountView(View):
    """Attempts of one grade, in whole tens, so that no figure can point at somebody."""

    grade: int
    begun: int | None
    submitted: int | None
    flagged: int | None


class CountsView(View):
    """How often a version was taken in the methodologist's regions, in whole tens."""

    ref: str
    items: list[GradeCountView]
    next_cursor: None = None

    @classmethod
    def of(cls, ref: str, counted: Sequence[GradeCount]) -> Self:
        return cls(
            ref=ref,
            items=[
                GradeCountView(grade=one.grade, begun=one.begun, submitted=one.submitted, flagged=one.flagged)
                for one in counted
            ],
        )


def _items_of(one: Instrument) -> list[KeyedItemView]:
    return [
        KeyedItemView(
            item=item.id,
            text=item.text,
            keys=dict(item.keys),
            options=[OptionView(value=option.value, text=option.text) for option in one.options_of(item)],
            right=item.right,
            source=item.source,
            rationale=item.rationale,
        )
        for item in one.items
    ]
