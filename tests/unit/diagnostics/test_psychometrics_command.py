"""Psychometrics and norms as a psychologist asks for them: a command, a table, a CSV, a picture."""

import csv
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bilet_diagnostics.cli import app
from bilet_diagnostics.psychometrics.answer_files import Rows
from bilet_diagnostics.psychometrics.picture import PictureFormatError, draw
from bilet_diagnostics.psychometrics.scales import Groups
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder
from tests.unit.diagnostics.examples import questionnaire

RUN = CliRunner()
READINESS = packaged_folder() / "readiness-1.yaml"
KNOWLEDGE = "knowledge-1"
LIBRARY = load_library(packaged_folder())
PNG = b"\x89PNG\r\n\x1a\n"


def readiness_answers(folder: Path, rows: int = 40) -> Path:
    values = np.random.default_rng(7).integers(1, 6, size=(rows, 20))
    path = folder / "answers.csv"
    lines = [",".join(["grade", *(f"rd{place:02}" for place in range(1, 21))])]
    lines += [",".join(map(str, [6 + row % 6, *answers])) for row, answers in enumerate(values)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_table_a_csv_and_a_picture_come_of_one_command(tmp_path: Path) -> None:
    table, picture = tmp_path / "out.csv", tmp_path / "out.png"
    shown = RUN.invoke(
        app,
        [
            "psychometrics",
            str(READINESS),
            str(readiness_answers(tmp_path)),
            "--csv",
            str(table),
            "--picture",
            str(picture),
        ],
    )
    assert shown.exit_code == 0, shown.output
    assert "concern" in shown.output
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert {row["group"] for row in rows} == {"все", "6-7", "8-9", "10-11"}
    assert len([row for row in rows if row["item"]]) == 4 * 20
    assert picture.read_bytes().startswith(PNG)


def test_a_picture_may_be_svg_and_speaks_russian(tmp_path: Path) -> None:
    picture = tmp_path / "out.svg"
    shown = RUN.invoke(
        app, ["psychometrics", str(READINESS), str(readiness_answers(tmp_path)), "--picture", str(picture)]
    )
    assert shown.exit_code == 0, shown.output
    text = picture.read_text(encoding="utf-8")
    assert ET.fromstring(text).tag.endswith("svg")
    for words in ("Надёжность шкал", "8-9 классы", "Интерес к вопросу"):
        assert words in text


def quiz_answers(folder: Path) -> Path:
    (quiz,) = LIBRARY.paper((KNOWLEDGE,)).instruments
    random = np.random.default_rng(3)
    columns = [random.choice([one.value for one in quiz.options_of(item)], size=60) for item in quiz.items]
    path = folder / "quiz.csv"
    rows = [",".join(["grade", *(item.id for item in quiz.items)])]
    rows += [",".join(map(str, [6 + 2 * (place % 3), *row])) for place, row in enumerate(zip(*columns, strict=True))]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_a_quiz_speaks_of_share_right_discrimination_and_kr_20_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    table, picture = tmp_path / "out.csv", tmp_path / "out.svg"
    files = [str(packaged_folder() / f"{KNOWLEDGE}.yaml"), str(quiz_answers(tmp_path))]
    shown = RUN.invoke(app, ["psychometrics", *files, "--csv", str(table), "--picture", str(picture)])
    assert shown.exit_code == 0, shown.output
    for words in ("Доля верных", "Различение", "KR-20 без него", "KR-20 (n)", "Верных в среднем"):
        assert words in shown.output
    drawn = picture.read_text(encoding="utf-8")
    for words in ("Различение", "доля верных", "KR-20; пунктир"):
        assert words in drawn
    for words in ("α", "r с остальными", "Среднее"):
        assert words not in shown.output + drawn
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert {"share_right", "discrimination", "kr20_if_deleted", "kr20_listwise", "mean_right"} <= set(rows[0])
    assert not {"mean", "item_rest", "alpha_listwise"} & set(rows[0])
    for scale in (row for row in rows if not row["item"]):
        shares = [float(row["share_right"]) for row in rows if row["item"] and of_same_scale(row, scale)]
        assert float(scale["mean_right"]) == pytest.approx(sum(shares)), "without gaps the shares add up"


def of_same_scale(row: dict[str, str], other: dict[str, str]) -> bool:
    return (row["group"], row["scale"]) == (other["group"], other["scale"])


def test_items_are_tabled_for_each_grade_band(tmp_path: Path) -> None:
    shown = RUN.invoke(app, ["psychometrics", str(READINESS), str(readiness_answers(tmp_path))])
    assert shown.exit_code == 0, shown.output
    for group in ("все", "6-7", "8-9", "10-11"):
        assert f"{group}: concern" in shown.output
    assert shown.output.count("rd01") == 4


def test_another_kind_of_picture_is_refused_before_anything_is_counted(tmp_path: Path) -> None:
    shown = RUN.invoke(app, ["psychometrics", str(READINESS), str(tmp_path / "none.csv"), "--picture", "out.gif"])
    assert shown.exit_code == 1
    assert "рисунок записывается как .png или .svg" in shown.output


def test_a_picture_of_no_answers_at_all_is_drawn_nevertheless(tmp_path: Path) -> None:
    groups = Groups(questionnaire(), ())
    picture = tmp_path / "empty.png"
    draw(picture, questionnaire(), groups.named)
    assert picture.read_bytes().startswith(PNG)
    with pytest.raises(PictureFormatError):
        draw(tmp_path / "empty.pdf", questionnaire(), groups.named)


@pytest.mark.parametrize("arguments", [[], ["answers.csv", "--stored"]])
def test_either_a_file_or_the_stored_attempts_are_asked_for(arguments: list[str]) -> None:
    shown = RUN.invoke(app, ["psychometrics", str(READINESS), *arguments])
    assert shown.exit_code == 2


def test_rows_may_be_cut_anywhere() -> None:
    text = b"8,1,2,,4\n9,5,5,5,5\r\n,1,1,1,1"
    for cut in range(len(text)):
        rows = Rows(questionnaire(), ["grade", "care0", "care1", "care2", "care3"])
        chunks = [*rows.feed(text[:cut]), *rows.feed(text[cut:]), *rows.end()]
        np.testing.assert_array_equal(
            np.vstack([chunk.answers for chunk in chunks]), [[1, 2, np.nan, 4], [5, 5, 5, 5], [1, 1, 1, 1]]
        )
        np.testing.assert_array_equal(np.concatenate([chunk.grades for chunk in chunks]), [8, 9, np.nan])
