"""The commands about instruments say what is wrong in words, and end with an error."""

from pathlib import Path

from typer.testing import CliRunner

from bilet_diagnostics.cli import app

RUN = CliRunner()
SETTINGS = {"BILET_ENVIRONMENT": "test", "BILET_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}


def test_the_installed_instruments_are_listed() -> None:
    shown = RUN.invoke(app, ["instruments", "list"])
    assert shown.exit_code == 0
    assert len(shown.output.splitlines()) == 9
    assert "big-five-50-1\tэтап 2\t8-11 классы\tвопросов 50" in shown.output


def test_the_installed_instruments_are_free_of_faults() -> None:
    checked = RUN.invoke(app, ["instruments", "check"])
    assert (checked.exit_code, checked.output) == (0, "методик: 9, ошибок нет\n")


def test_a_faulty_file_is_refused_with_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "care-1.yaml"
    path.write_text("id: care\nversion: первая\n", encoding="utf-8")
    checked = RUN.invoke(app, ["instruments", "check", str(path)])
    assert checked.exit_code == 1
    assert "care-1.yaml: version: нужно целое число" in checked.output
    assert "care-1.yaml: items: поле не заполнено" in checked.output


def test_only_a_published_version_can_rescore() -> None:
    told = RUN.invoke(app, ["rescore", "readiness-9"], env=SETTINGS)
    assert told.exit_code == 2


def test_a_version_that_corrects_nothing_says_so() -> None:
    told = RUN.invoke(app, ["rescore", "readiness-1"], env=SETTINGS)
    assert told.exit_code == 1
    assert "более ранних версий нет" in told.output
