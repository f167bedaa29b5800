"""Norm files: one version of an instrument's norms, `norms/<instrument>-<version>-n<number>.yaml`.

Like instruments they are written once, read by a reviewer, sealed by `instruments publish`, and never changed again.
"""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field

from bilet_diagnostics.domain.norms import Norm, NormSet
from bilet_diagnostics.storage.reviewed_yaml import Grades, Number, Part, Text, Whole, read_reviewed, refuse_if_any


class _Norm(Part):
    scale: Text
    grades: Grades
    n: Whole
    mean: Number
    sd: Number
    alpha: Number


class _File(Part):
    instrument: Text
    version: Annotated[Whole, Field(ge=1)]
    source: Text
    norms: Annotated[tuple[_Norm, ...], Field(min_length=1)]


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


def next_version(folder: Path, instrument: str) -> int:
    """Find the number of the next norms of an instrument's version: 1 when there are none."""
    start = f"{instrument}-n"
    numbers = [path.stem.removeprefix(start) for path in (folder / "norms").glob(f"{start}*.yaml")]
    return max((int(number) for number in numbers if number.isdecimal()), default=0) + 1


def write_norms(folder: Path, norms: NormSet) -> Path:
    """Write a new file among the norms of a folder of instruments; it counts once it is published.

    Raises:
        FileExistsError: there is this version already.
    """
    path = folder / "norms" / f"{norms.instrument}-n{norms.version}.yaml"
    path.parent.mkdir(exist_ok=True)
    content = {
        "instrument": norms.instrument,
        "version": norms.version,
        "source": norms.source,
        "norms": [
            {
                "scale": one.scale,
                "grades": str(one.grades),
                "n": one.n,
                "mean": one.mean,
                "sd": one.sd,
                "alpha": one.alpha,
            }
            for one in norms.norms
        ],
    }
    with path.open("x", encoding="utf-8") as file:
        yaml.safe_dump(content, file, allow_unicode=True, sort_keys=False)
    return path
