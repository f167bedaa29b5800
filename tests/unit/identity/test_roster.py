"""A school's roster as it comes: what is taken, what is not, and why."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_identity.domain.errors import RosterUnreadable
from bilet_identity.domain.grades import parse_grade
from bilet_identity.domain.roster import Reason, RosterReport, check_roster, without_duplicates
from bilet_identity.domain.roster_file import MAX_ROWS, read_roster_file
from bilet_identity.domain.roster_report import rejected_csv, to_csv

PACK = Path(__file__).parents[3] / "data" / "samara"
TODAY = date(2026, 7, 7)
HEADER = "№;Фамилия Имя Отчество;Дата рождения;Класс;СНИЛС"
GOOD = "1;Ершов Артём Фёдорович;11.12.2012;7В;611-250-403 20"


def text(*rows: str, header: str = HEADER, total: str | None = None) -> str:
    lines = ["Список обучающихся: школа;;;;", "", header, *rows]
    return "\r\n".join([*lines, total or f"Итого:;{len(rows)};;;"])


def check(*rows: str, header: str = HEADER, total: str | None = None) -> RosterReport:
    return check_roster(read_roster_file(text(*rows, header=header, total=total).encode()), today=TODAY)


def reasons(*rows: str) -> list[str]:
    return [row.reason.value for row in check(*rows).rejected]


def test_the_whole_pack_is_taken_exactly_as_expected() -> None:
    expected = json.loads((PACK / "expected.json").read_text(encoding="utf-8"))
    taken: set[str] = set()
    rejected: Counter[str] = Counter()
    by_school = {}
    for path in sorted((PACK / "rosters").glob("*.csv")):
        file = read_roster_file(path.read_bytes())
        report = without_duplicates(check_roster(file, today=TODAY), file, taken=taken)
        taken |= {pupil.snils for pupil in report.accepted}
        rejected.update(row.reason.value for row in report.rejected)
        by_school[path.stem] = {"rows": len(file.rows), "accepted": len(report.accepted)}
        assert len(report.accepted) + len(report.rejected) == len(file.rows)
        assert report.warnings == ()

    assert by_school == expected["by_school"]
    assert rejected == expected["rejected"]
    assert len(taken) == expected["accepted"]


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig"])
def test_three_encodings_are_read(encoding: str) -> None:
    report = check_roster(read_roster_file(text(GOOD).encode(encoding)), today=TODAY)

    assert report.accepted[0].name.full == "Ершов Артём Фёдорович"


@pytest.mark.parametrize(
    "name",
    [
        "Ершов\xa0Артём Фёдорович  ",
        "ЕРШОВ АРТЁМ ФЁДОРОВИЧ",
        "ершов артём фёдорович",
        "Epшoв Apтём Фёдopoвич",
        "Ершов Артём Фёдорович",
    ],
)
def test_names_come_in_one_form(name: str) -> None:
    assert check(f"1;{name};11.12.2012;7В;611-250-403 20").accepted[0].name.full == "Ершов Артём Фёдорович"


def test_two_words_are_a_name() -> None:
    pupil = check("1;Князева Полина;30.10.2010;10Б;611-250-403 20").accepted[0]

    assert (pupil.name.last_name, pupil.name.first_name, pupil.name.patronymic) == ("Князева", "Полина", None)


def test_a_patronymic_may_have_two_words() -> None:
    pupil = check("1;Алиев Руслан Мамед оглы;30.10.2010;10Б;611-250-403 20").accepted[0]

    assert pupil.name.patronymic == "Мамед Оглы"


@pytest.mark.parametrize("name", ["", "   ", "Миронов", "Миронов 2", "Миронов П@вел"])
def test_an_incomplete_name_is_rejected(name: str) -> None:
    assert reasons(f"1;{name};11.12.2012;7В;611-250-403 20") == ["full_name_incomplete"]


@pytest.mark.parametrize("written", ["2012", "не указана", "31.02.2012", "12.13.2011", "", "11/12/2012", "1900-01-01"])
def test_half_a_date_or_an_impossible_one_is_rejected(written: str) -> None:
    assert reasons(f"1;Ершов Артём;{written};7В;611-250-403 20") == ["birth_date_invalid"]


@pytest.mark.parametrize("grade", ["5В", "12А", "0", "", "выпускник", "7ВГ", "V", "IIX", "8.5", "7-8"])
def test_a_grade_out_of_the_programme_is_rejected(grade: str) -> None:
    assert reasons(f"1;Ершов Артём;11.12.2012;{grade};611-250-403 20") == ["grade_out_of_range"]


@pytest.mark.parametrize(
    ("written", "grade"),
    [
        ("7В", (7, "В")),
        ("7 в", (7, "В")),
        ("11", (11, None)),
        ("10-А", (10, "А")),
        ("7«Б»", (7, "Б")),
        ("8 «А»", (8, "А")),
        ('8 "А" класс', (8, "А")),
        ("8\u2011А", (8, "А")),
        ("8/А", (8, "А")),
        ("8A", (8, "А")),  # a Latin letter that looks like the Cyrillic one
        ("8 класс", (8, None)),
        ("8-й класс", (8, None)),
        ("8 кл.", (8, None)),
        ("8 К", (8, "К")),
        ("8.0", (8, None)),
        ("08", (8, None)),
        ("VIII", (8, None)),
        ("viii б", (8, "Б")),
        ("ХI", (11, None)),  # a Cyrillic letter that stands in for the Roman digit
        ("IX-В", (9, "В")),
        ("V", (5, None)),
    ],
)
def test_a_grade_is_written_in_several_ways(written: str, grade: tuple[int, str | None]) -> None:
    assert parse_grade(written) == grade


@pytest.mark.parametrize("snils", ["611-250-403 21", "611-250-403", "", "abc", "00000000000"])
def test_a_snils_whose_digits_do_not_agree_is_rejected(snils: str) -> None:
    assert reasons(f"1;Ершов Артём;11.12.2012;7В;{snils}") == ["snils_checksum"]


def test_of_two_rows_with_one_snils_the_first_is_taken() -> None:
    report = check(GOOD, "2;Ершов Артём;11.12.2012;7В;61125040320")

    assert [pupil.row for pupil in report.accepted] == [1]
    assert [(row.row, row.reason) for row in report.rejected] == [(2, Reason.DUPLICATE_PUPIL)]


def test_a_row_that_was_rejected_does_not_take_its_snils() -> None:
    report = check(GOOD.replace("7В", "5В"), GOOD)

    assert [pupil.row for pupil in report.accepted] == [2]


def test_a_row_with_another_number_of_columns_is_rejected_alone() -> None:
    report = check(GOOD, "2;Панов")

    assert [(row.row, row.column, row.reason) for row in report.rejected] == [(2, "", Reason.COLUMN_COUNT)]


def test_a_rejected_row_names_the_column_as_the_file_does() -> None:
    (row,) = check(GOOD.replace("403 20", "403 21")).rejected

    assert (row.row, row.column) == (1, "СНИЛС")
    assert row.detail == "Контрольное число СНИЛС не сходится."


def test_the_columns_may_come_in_another_order() -> None:
    pupil = check("7В;61125040320;Ершов Артём;2012-12-11", header="Класс;СНИЛС;ФИО;Дата рождения").accepted[0]

    assert (pupil.grade, pupil.snils, pupil.name.full) == (7, "61125040320", "Ершов Артём")


@pytest.mark.parametrize(("total", "code"), [("Итого:;2;;;", "total_mismatch"), ("Итого:;много;;;", "total_missing")])
def test_the_total_has_to_agree(total: str, code: str) -> None:
    assert [warning.code for warning in check(GOOD, total=total).warnings] == [code]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (text().encode(), "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
        (b"\xff\xfe" + "ФИО".encode("utf-16-le"), "binary"),
        ("ФИО;Класс\r\nЕршов;7".encode(), "no_header"),
        (text("1;Ершов", "2;Панов").encode(), "column_count"),
        (b"\x98;\xff", "encoding"),
        (b"a" * 1_000_001, "too_large"),
        (b"a\n" * (MAX_ROWS + 1), "too_large"),
        (b"a" * 200_000, "broken_csv"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(RosterUnreadable) as refused:
        read_roster_file(content)

    assert refused.value.reason == reason


def fate(content: bytes) -> str:
    """Say why a file is refused, or that every row of it was taken or rejected."""
    try:
        file = read_roster_file(content)
    except RosterUnreadable as refused:
        return refused.reason
    report = check_roster(file, today=TODAY)
    numbers = [pupil.row for pupil in report.accepted] + [row.row for row in report.rejected]
    return "read" if sorted(numbers) == [row.number for row in file.rows] else "rows lost"


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert fate(content) in {"read", "empty", "binary", "encoding", "no_header", "column_count", "broken_csv"}


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), max_size=20))
def test_any_rows_below_a_good_header_are_each_taken_or_rejected(lines: list[str]) -> None:
    assert fate("\r\n".join([HEADER, GOOD, *lines]).encode()) in {"read", "binary", "broken_csv"}


def test_rejected_rows_come_back_in_their_own_columns_and_can_be_imported() -> None:
    file = read_roster_file(text(GOOD, GOOD.replace("1;", "2;", 1).replace("403 20", "403 21")).encode())
    report = check_roster(file, today=TODAY)

    back = rejected_csv(file, report)
    again = check_roster(read_roster_file(back.replace("403 21", "403 20").encode()), today=TODAY)

    assert back.splitlines()[1].endswith("611-250-403 21;2;СНИЛС;Контрольное число СНИЛС не сходится.")
    assert [pupil.snils for pupil in again.accepted] == ["61125040320"]


def test_no_cell_runs_as_a_formula_and_telephones_stay_as_they_are() -> None:
    table = to_csv(("a",), [("=HYPERLINK(1)",), ("@x",), ("+7 (966) 498-82-20",), ("-cmd",)])

    assert table.splitlines()[1:] == ["'=HYPERLINK(1)", "'@x", "+7 (966) 498-82-20", "'-cmd"]
