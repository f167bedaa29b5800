"""What of the stored attempts may leave the service: figures of whole tens, rounded.

Attempts come here in tens (see `storage.stored_answers`), complete ones and incomplete ones each in tens of their own.
Means, deviations and correlations are of the complete attempts alone: the incomplete would otherwise stand out as the
difference between an item and its scale. Of the incomplete only the share of skipped answers is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from bilet_diagnostics.domain.disclosure import LEAST_CELL
from bilet_diagnostics.domain.instrument import GradeBand, Instrument
from bilet_diagnostics.psychometrics.answer_files import Chunk
from bilet_diagnostics.psychometrics.moments import Matrix
from bilet_diagnostics.psychometrics.scales import EVERYONE, Groups
from bilet_diagnostics.psychometrics.statistics import ItemStatistics, ScaleStatistics

DECIMALS = 2

S = TypeVar("S", ItemStatistics, ScaleStatistics)


@dataclass(slots=True)
class Skipped:
    """Attempts of a group, and for each item how many of them left it out."""

    attempts: int
    without: Matrix

    def share(self, place: int) -> float | None:
        """Share without an answer to the item at a place; None when one to nine gave none, or one to nine gave one."""
        without = int(self.without[place])
        if 0 < without < LEAST_CELL or 0 < self.attempts - without < LEAST_CELL or not self.attempts:
            return None
        return round(without / self.attempts, DECIMALS)


class DisclosedGroups:
    """Gathers all attempts, and those of each grade band apart, chunk by chunk."""

    def __init__(self, instrument: Instrument, bands: Sequence[GradeBand]) -> None:
        self._bands = bands
        self._places = {item.id: place for place, item in enumerate(instrument.items)}
        self._complete = Groups(instrument, bands)
        names = [EVERYONE, *map(str, bands)]
        self._skipped = {name: Skipped(0, np.zeros(len(instrument.items))) for name in names}

    def add(self, chunk: Chunk) -> None:
        """Count in a chunk."""
        nothing = np.isnan(chunk.answers)
        whole = ~nothing.any(axis=1)
        self._complete.add(Chunk(chunk.answers[whole], chunk.grades[whole]))
        for name, rows in self._parts(nothing, chunk.grades):
            self._skipped[name].attempts += len(rows)
            self._skipped[name].without += rows.sum(axis=0)

    def _parts(self, rows: Matrix, grades: Matrix) -> Iterator[tuple[str, Matrix]]:
        yield EVERYONE, rows
        for band in self._bands:
            yield str(band), rows[(grades >= band.first) & (grades <= band.last)]

    @property
    def attempts(self) -> int:
        """How many attempts were counted."""
        return self._skipped[EVERYONE].attempts

    @property
    def named(self) -> dict[str, Mapping[str, ScaleStatistics]]:
        """All attempts under «все», then each grade band that has a complete ten; `rows` counts incomplete ones too."""
        return {
            name: {scale: self._told(one, self._skipped[name]) for scale, one in scales.items()}
            for name, scales in self._complete.named.items()
        }

    def _told(self, scale: ScaleStatistics, skipped: Skipped) -> ScaleStatistics:
        items = tuple(replace(_rounded(one), missing=skipped.share(self._places[one.item])) for one in scale.items)
        return replace(_rounded(scale), rows=skipped.attempts, items=items)


def _rounded(one: S) -> S:
    figures = {field.name: getattr(one, field.name) for field in fields(one)}
    rounded: dict[str, Any] = {
        name: round(figure, DECIMALS) for name, figure in figures.items() if isinstance(figure, float)
    }
    return replace(one, **rounded)
