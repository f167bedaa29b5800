"""An attempt with everything needed to go on with it on any device."""

import hashlib
from typing import Self
from uuid import UUID

from bilet_diagnostics.api.schemas.stages import AttemptView
from bilet_diagnostics.domain.attempt import Attempt
from bilet_diagnostics.domain.instrument import DO_NOT_KNOW, Instrument, Item, Kind, Option
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.paper import Paper
from bilet_kit.web.schemas import View


class OptionView(View):
    """One possible answer."""

    value: int
    text: str


class ItemView(View):
    """One question, with the answer so far; a quiz's options come in the attempt's own order."""

    item: str
    text: str
    options: list[OptionView]
    value: int | None


class InstrumentView(View):
    """One questionnaire or quiz of the attempt, and where it comes from."""

    instrument: str
    version: int
    kind: str
    title: str
    instruction: str
    source: str
    licence: str
    translation: str
    items: list[ItemView]

    @classmethod
    def of(cls, attempt: Attempt, paper: Paper, one: Instrument) -> Self:
        given = attempt.values[paper.part(one)]
        return cls(
            instrument=one.id,
            version=one.version,
            kind=one.kind,
            title=one.title,
            instruction=one.instruction,
            source=one.source,
            licence=one.licence,
            translation=one.translation,
            items=[
                ItemView(item=item.id, text=item.text, options=_options_of(attempt.attempt_id, one, item), value=value)
                for item, value in zip(one.items, given, strict=True)
            ],
        )


class AttemptWithItemsView(AttemptView):
    """An attempt with everything needed to go on with it on any device."""

    instruments: list[InstrumentView]

    @classmethod
    def with_questions(cls, attempt: Attempt, library: Library) -> Self:
        paper = library.paper(attempt.instruments)
        return cls(
            **dict(AttemptView.of(attempt)),
            instruments=[InstrumentView.of(attempt, paper, one) for one in paper.instruments],
        )


def _options_of(attempt_id: UUID, instrument: Instrument, item: Item) -> list[OptionView]:
    """List a quiz's options in the attempt's own order, the same on every device; «не знаю» comes last."""

    def place(option: Option) -> tuple[bool, bytes]:
        seed = f"{attempt_id}/{item.id}/{option.value}".encode()
        return option.value == DO_NOT_KNOW, hashlib.sha256(seed).digest()

    options = instrument.options_of(item)
    ordered = sorted(options, key=place) if instrument.kind is Kind.QUIZ else options
    return [OptionView(value=option.value, text=option.text) for option in ordered]
