"""Statistics of first, unflagged attempts become norms."""

from collections.abc import Iterator, Mapping

from bilet_diagnostics.domain.instrument import GradeBand, Instrument
from bilet_diagnostics.domain.norms import LEAST_SAMPLE, NormSet, Sample, faults_of_norms, norms_from
from bilet_diagnostics.psychometrics.statistics import ScaleStatistics


class NoNormsError(Exception):
    """No scale has enough attempts in any grade band, or the figures cannot be norms; the message is Russian."""


def norms_of(
    instrument: Instrument,
    by_band: Mapping[GradeBand, Mapping[str, ScaleStatistics]],
    *,
    version: int,
    source: str,
) -> NormSet:
    """Make a version of an instrument's norms: mean, standard deviation and α of each scale in each grade band.

    Raises:
        NoNormsError: no scale has enough attempts, or the figures cannot be norms.
    """
    norms = NormSet(instrument=instrument.ref, version=version, source=source, norms=norms_from(_samples(by_band)))
    if not norms.norms:
        raise NoNormsError(f"для норм нужно не меньше {LEAST_SAMPLE} полных первых прохождений на шкалу и классы")
    faults = faults_of_norms(norms, [instrument])
    if faults:
        raise NoNormsError("\n".join(faults))
    return norms


def _samples(by_band: Mapping[GradeBand, Mapping[str, ScaleStatistics]]) -> Iterator[Sample]:
    for band, scales in by_band.items():
        for one in scales.values():
            yield Sample(scale=one.scale, grades=band, n=one.n, mean=one.mean, sd=one.sd, alpha=one.alpha_listwise)
