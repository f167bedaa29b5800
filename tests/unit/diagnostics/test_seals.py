"""What was published never changes; what was not is a draft, which is neither served nor in anybody's way."""

import hashlib
from pathlib import Path

import pytest

from bilet_diagnostics.storage.instrument_files import check_library, load_library
from bilet_diagnostics.storage.reviewed_yaml import InstrumentFileError
from bilet_diagnostics.storage.seals import LIST, drafts_in, read_seals, seal
from tests.unit.diagnostics.instrument_raw import good, published, written


def test_what_was_published_never_changes(tmp_path: Path) -> None:
    path = written(tmp_path, good())
    assert [one.ref for one in published(tmp_path).instruments] == ["care-1"]
    written(tmp_path, good() | {"title": "Другое"})
    with pytest.raises(InstrumentFileError, match=r"care-1\.yaml: изменено после публикации"):
        published(tmp_path)
    path.unlink()
    with pytest.raises(InstrumentFileError, match=r"care-1\.yaml: опубликовано, но файла нет"):
        published(tmp_path)


def test_a_draft_is_not_served_until_it_is_published(tmp_path: Path) -> None:
    written(tmp_path, good())
    seal(tmp_path)
    written(tmp_path, good() | {"version": 2})
    assert load_library(tmp_path).paper_for(1, 8).refs == ("care-1",)
    assert drafts_in(tmp_path) == ("care-2.yaml",)
    assert seal(tmp_path) == ("care-2.yaml",)
    assert load_library(tmp_path).paper_for(1, 8).refs == ("care-2",)
    assert drafts_in(tmp_path) == ()


@pytest.mark.parametrize("content", ["id: [", "", "id: care\nversion: 2\n"])
@pytest.mark.parametrize("name", ["care-2.yaml", "norms/care-1-n1.yaml"])
def test_a_faulty_draft_keeps_nothing_from_being_served(tmp_path: Path, name: str, content: str) -> None:
    written(tmp_path, good())
    seal(tmp_path)
    (tmp_path / "norms").mkdir()
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert [one.ref for one in load_library(tmp_path).instruments] == ["care-1"]
    with pytest.raises(InstrumentFileError, match=Path(name).name):
        check_library(tmp_path)


def test_only_drafts_are_no_library(tmp_path: Path) -> None:
    written(tmp_path, good())
    with pytest.raises(InstrumentFileError, match="нет ни одной методики"):
        load_library(tmp_path)
    assert [one.ref for one in check_library(tmp_path).instruments] == ["care-1"]


def test_publishing_leaves_the_seals_there_are_and_no_other_file(tmp_path: Path) -> None:
    written(tmp_path, good())
    seal(tmp_path)
    kept = read_seals(tmp_path)["care-1.yaml"]
    written(tmp_path, good() | {"title": "Другое"})
    two = written(tmp_path, good() | {"version": 2})
    seal(tmp_path)
    assert read_seals(tmp_path) == {
        "care-1.yaml": kept,
        "care-2.yaml": hashlib.sha256(two.read_bytes()).hexdigest(),
    }
    assert {path.name for path in tmp_path.iterdir()} == {"care-1.yaml", "care-2.yaml", LIST}


def test_a_publication_that_fails_half_way_leaves_the_old_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, good())
    seal(tmp_path)
    before = (tmp_path / LIST).read_bytes()
    written(tmp_path, good() | {"version": 2})

    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        seal(tmp_path)
    assert (tmp_path / LIST).read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"care-1.yaml", "care-2.yaml", LIST}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<<<<<<< ours\n", f"{LIST}: строка 1 записана не по правилам"),
        ("\n", f"{LIST}: строка 1 записана не по правилам"),
        (f"{'0' * 64}  care-1.yaml\n{'1' * 64}  care-1.yaml\n", f"{LIST}: care-1.yaml указано дважды"),
    ],
)
def test_a_spoilt_list_of_seals_is_refused_in_words(tmp_path: Path, content: str, sentence: str) -> None:
    written(tmp_path, good())
    (tmp_path / LIST).write_text(content, encoding="utf-8")
    with pytest.raises(InstrumentFileError, match=sentence):
        load_library(tmp_path)
