"""Files of answers are read in any usual form of CSV, and every fault is named by its place."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bilet_diagnostics.cli import app
from bilet_diagnostics.psychometrics import answer_files
from bilet_diagnostics.psychometrics.answer_files import AnswerFileError, read_answers
from bilet_diagnostics.psychometrics.moments import Matrix
from bilet_diagnostics.storage.instrument_files import packaged_folder
from tests.unit.diagnostics.examples import questionnaire

CARE = questionnaire()
HEADER = "care0,care1,care2,care3,grade\n"
READINESS = packaged_folder() / "readiness-1.yaml"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "answers.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(path: Path) -> tuple[Matrix, Matrix]:
    chunks = list(read_answers(path, CARE))
    return np.vstack([chunk.answers for chunk in chunks]), np.concatenate([chunk.grades for chunk in chunks])


def refused(path: Path) -> str:
    with pytest.raises(AnswerFileError) as error:
        read(path)
    return str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "care0,care1,care2,care3,grade\n1,2,,4,8\n5,5,5,5,\n",
        "care0,care1,care2,care3,grade\n1,2,,4,8\n5,5,5,5,",
        "\ufeffcare0;care1;care2;care3;grade\r\n1;2;;4;8\r\n5;5;5;5;\r\n",
        "grade,care3,care2,care1,care0\n8,4,,2,1\n,5,5,5,5\n",
    ],
)
def test_the_usual_forms_of_csv_are_read_alike(tmp_path: Path, text: str) -> None:
    answers, grades = read(written(tmp_path, text))
    np.testing.assert_array_equal(answers, [[1, 2, np.nan, 4], [5, 5, 5, 5]])
    np.testing.assert_array_equal(grades, [8, np.nan])


def test_the_grade_may_be_left_out(tmp_path: Path) -> None:
    _, grades = read(written(tmp_path, "care0,care1,care2,care3\n1,2,3,4\n"))
    assert np.isnan(grades).all()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("care0,care1,care2,care3,colour\n", "неизвестные столбцы: colour"),
        ("care0,care2,care3\n", "нет столбцов: care1"),
        ("care0,care1,care2,care3,care0\n", "повторы: care0"),
        ("", "нет столбцов: care0, care1, care2, care3"),
        (HEADER + "1,2,3,4,8\n1,2,3,4\n", "строка 3: полей 4, а столбцов 5"),
        (HEADER + "1,2,3,4,8\n\n1,2,3,4,8\n", "строка 3: полей 1, а столбцов 5"),
        (HEADER + "1,2,3,4,8\n1,да,3,4,8\n", "строка 3, столбец 2: нужно целое число или пусто"),
        (HEADER + "1,2.5,3,4,8\n", "строка 2, столбец 2: нужно целое число или пусто"),
        (HEADER + "1,-2,3,4,8\n", "строка 2, столбец 2: нужно целое число или пусто"),
        (HEADER + "1,2,3,0004,8\n", "строка 2, столбец 4: нужно целое число или пусто"),
        (HEADER + "1,2,3,4,8\n1,2,6,4,8\n", "строка 3, столбец care2: нужно от 1 до 5"),
        (HEADER + "1,2,0,4,8\n", "строка 2, столбец care2: нужно от 1 до 5"),
        (HEADER + "1,2,3,4,5\n", "строка 2, столбец grade: нужно от 6 до 11"),
        (b"\xff\xfe\n", "файл не читается"),
    ],
)
def test_faults_are_named_by_their_place(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    assert refused(written(tmp_path, text)) == sentence


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "nobody.csv") == "файл не читается"


@given(
    rows=st.lists(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=4, max_size=4), min_size=1, max_size=20),
    size=st.integers(1, 40),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_was_written_is_read_however_the_file_is_cut(
    tmp_path: Path, rows: list[list[int | None]], size: int
) -> None:
    lines = "".join(",".join("" if value is None else str(value) for value in row) + "\n" for row in rows)
    path = written(tmp_path, "care0,care1,care2,care3\n" + lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answer_files, "CHUNK_BYTES", size)
        answers, _ = read(path)
    np.testing.assert_array_equal(answers, np.array(rows, dtype=float))


def test_the_command_shows_every_scale_and_writes_csv(tmp_path: Path) -> None:
    names = [f"rd{place:02}" for place in range(1, 21)]
    rows = [[str((row * place) % 5 + 1) for place in range(1, 21)] + [str(6 + row % 6)] for row in range(30)]
    path = written(tmp_path, "\n".join(",".join(row) for row in [[*names, "grade"], *rows]))
    out = tmp_path / "out.csv"
    shown = CliRunner().invoke(app, ["psychometrics", str(READINESS), str(path), "--csv", str(out)])
    assert shown.exit_code == 0, shown.output
    assert {"concern", "control", "curiosity", "confidence"} <= set(shown.output.split())
    lines = out.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + 4 * (4 + 20)
    assert {line.split(",")[0] for line in lines[1:]} == {"все", "6-7", "8-9", "10-11"}


def test_the_command_names_the_fault_of_a_file(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["psychometrics", str(READINESS), str(written(tmp_path, "rd01\n"))])
    assert shown.exit_code == 1
    assert "нет столбцов: rd02" in shown.output
