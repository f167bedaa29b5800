"""The paper of an attempt: the items of a stage's instruments in one order."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bilet_diagnostics.domain.errors import UnknownItem, ValueOffScale
from bilet_diagnostics.domain.instrument import Instrument, Item

STAGES = (1, 2, 3)


@dataclass(frozen=True)
class Paper:
    """What one pupil is asked in one stage. Published versions never change, so neither does an item's position."""

    instruments: tuple[Instrument, ...]

    @cached_property
    def refs(self) -> tuple[str, ...]:
        """The exact versions, in order."""
        return tuple(instrument.ref for instrument in self.instruments)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All items, in the order they are asked."""
        return tuple(item for instrument in self.instruments for item in instrument.items)

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Item id to its place, from 0."""
        return {item.id: position for position, item in enumerate(self.items)}

    @cached_property
    def allowed(self) -> tuple[tuple[int, ...], ...]:
        """The values each item may take, by position."""
        return tuple(
            tuple(option.value for option in instrument.options_of(item))
            for instrument in self.instruments
            for item in instrument.items
        )

    def position_of(self, item: str, value: int) -> int:
        """Where an answer belongs.

        Raises:
            UnknownItem: the paper has no such item.
            ValueOffScale: the item has no such answer.
        """
        position = self.positions.get(item)
        if position is None:
            raise UnknownItem(item)
        if value not in self.allowed[position]:
            raise ValueOffScale(item, self.allowed[position])
        return position

    def part(self, instrument: Instrument) -> slice:
        """Where an instrument's items lie."""
        first = self.positions[instrument.items[0].id]
        return slice(first, first + len(instrument.items))
