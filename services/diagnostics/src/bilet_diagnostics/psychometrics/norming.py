"""Statistics of first, unflagged attempts become a version of norms."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bilet_diagnostics.domain.instrument import GradeBand, Instrument
from bilet_diagnostics.domain.norms import LEAST_SAMPLE, NormSet, Sample, faults_of_norms, norms_from
from bilet_diagnostics.psychometrics.statistics import ScaleStatistics
from bilet_diagnostics.storage.norm_files import next_version, write_norms


class NoNormsError(Exception):
    """No scale has enough attempts in any grade band; the message is Russian."""


def publish_draft(
    folder: Path, instrument: Instrument, by_band: Mapping[GradeBand, Mapping[str, ScaleStatistics]], source: str
) -> tuple[Path, NormSet]:
    """Write the next version of an instrument's norms into a folder of instruments, to be reviewed and then published.

    Raises:
        NoNormsError: no scale has enough attempts, or the figures cannot be norms.
    """
    norms = NormSet(
        instrument=instrument.ref,
        version=next_version(folder, instrument.ref),
        source=source,
        norms=norms_from(_samples(by_band)),
    )
    if not norms.norms:
        raise NoNormsError(f"для норм нужно не меньше {LEAST_SAMPLE} полных первых прохождений на шкалу и классы")
    faults = faults_of_norms(norms, [instrument])
    if faults:
        raise NoNormsError("\n".join(faults))
    return write_norms(folder, norms), norms


def _samples(by_band: Mapping[GradeBand, Mapping[str, ScaleStatistics]]) -> Iterator[Sample]:
    for band, scales in by_band.items():
        for one in scales.values():
            yield Sample(scale=one.scale, grades=band, n=one.n, mean=one.mean, sd=one.sd, alpha=one.alpha_listwise)
