"""What the staff is shown, as what is answered over HTTP."""

from collections.abc import Sequence

from bilet_diagnostics.api import staff_schemas as schemas
from bilet_diagnostics.api.schemas import OptionOut
from bilet_diagnostics.domain.instrument import Instrument
from bilet_diagnostics.domain.norms import NormSet
from bilet_diagnostics.storage.access import Completion
from bilet_diagnostics.storage.statistics import GradeCount
from bilet_diagnostics.use_cases.overseeing import NormedInstrument


def completions_out(found: Sequence[Completion], limit: int) -> schemas.CompletionsOut:
    """A page of at most `limit` of the pupils found; one more than that means that there is a next one."""
    page = found[:limit]
    return schemas.CompletionsOut(
        items=[
            schemas.CompletionOut(
                student_id=one.student_id, grade=one.grade, school_code=one.school_code, stages_done=list(one.stages)
            )
            for one in page
        ],
        next_cursor=page[-1].student_id if len(found) > limit else None,
    )


def instrument_summary_out(one: Instrument) -> schemas.InstrumentSummaryOut:
    """A version in a line."""
    return schemas.InstrumentSummaryOut(
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


def keyed_instrument_out(found: NormedInstrument) -> schemas.KeyedInstrumentOut:
    """A version with its keys and norms."""
    one = found.instrument
    return schemas.KeyedInstrumentOut(
        **dict(instrument_summary_out(one)),
        instruction=one.instruction,
        source=one.source,
        licence=one.licence,
        scales=[
            schemas.ScaleKeyOut(
                scale=scale.id, title=scale.title, audience=scale.audience, role=scale.role, cuts=scale.cuts
            )
            for scale in one.scales
        ],
        items=_items_out(one),
        contrary=list(one.contrary),
        norms=found.norms and _norms_out(found.norms),
    )


def counts_out(ref: str, counted: Sequence[GradeCount]) -> schemas.CountsOut:
    """Counts by grade."""
    return schemas.CountsOut(
        ref=ref,
        items=[
            schemas.GradeCountOut(grade=one.grade, begun=one.begun, submitted=one.submitted, flagged=one.flagged)
            for one in counted
        ],
    )


def _items_out(one: Instrument) -> list[schemas.KeyedItemOut]:
    return [
        schemas.KeyedItemOut(
            item=item.id,
            text=item.text,
            keys=dict(item.keys),
            options=[OptionOut(value=option.value, text=option.text) for option in one.options_of(item)],
            right=item.right,
            source=item.source,
            rationale=item.rationale,
        )
        for item in one.items
    ]


def _norms_out(norms: NormSet) -> schemas.NormsOut:
    return schemas.NormsOut(
        version=norms.version,
        source=norms.source,
        norms=[
            schemas.NormOut(scale=one.scale, grades=str(one.grades), n=one.n, mean=one.mean, sd=one.sd, alpha=one.alpha)
            for one in norms.norms
        ],
    )
