"""The commands about instruments say what is wrong in words, and end with an error."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bilet_diagnostics.cli import app
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder
from bilet_diagnostics.storage.seals import LIST, read_seals, seal
from tests.unit.diagnostics.instrument_raw import Raw, good, written
from tests.unit.diagnostics.test_norm_files import norms

RUN = CliRunner()
SETTINGS = {"BILET_ENVIRONMENT": "test", "BILET_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an installation's own folder of instruments, with one published, and no database."""
    folder = tmp_path / "instruments"
    folder.mkdir()
    written(folder, good())
    seal(folder)
    monkeypatch.delenv("BILET_DATABASE_URL", raising=False)
    monkeypatch.setenv("BILET_INSTRUMENTS_DIR", str(folder))
    return folder


def run(*arguments: str | Path) -> Result:
    return RUN.invoke(app, ["instruments", *map(str, arguments)])


def form(**changes: object) -> Raw:
    """Make a parallel form of the published instrument."""
    raw = good() | {"id": "care-b", "parallel_of": "care", **changes}
    raw["items"] = [item | {"id": f"b-{item['id']}"} for item in raw["items"]]
    return raw


def test_the_packaged_instruments_are_listed_and_free_of_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BILET_INSTRUMENTS_DIR")
    library = load_library(packaged_folder())
    shown = run("list").output
    assert all(f"{one.ref}\tэтап {one.stage}\t{one.grades} классы\t" in shown for one in library.instruments)
    assert run("check").exit_code == 0


def test_what_is_listed_lies_in_the_installations_own_folder(folder: Path) -> None:
    assert run("list").output == "care-1\tэтап 1\t6-11 классы\tвопросов 4\tнорм нет\tЗабота\n"
    assert run("check").output == "методик: 1, черновиков: 0, ошибок нет\n"


def test_the_list_names_norms_forms_and_drafts(folder: Path) -> None:
    written(folder, norms(), "norms/care-1-n1.yaml")
    written(folder, norms() | {"version": 2}, "norms/care-1-n2.yaml")
    written(folder, form())
    assert run("publish").exit_code == 0
    written(folder, good() | {"version": 2, "items": []})
    shown = run("list")
    assert (shown.exit_code, shown.output.splitlines()) == (
        0,
        [
            "care-1\tэтап 1\t6-11 классы\tвопросов 4\tнормы 2\tЗабота",
            "care-b-1\tэтап 1\t6-11 классы\tвопросов 4\tнорм нет\tЗабота\tпараллельна care",
            "care-2.yaml\tчерновик, ещё не опубликован",
        ],
    )


def test_a_list_that_cannot_be_served_says_why(folder: Path) -> None:
    written(folder, good() | {"title": "Другое"})
    shown = run("list")
    assert (shown.exit_code, "care-1.yaml: изменено после публикации" in shown.output) == (1, True)


def test_a_check_names_drafts_and_their_faults(folder: Path) -> None:
    written(folder, good() | {"version": 2})
    assert run("check").output == ("care-2.yaml\tчерновик, ещё не опубликован\nметодик: 2, черновиков: 1, ошибок нет\n")
    written(folder, good() | {"version": 2, "minutes": 99})
    checked = run("check")
    assert checked.exit_code == 1
    assert "care-2.yaml\tчерновик" in checked.output
    assert "care-2.yaml: время должно быть" in checked.output


@pytest.mark.parametrize(
    "raw", [good() | {"version": 2, "minutes": 99}, form(grades="6-9")], ids=["by itself", "beside the others"]
)
def test_a_faulty_file_is_not_published_and_can_still_be_put_right(folder: Path, raw: Raw) -> None:
    before = (folder / LIST).read_bytes()
    path = written(folder, raw)
    refused = run("publish")
    assert (refused.exit_code, (folder / LIST).read_bytes()) == (1, before)
    assert path.stem in refused.output
    assert len(load_library(folder).instruments) == 1

    written(folder, raw | {"minutes": 2, "grades": "6-11"})
    assert f"{path.name}: опубликовано" in run("publish").output
    assert len(load_library(folder).instruments) == 2


