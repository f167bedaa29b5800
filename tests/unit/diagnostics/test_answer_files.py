"""Files of answers are read in any usual form of CSV, and every fault is named by its place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bilet_diagnostics.cli import app
from bilet_diagnostics.domain.instrument import Option
from bilet_diagnostics.psychometrics import answer_files, fields
from bilet_diagnostics.psychometrics.answer_files import read_answers
from bilet_diagnostics.psychometrics.fields import AnswerFileError
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
        (HEADER + "1,2,3,4,8\n\n1,2,3,4,8", "строка 3: полей 1, а столбцов 5"),
        (HEADER + "1.0,2,3,4,8\n\n1,2,3,4,8\n", "строка 3: полей 1, а столбцов 5"),
        (HEADER + "1.0,2.0,3.0,4.0,8\n1.0,2.0,3.5,4.0,8\n", "строка 3, столбец 3: нужно целое число или пусто"),
        (HEADER + '"1","2","6","4","8"\n', "строка 2, столбец care2: нужно от 1 до 5"),
        (HEADER + '"1","2","3"\n', "строка 2: полей 3, а столбцов 5"),
        (HEADER + '1,"2,3,4,8\n1,2,3,4,8\n', "строка 2: полей 2, а столбцов 5"),
        (HEADER + "1,2\r3,3,4,8\n", "строка 2: не читается как CSV"),
        (HEADER.encode() + "1,да,3,4,8\n".encode("cp1251"), "строка 2, столбец 2: нужно целое число или пусто"),
        (HEADER + "1,2,3," + "4" * 70_000, "строка 2 слишком длинная"),
        ("care0," * 12_000, "строка 1 слишком длинная"),
        (",care0,care1,care2,care3\n0,1,2,3,4\n", "неизвестные столбцы: № 1 без названия"),
        ("care0,care1,care2,care3,\n1,2,3,4,\n", "неизвестные столбцы: № 5 без названия"),
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


Cell = int | None


@dataclass(frozen=True)
class Dialect:
    """How some program writes numbers, blanks and lines."""

    delimiter: str
    number: str
    nothing: str
    newline: str
    mark: str
    ending: str

    def written(self, names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
        lines = [self.delimiter.join(names)]
        lines += [
            self.delimiter.join(self.nothing if one is None else self.number.format(one) for one in row) for row in rows
        ]
        return (self.mark + self.newline.join(lines) + self.newline + self.ending * len(self.newline)).encode()


DIALECTS = st.builds(
    Dialect,
    delimiter=st.sampled_from([",", ";", "\t", ", ", " ;"]),
    number=st.sampled_from(["{}", "{}.0", '"{}"', " {}", "{} ", '"{}.00"', "{}."]),
    nothing=st.sampled_from(["", '""', "NA", "NaN", " "]),
    newline=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
    ending=st.sampled_from(["", "\n", "\r\n\r\n"]),
)
ROWS = st.lists(
    st.tuples(*[st.one_of(st.none(), st.integers(1, 5))] * 4, st.one_of(st.none(), st.integers(6, 11))),
    min_size=1,
    max_size=20,
)


@given(rows=ROWS, dialect=DIALECTS, size=st.integers(1, 60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_same_answers_read_equal_in_every_dialect(
    tmp_path: Path, rows: list[tuple[Cell, ...]], dialect: Dialect, size: int
) -> None:
    path = written(tmp_path, dialect.written(HEADER.strip().split(","), rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answer_files, "CHUNK_BYTES", size)
        answers, grades = read(path)
    wanted = np.array(rows, dtype=float)
    np.testing.assert_array_equal(answers, wanted[:, :4])
    np.testing.assert_array_equal(grades, wanted[:, 4])


def test_a_field_that_is_no_whole_number_is_never_read_as_one(tmp_path: Path) -> None:
    for field in ("1.5", "1e0", "+1", "--1", "1 2", "０", "1,5", "0x1", "inf", "None", "1.0.0", ".0"):
        assert refused(written(tmp_path, f'{HEADER}5,"{field}",3,4,8\n')) == (
            "строка 2, столбец 2: нужно целое число или пусто"
        )


def test_a_quiz_has_no_answers_between_its_options(tmp_path: Path) -> None:
    options = tuple(Option(value, str(value)) for value in (0, 1, 2, 4))
    gapped = replace(CARE, items=tuple(replace(item, options=options) for item in CARE.items))
    (chunk,) = read_answers(written(tmp_path, "care0,care1,care2,care3\n0,1,,4\n"), gapped)
    np.testing.assert_array_equal(chunk.answers, [[0, 1, np.nan, 4]])
    with pytest.raises(AnswerFileError, match="строка 2, столбец care2: нужно одно из 0, 1, 2, 4"):
        list(read_answers(written(tmp_path, "care0,care1,care2,care3\n0,1,3,4\n"), gapped))


def test_strange_fields_by_the_thousand_need_no_more_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "_REMEMBERED", 3)
    rows = "".join(f"1.{'0' * zeros},2,3,4,8\n" for zeros in range(50))
    answers, _ = read(written(tmp_path, HEADER + rows))
    assert answers.shape == (50, 4)
    assert set(answers[:, 0]) == {1.0}


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
