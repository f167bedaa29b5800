"""Rosters as workbooks, written by another library than the one that reads them."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from bilet_identity.domain.errors import RosterUnreadable
from bilet_identity.domain.roster import RosterReport
from bilet_identity.domain.roster_file import RosterFile
from bilet_identity.domain.roster_report import rejected_csv
from bilet_identity.use_cases.rosters import check_file

TODAY = date(2026, 7, 7)
HEADER = ("№", "Фамилия Имя Отчество", "Дата рождения", "Класс", "СНИЛС")
ERSHOV = (1, "Ершов Артём Фёдорович", datetime(2012, 12, 11), "7В", "611-250-403 20")  # noqa: DTZ001 - cells know no zone
KAZAKOV = (2, "Казаков Матвей Иванович", "23.10.2008", 11, 6351157339)


def workbook(**sheets: list[tuple[Any, ...]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def roster(*rows: tuple[Any, ...]) -> bytes:
    return workbook(Список=[("Список обучающихся: школа",), (), HEADER, *rows, ("Итого:", len(rows))])


def check(content: bytes) -> tuple[RosterFile, RosterReport]:
    return check_file(content, today=TODAY)


def refusal(content: bytes) -> str:
    with pytest.raises(RosterUnreadable) as refused:
        check(content)
    return refused.value.reason


def test_a_workbook_gives_the_report_that_the_same_csv_gives() -> None:
    lines = [";".join(HEADER), "1;Ершов Артём Фёдорович;11.12.2012;7В;611-250-403 20"]
    lines += ["2;Казаков Матвей Иванович;23.10.2008;11;063-511-573 39", "3;Панов;1.2.2012;7А;1", "Итого:;3;;;"]

    _, of_sheet = check(roster(ERSHOV, KAZAKOV, (3, "Панов", "1.2.2012", "7А", 1)))
    _, of_csv = check("\r\n".join(lines).encode("cp1251"))

    assert of_sheet == of_csv
    assert len(of_sheet.accepted) == 2


def test_numbers_and_dates_of_cells_are_read_as_people_would_write_them() -> None:
    file, report = check(roster((1.0, "Ершов Артём", date(2012, 12, 11), 7.0, 61125040320), KAZAKOV))

    assert [file.cell(file.rows[0], name) for name in ("birth_date", "grade", "snils")] == [
        "11.12.2012",
        "7",
        "61125040320",
    ]
    assert [pupil.snils for pupil in report.accepted] == ["61125040320", "06351157339"]


def test_rejected_rows_of_a_workbook_come_back_as_csv_that_can_be_corrected() -> None:
    file, report = check(roster(ERSHOV, (2, "Казаков Матвей", date(2008, 10, 23), "11Г", "063-511-573 40")))

    back = rejected_csv(file, report).replace("573 40", "573 39")

    assert "23.10.2008" in back
    assert [pupil.name.last_name for pupil in check(back.encode())[1].accepted] == ["Казаков"]


def test_the_sheet_with_the_roster_is_found_among_others() -> None:
    rows = [HEADER, ERSHOV]

    assert check(workbook(Пояснения=[("Заполните второй лист",)], Список=rows))[1].accepted[0].grade == 7


def test_a_hidden_sheet_is_not_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(Было=[HEADER, ERSHOV], Стало=[HEADER, KAZAKOV])))
    book["Было"].sheet_state = "hidden"
    saved = io.BytesIO()
    book.save(saved)

    assert [pupil.name.last_name for pupil in check(saved.getvalue())[1].accepted] == ["Казаков"]


def test_rosters_on_two_sheets_are_refused_so_that_none_is_overlooked() -> None:
    assert refusal(workbook(А=[HEADER, ERSHOV], Б=[HEADER, KAZAKOV])) == "several_sheets"


def test_an_archive_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 60_000_000)

    assert refusal(saved.getvalue()) == "too_large"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 and nothing more", "broken_spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "broken_spreadsheet"),
        (workbook(Пусто=[]), "no_header"),
        (workbook(Лист=[("ФИО", "Класс")]), "no_header"),
        (roster(), "empty"),
    ],
)
def test_a_workbook_that_is_no_roster_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    assert refusal(content) == reason


@pytest.mark.parametrize("cut", [10, 100, 1000, 3000])
def test_a_workbook_cut_off_anywhere_is_refused(cut: int) -> None:
    assert refusal(roster(ERSHOV)[:cut]) == "broken_spreadsheet"