def test_one_faulty_draft_keeps_every_other_from_being_published(folder: Path) -> None:
    written(folder, good() | {"version": 2})
    written(folder, norms(n=3), "norms/care-1-n1.yaml")
    assert run("publish").exit_code == 1
    assert set(read_seals(folder)) == {"care-1.yaml"}


def test_publishing_again_changes_nothing(folder: Path) -> None:
    before = (folder / LIST).read_bytes()
    assert run("publish").output == "методик: 1, новых файлов: 0\n"
    assert (folder / LIST).read_bytes() == before


def test_the_faults_of_all_named_files_are_told(tmp_path: Path) -> None:
    first = tmp_path / "calm-1.yaml"
    first.write_text("id: calm\nversion: первая\n", encoding="utf-8")
    last = written(tmp_path, norms(alpha=2.0), "norms/care-1-n1.yaml")
    checked = run("check", first, written(tmp_path, good() | {"id": "other", "minutes": 99}), last)
    assert checked.exit_code == 1
    assert "calm-1.yaml: version: нужно целое число" in checked.output
    assert "calm-1.yaml: items: поле не заполнено" in checked.output
    assert "other-1.yaml: время должно быть" in checked.output
    assert "care-1-n1.yaml: шкала «care», классы 8-9: альфа должна быть" in checked.output


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (good() | {"title": "Другая"}, "методика care-1 описана дважды"),
        (form(parallel_of="nobody"), "параллельна методике «nobody», которой нет"),
        (form(grades="6-9"), "этап, место, классы и вид должны быть как у «care»"),
        (good() | {"id": "more"}, "вопрос «c0» есть сразу в методиках этапа 1: care, more"),
        (form(parallel_of=""), "шкала «care» есть для 6 класса сразу в методиках этапа 1: care, care-b"),
        (form(minutes=11, parallel_of=""), "этап 1 для 6 класса длится 13 минут"),
    ],
)
def test_a_named_file_is_checked_beside_the_library(tmp_path: Path, raw: Raw, sentence: str) -> None:
    checked = run("check", written(tmp_path, raw))
    assert (checked.exit_code, sentence in checked.output) == (1, True), checked.output


def test_a_named_file_of_the_library_or_a_copy_of_it_is_no_clash(folder: Path, tmp_path: Path) -> None:
    for path in (folder / "care-1.yaml", written(tmp_path, good())):
        checked = run("check", path)
        assert (checked.exit_code, checked.output) == (0, "care-1.yaml: ошибок нет\n")


def test_two_new_files_are_checked_beside_each_other(tmp_path: Path) -> None:
    calm = form(id="calm", parallel_of="")
    calm["scales"][0]["id"] = "calm"
    calm["items"] = [item | {"keys": {"calm": 1}} for item in calm["items"]]
    second = calm | {"id": "calm-b", "parallel_of": "calm"}
    second["items"] = [item | {"id": f"b-{item['id']}"} for item in calm["items"]]
    files = [written(tmp_path, calm), written(tmp_path, second)]
    assert run("check", *files).exit_code == 0
    assert "параллельна методике «calm», которой нет" in run("check", files[1]).output


def test_a_clash_among_others_is_not_told_of_a_named_file(folder: Path) -> None:
    written(folder, form(parallel_of="nobody"))
    assert run("check", folder / "care-1.yaml").exit_code == 0
    assert run("check").exit_code == 1


def test_a_named_file_that_was_changed_after_publication_is_told(folder: Path) -> None:
    path = written(folder, good() | {"title": "Другое"})
    assert "care-1.yaml: изменено после публикации" in run("check", path).output


def test_only_a_published_version_can_rescore(folder: Path) -> None:
    written(folder, good() | {"version": 2})
    told = RUN.invoke(app, ["rescore", "care-2"], env=SETTINGS)
    assert told.exit_code == 2


def test_a_version_that_corrects_nothing_says_so() -> None:
    told = RUN.invoke(app, ["rescore", "care-1"], env=SETTINGS)
    assert told.exit_code == 1
    assert "более ранних версий нет" in told.output


def test_a_rescoring_by_faulty_files_says_why(folder: Path) -> None:
    (folder / "care-1.yaml").unlink()
    told = RUN.invoke(app, ["rescore", "care-1"], env=SETTINGS)
    assert (told.exit_code, told.output) == (1, "care-1.yaml: опубликовано, но файла нет\n")
