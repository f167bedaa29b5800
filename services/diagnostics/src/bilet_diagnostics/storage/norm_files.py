"""Norm files: one version of an instrument's norms, `norms/<instrument>-<version>-n<number>.yaml`."""

from pathlib import Path

from bilet_diagnostics.domain.norms import Norm, NormSet
from bilet_diagnostics.storage.reviewed_yaml import Grades, Part, Text, read_reviewed, refuse_if_any


class _Norm(Part):
    scale: Text
    grades: Grades
    n: int
    mean: float
    sd: float
    alpha: float


class _File(Part):
    instrument: Text
    version: int
    source: Text
    norms: tuple[_Norm, ...]


def load_norms(path: Path) -> NormSet:
    """One version of norms; whether they fit their instrument is checked with the whole library.

    Raises:
        InstrumentFileError: naming every fault.
    """
    file = read_reviewed(path, _File)
    name = f"{file.instrument}-n{file.version}"
    refuse_if_any(path, [] if path.stem == name else [f"файл должен называться {name}.yaml"])
    return NormSet(
        instrument=file.instrument,
        version=file.version,
        source=file.source,
        norms=tuple(
            Norm(scale=one.scale, grades=one.grades, n=one.n, mean=one.mean, sd=one.sd, alpha=one.alpha)
            for one in file.norms
        ),
    )
