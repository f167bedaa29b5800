"""An instrument's answers become its scales' statistics, for all attempts or for some grades."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bilet_diagnostics.domain.instrument import GradeBand, Instrument, Kind, ScaleKey
from bilet_diagnostics.psychometrics.answer_files import Chunk
from bilet_diagnostics.psychometrics.moments import Matrix, Moments
from bilet_diagnostics.psychometrics.statistics import ScaleStatistics, scale_statistics

EVERYONE = "все"


class Gathering:
    """Gathers one instrument's answers chunk by chunk."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._moments = {
            key.scale.id: Moments(len(key.positions), (key.minimum + key.maximum) / 2) for key in instrument.keys
        }

    def add(self, answers: Matrix) -> None:
        """Count in a chunk: a row per attempt, a column per item in the instrument's order, NaN where missing."""
        for key in self._instrument.keys:
            self._moments[key.scale.id].add(scored(self._instrument.kind, key, answers))

    @property
    def statistics(self) -> Mapping[str, ScaleStatistics]:
        """Scale id to its statistics over everything gathered, in the file's order."""
        return {
            key.scale.id: scale_statistics(
                key.scale.id,
                [self._instrument.items[place].id for place in key.positions],
                self._moments[key.scale.id],
            )
            for key in self._instrument.keys
        }


def scored(kind: Kind, key: ScaleKey, answers: Matrix) -> Matrix:
    """Make a scale's columns ready to add up: reversed items reversed, a quiz's answers as right (1) or not (0)."""
    own = answers[:, key.positions]
    if kind is Kind.QUIZ:
        right = np.array(key.right, dtype=float)
        return np.where(np.isnan(own), np.nan, own == right)
    signs = np.array(key.signs, dtype=float)
    return np.where(signs > 0, own, key.minimum + key.maximum - own)


class Groups:
    """Gathers all attempts, and those of each grade band apart, chunk by chunk."""

    def __init__(self, instrument: Instrument, bands: Sequence[GradeBand]) -> None:
        self._instrument = instrument
        self._everyone = Gathering(instrument)
        self._bands = bands
        self._by_band: dict[GradeBand, Gathering] = {}

    def add(self, chunk: Chunk) -> None:
        """Count in a chunk."""
        self._everyone.add(chunk.answers)
        for band in self._bands:
            rows = chunk.answers[(chunk.grades >= band.first) & (chunk.grades <= band.last)]
            if len(rows):
                self._by_band.setdefault(band, Gathering(self._instrument)).add(rows)

    @property
    def everyone(self) -> Mapping[str, ScaleStatistics]:
        """Scale id to its statistics over all attempts."""
        return self._everyone.statistics

    @property
    def by_band(self) -> Mapping[GradeBand, Mapping[str, ScaleStatistics]]:
        """The same for each grade band that has any attempts, in the order of the bands."""
        return {band: self._by_band[band].statistics for band in self._bands if band in self._by_band}

    @property
    def named(self) -> dict[str, Mapping[str, ScaleStatistics]]:
        """All attempts under «все», then each grade band that has any."""
        return {EVERYONE: self.everyone} | {str(band): found for band, found in self.by_band.items()}


def gather(chunks: Iterable[Chunk], instrument: Instrument, bands: Sequence[GradeBand]) -> Groups:
    """Count in all chunks."""
    groups = Groups(instrument, bands)
    for chunk in chunks:
        groups.add(chunk)
    return groups
