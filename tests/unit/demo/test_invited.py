"""Accepted rows of a roster become pupils with parents, whatever the file looks like."""

from datetime import date
from pathlib import Path

import pytest

from bilet_local.demo.invited import Invited, check_rosters, not_rejected, to_esia

ROSTER = (
    "Список обучающихся: МБОУ «Школа № 1»;;;;;;\r\n\r\n"
    "№;Фамилия Имя Отчество;Дата рождения;Класс;СНИЛС;Законный представитель;Телефон представителя\r\n"
    "1;Ершов Артём Фёдорович;11.12.2012;7В;611-250-403 20;Архипова Ева Михайловна;+7 (966) 498-82-20\r\n"
    "2;Ершов;11.12.2012;7В;611-250-403 20;Архипова Ева Михайловна;+7 (966) 498-82-20\r\n"
    "3;Титов Вадим Максимович;2013-12-18;6В;01346972750;Дьяконова Мария;+7 (962) 526-86-74\r\n"
    "Итого:;3;;;;;\r\n"
)
PUPIL = Invited(
    number=7,
    school_code="630001",
    full_name="Ершов Артём Фёдорович",
    birth_date=date(2012, 2, 29),
    grade=7,
    snils="611-250-403 20",
    guardian="Архипова Ева Михайловна",
    phone="+7 (966) 498-82-20",
    code="AAAA-BBBB-CCCC",
)


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8-sig"])
def test_rows_are_counted_and_read_as_the_service_counts_and_reads_them(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_bytes(ROSTER.encode(encoding))

    ((first, third),) = check_rosters([file], date(2026, 7, 7))

    assert [(row["row"], row["full_name"], row["birth_date"]) for row in (first, third)] == [
        (1, "Ершов Артём Фёдорович", "2012-12-11"),
        (3, "Титов Вадим Максимович", "2013-12-18"),
    ]
    assert third["cells"]["Законный представитель"] == "Дьяконова Мария"
    assert not_rejected([first, third], frozenset({3})) == [first]


def test_a_parent_is_confirmed_grown_up_and_has_the_child() -> None:
    person = to_esia(PUPIL)

    assert person["trusted"] is True
    assert str(person["birth_date"]) < "1990"
    assert person["children"] == [
        {
            "last_name": "Ершов",
            "first_name": "Артём",
            "middle_name": "Фёдорович",
            "birth_date": "2012-02-29",
            "snils": "611-250-403 20",
        }
    ]


def test_a_parents_id_is_always_the_same_and_does_not_show_the_number_it_comes_from() -> None:
    assert PUPIL.guardian_oid == to_esia(PUPIL)["oid"]
    assert "611250403" not in PUPIL.guardian_oid


def test_age_is_in_full_years() -> None:
    assert [PUPIL.age_on(day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [13, 14]
