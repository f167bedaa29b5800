"""Norms are made of statistics, written as a file to be reviewed, and count once they are published."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_diagnostics.domain.instrument import GradeBand, Instrument
from bilet_diagnostics.domain.norms import Norm, NormSet, Sample, norms_from, t_score
from bilet_diagnostics.psychometrics.norming import NoNormsError, norms_of
from bilet_diagnostics.psychometrics.statistics import ScaleStatistics
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder, read_instrument
from bilet_diagnostics.storage.norm_files import load_norms, next_version, write_norms
from bilet_diagnostics.storage.reviewed_yaml import InstrumentFileError
from bilet_diagnostics.storage.seals import seal
from tests.unit.diagnostics.test_norms import score

READINESS = packaged_folder() / "readiness-1.yaml"
BAND = GradeBand(8, 9)
SCALES = ("concern", "control", "curiosity", "confidence")


def found(scale: str, *, n: int = 240, sd: float = 4.0, alpha: float | None = 0.75) -> ScaleStatistics:
    return ScaleStatistics(
        scale=scale,
        rows=n,
        n=n,
        mean=18.123456,
        sd=sd,
        skew=0.0,
        alpha_listwise=alpha,
        alpha_pairwise=alpha,
        n_pairwise=n,
        standard_error=None,
        items=(),
    )


def publish_draft(
    folder: Path, instrument: Instrument, by_band: dict[GradeBand, dict[str, ScaleStatistics]], source: str
) -> tuple[Path, NormSet]:
    """Write the next norms into a folder as the command does."""
    norms = norms_of(instrument, by_band, version=next_version(folder, instrument.ref), source=source)
    return write_norms(folder, norms), norms


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with one published instrument."""
    (tmp_path / READINESS.name).write_bytes(READINESS.read_bytes())
    seal(tmp_path)
    return tmp_path


def test_norms_are_written_reviewed_published_and_then_used(folder: Path) -> None:
    by_band = {BAND: {scale: found(scale) for scale in SCALES}}
    path, made = publish_draft(folder, read_instrument(READINESS), by_band, "Сезон 2026, регион 63")
    assert path == folder / "norms/readiness-1-n1.yaml"
    assert load_norms(path) == made
    assert made.norms[0] == Norm(scale="concern", grades=BAND, n=240, mean=18.1235, sd=4.0, alpha=0.75)
    assert load_library(folder).norms_of("readiness-1") is None
    assert seal(folder) == ("norms/readiness-1-n1.yaml",)
    assert load_library(folder).norms_of("readiness-1") == made


def test_later_norms_are_a_new_version_and_leave_the_earlier_ones(folder: Path) -> None:
    instrument = read_instrument(READINESS)
    first, _ = publish_draft(folder, instrument, {BAND: {"concern": found("concern")}}, "Сезон 2026")
    seal(folder)
    kept = first.read_bytes()
    second, newest = publish_draft(folder, instrument, {BAND: {"concern": found("concern", n=900)}}, "Сезон 2027")
    assert second.name == "readiness-1-n2.yaml"
    assert first.read_bytes() == kept
    seal(folder)
    assert load_library(folder).norms_of("readiness-1") == newest


def test_published_norms_never_change(folder: Path) -> None:
    path, _ = publish_draft(folder, read_instrument(READINESS), {BAND: {"concern": found("concern")}}, "Сезон")
    seal(folder)
    path.write_text(path.read_text(encoding="utf-8").replace("sd: 4.0", "sd: 3.0"), encoding="utf-8")
    with pytest.raises(InstrumentFileError, match="изменено после публикации"):
        load_library(folder)


def test_scales_with_fewer_than_200_attempts_get_no_norm(folder: Path) -> None:
    scales = {"concern": found("concern", n=200), "control": found("control", n=199)}
    _, made = publish_draft(folder, read_instrument(READINESS), {BAND: scales}, "Сезон")
    assert [one.scale for one in made.norms] == ["concern"]


def test_without_one_scale_of_200_nothing_is_written(folder: Path) -> None:
    with pytest.raises(NoNormsError, match="не меньше 200"):
        publish_draft(folder, read_instrument(READINESS), {BAND: {"concern": found("concern", n=199)}}, "Сезон")
    assert not (folder / "norms").exists()


@pytest.mark.parametrize(
    ("sd", "alpha"), [(0.0, 0.5), (0.00001, 0.5), (4.0, None), (4.0, -0.1), (4.0, 1.0), (4.0, 0.99999)]
)
def test_what_gives_no_place_and_no_band_is_no_norm(sd: float, alpha: float | None) -> None:
    assert norms_from([Sample(scale="concern", grades=BAND, n=500, mean=15.0, sd=sd, alpha=alpha)]) == ()


@given(st.floats(5, 25), st.floats(0.1, 8), st.floats(0, 0.99), st.floats(5, 25))
def test_every_norm_places_its_mean_at_50_with_a_band_of_its_reliability(
    mean: float, sd: float, alpha: float, raw: float
) -> None:
    (norm,) = norms_from([Sample(scale="concern", grades=BAND, n=200, mean=mean, sd=sd, alpha=alpha)])
    assert t_score(score(norm.mean), norm).value == 50
    place = t_score(score(raw), norm)
    assert place.value == pytest.approx(50 + 10 * (raw - norm.mean) / norm.sd, abs=0.051)
    assert place.high - place.low == pytest.approx(20 * (1 - norm.alpha) ** 0.5, abs=0.11)
