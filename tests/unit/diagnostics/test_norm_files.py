"""A faulty norm file is refused with sentences that a psychologist understands."""

from pathlib import Path

import pytest

from bilet_diagnostics.storage.reviewed_yaml import InstrumentFileError
from tests.unit.diagnostics.instrument_raw import Raw, good, published, written


def norms(**changes: object) -> Raw:
    norm = {"scale": "care", "grades": "8-9", "n": 240, "mean": 12.5, "sd": 3.1, "alpha": 0.8} | changes
    return {"instrument": "care-1", "version": 1, "source": "Сезон 2026", "norms": [norm]}


def test_norms_are_loaded_with_their_instrument_and_the_newest_count(tmp_path: Path) -> None:
    written(tmp_path, good())
    written(tmp_path, norms(), "norms/care-1-n1.yaml")
    written(tmp_path, norms(mean=13.0) | {"version": 2}, "norms/care-1-n2.yaml")
    found = published(tmp_path).norms_of("care-1")
    assert found is not None
    assert found.version == 2
    assert found.norm_for("care", 9) is not None
    assert found.norm_for("care", 10) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"n": 199}, "нужно не меньше 200 прохождений, а есть 199"),
        ({"scale": "carre"}, "такой шкалы нет"),
        ({"mean": 25.0}, "среднее 25.0 вне возможных 4–20"),
        ({"sd": 0.0}, "стандартное отклонение 0.0 невозможно"),
        ({"alpha": 1.0}, "альфа должна быть от 0 до 1"),
        ({"n": "много"}, "norms.1.n: нужно целое число"),
    ],
)
def test_impossible_norms_are_refused(tmp_path: Path, changes: Raw, sentence: str) -> None:
    written(tmp_path, good())
    written(tmp_path, norms(**changes), "norms/care-1-n1.yaml")
    with pytest.raises(InstrumentFileError, match=sentence):
        published(tmp_path)


def test_norms_of_an_instrument_that_is_not_there_are_refused(tmp_path: Path) -> None:
    written(tmp_path, good())
    written(tmp_path, norms() | {"instrument": "care-7"}, "norms/care-7-n1.yaml")
    with pytest.raises(InstrumentFileError, match="методике care-7, которой нет"):
        published(tmp_path)


def test_norms_are_named_after_instrument_and_version(tmp_path: Path) -> None:
    written(tmp_path, good())
    written(tmp_path, norms(), "norms/care-1-n3.yaml")
    with pytest.raises(InstrumentFileError, match=r"файл должен называться care-1-n1\.yaml"):
        published(tmp_path)


def test_a_grade_has_one_norm(tmp_path: Path) -> None:
    written(tmp_path, good())
    raw = norms()
    raw["norms"].append(raw["norms"][0] | {"grades": "9-11"})
    written(tmp_path, raw, "norms/care-1-n1.yaml")
    with pytest.raises(InstrumentFileError, match="классы пересекаются"):
        published(tmp_path)
