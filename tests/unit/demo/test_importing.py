"""What an import is compared with, what is said about it and what a school gets back."""

import io
import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console

from bilet_local.errors import StackError
from bilet_local.importing import importer
from bilet_local.importing.calls import Caller, Refused
from bilet_local.importing.command import first_of
from bilet_local.importing.importer import import_pack, roster_outcome, table_outcome
from bilet_local.importing.outcome import PackOutcome, RosterOutcome, TableOutcome, differences
from bilet_local.importing.pack import open_pack, rows_of
from bilet_local.importing.report import save_files_to_correct, show, show_comparison
from bilet_local.layout import PROJECT_ROOT

SAMARA = PROJECT_ROOT / "data/samara"
PACKS = sorted(path for path in (PROJECT_ROOT / "data").iterdir() if path.is_dir())
ROSTER = RosterOutcome(
    file=Path("630001.csv"),
    school_code="630001",
    rows=3,
    accepted=2,
    rejected={"snils_checksum": 1},
    rejected_rows=frozenset({2}),
    to_correct="ФИО;СНИЛС\r\nИванов;1\r\n",
)
OUTCOME = PackOutcome(
    tables=(
        TableOutcome(kind="schools", accepted=1),
        TableOutcome(kind="try-outs", accepted=4, warned=("строка 2: …",)),
    ),
    rosters=(ROSTER,),
    seats=10,
    seconds=1.5,
)
EXPECTED = {
    "region": "samara",
    "schools": 1,
    "try_outs": 4,
    "seats": 10,
    "rows": 3,
    "accepted": 2,
    "rejected": {"snils_checksum": 1},
    "by_school": {"630001": {"rows": 3, "accepted": 2}},
}


def _printed(outcome: PackOutcome) -> str:
    console = Console(file=io.StringIO(), width=120)
    show(console, outcome)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def test_an_outcome_as_expected_has_no_differences() -> None:
    assert differences(EXPECTED, OUTCOME) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("seats", 11, "seats: ожидалось 11, получилось 10"),
        (
            "rejected",
            {"snils_checksum": 1, "duplicate_pupil": 2},
            "rejected.duplicate_pupil: ожидалось 2, получилось 0",
        ),
        ("rejected", {}, "rejected.snils_checksum: ожидалось 0, получилось 1"),
        ("by_school", {"630001": {"rows": 3, "accepted": 3}}, "by_school.630001.accepted: ожидалось 3, получилось 2"),
    ],
)
def test_each_difference_is_named(name: str, value: object, words: str) -> None:
    assert differences({**EXPECTED, name: value}, OUTCOME) == [words]


def test_a_school_that_was_not_imported_is_a_difference() -> None:
    expected = {"by_school": {**EXPECTED["by_school"], "630002": {"rows": 1, "accepted": 1}}}  # type: ignore[dict-item]

    assert differences(expected, OUTCOME) == ["by_school.630002: ожидалось {'rows': 1, 'accepted': 1}, получилось 0"]


def test_every_name_of_the_pack_s_own_expectations_is_compared() -> None:
    expected = json.loads((SAMARA / "expected.json").read_text(encoding="utf-8"))
    kinds = ("schools", "mentors", "seasons", "sites", "competencies", "try-outs", "slots")
    outcome = replace(OUTCOME, tables=tuple(TableOutcome(kind=kind, accepted=1) for kind in kinds))

    assert set(expected) - {"region"} <= set(outcome.as_expected_json())


def test_reasons_and_warnings_are_said_in_russian() -> None:
    printed = _printed(OUTCOME)

    assert "СНИЛС с неверной контрольной суммой" in printed
    assert "профпробы: предупреждений 1" in printed


def test_a_file_refused_as_a_whole_is_named_with_its_reason() -> None:
    refused = RosterOutcome(file=Path("630002.csv"), school_code="630002", refused="Файл пуст.")

    assert "630002.csv отклонён целиком: Файл пуст." in _printed(replace(OUTCOME, rosters=(ROSTER, refused)))


def test_schools_get_their_bad_rows_back_and_good_schools_get_nothing(tmp_path: Path) -> None:
    good = replace(ROSTER, school_code="630002", to_correct="")

    saved = save_files_to_correct(replace(OUTCOME, rosters=(ROSTER, good)), tmp_path / "report")

    (file,) = (tmp_path / "report").iterdir()
    assert saved == 1
    assert file.name == "630001-исправить.csv"
    assert file.read_bytes().decode("utf-8-sig") == ROSTER.to_correct
    assert file.stat().st_mode & 0o077 == 0


def test_the_comparison_is_said_either_way() -> None:
    console = Console(file=io.StringIO(), width=120)

    show_comparison(console, [])
    show_comparison(console, ["seats: ожидалось 1, получилось 2"])

    printed = str(console.file.getvalue())  # type: ignore[attr-defined]
    assert "Совпадает с expected.json." in printed
    assert "Не совпадает с expected.json (1):\n  seats: ожидалось 1, получилось 2" in printed


def test_answers_of_the_services_become_outcomes() -> None:
    answer = {
        "roster_id": "r",
        "school_code": "630001",
        "rows": 3,
        "accepted": 2,
        "reasons": {"snils_checksum": 1},
        "rejected": [{"row": 2, "column": "СНИЛС", "reason": "snils_checksum", "detail": "…"}],
        "warnings": [{"code": "total_missing", "detail": "Нет итога."}],
    }
    table = {"accepted": 1, "rejected": [{"row": 2, "column": "capacity", "reason": "Нужно число."}], "warned": []}

    assert roster_outcome(Path("630001.csv"), answer).rejected_rows == {2}
    assert table_outcome("slots", table).rejected == ("строка 2, capacity: Нужно число.",)


@pytest.mark.parametrize("directory", PACKS, ids=lambda directory: directory.name)
def test_a_pack_opens_with_its_season_and_its_rosters_in_name_order(directory: Path) -> None:
    pack = open_pack(directory)

    (season,) = rows_of((directory / "season.csv").read_bytes())
    assert (pack.region_code, pack.opens_on.isoformat()) == (season["region_code"], season["registration_from"])
    assert len(pack.rosters) == len(list((directory / "rosters").iterdir())) > 0
    assert list(pack.rosters) == sorted(pack.rosters)


def test_a_pack_s_tables_are_read_as_the_services_read_them() -> None:
    rows = [{"a": "Школа № 1", "b": "2"}]

    assert rows_of("a,b\nШкола № 1,2\n".encode("utf-8-sig")) == rows
    assert rows_of("a;b\r\nШкола № 1;2\r\n".encode("cp1251")) == rows


def test_what_a_grade_can_book_are_the_formats_of_its_try_outs_that_have_slots(tmp_path: Path) -> None:
    directory = Path(shutil.copytree(SAMARA, tmp_path / "pack"))
    heading, *_ = (directory / "try_outs.csv").read_text(encoding="utf-8").splitlines()
    tables = {
        "try_outs.csv": f"{heading}\nA,joinery,S,M,online,Проба,6,7,60\nB,joinery,S,M,in_person,Проба,7,8,60\n"
        "C,joinery,S,M,online,Проба,9,9,60\n",
        "slots.csv": "slot_code,try_out_code,starts_at_local,capacity\n1,A,2026-09-01T10:00,5\n2,B,2026-09-01T10:00,5\n",
    }
    for name, text in tables.items():
        (directory / name).write_text(text, encoding="utf-8")

    assert open_pack(directory).offer() == {6: {"online"}, 7: {"online", "in-person"}, 8: {"in-person"}}


def test_a_directory_that_is_no_pack_is_refused_by_the_names_of_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"schools\.csv.*slots\.csv"):
        open_pack(tmp_path)


class ShyServices:
    """Services of which all but identity refuse an operator they have not heard of yet: each path so many times."""

    def __init__(self, refusals: int, code: str) -> None:
        self._refusals = refusals
        self._code = code
        self.asked = Counter[str]()
        self.regions: set[str] = set()

    async def upload(self, path: str, _: bytes, **params: str) -> dict[str, Any]:
        self.asked[path] += 1
        self.regions.add(params["region"])
        if not path.startswith("/identity/") and self.asked[path] <= self._refusals:
            raise Refused(403, self._code, "Это не ваш регион.")
        return {"accepted": 1, "rejected": []}


async def _import_as(services: object) -> PackOutcome:
    return await import_pack(cast("Caller", services), replace(open_pack(SAMARA), rosters=()), lambda _: None)


async def test_an_operator_a_service_has_not_heard_of_yet_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "_ASK_AGAIN_SECONDS", 0.0)
    services = ShyServices(2, "region-forbidden")

    outcome = await _import_as(services)

    assert all(table.accepted == 1 for table in outcome.tables)
    assert {path.split("/")[1]: count for path, count in services.asked.items()} == {"identity": 1, "booking": 3}


async def test_every_upload_names_the_region_of_the_pack() -> None:
    services = ShyServices(0, "")

    await _import_as(services)

    assert services.regions == {open_pack(SAMARA).region_code}


class PickyServices:
    """Services that take no row of one table."""

    def __init__(self, table: str, rejected: int) -> None:
        self._table = table
        self._rejected = rejected
        self.asked: list[str] = []

    async def upload(self, path: str, _: bytes, **__: str) -> dict[str, Any]:
        self.asked.append(path)
        if not path.endswith(self._table):
            return {"accepted": 1, "rejected": []}
        rows = [
            {"row": row, "column": "region_code", "reason": "Файл другого региона."}
            for row in range(2, 2 + self._rejected)
        ]
        return {"accepted": 0, "rejected": rows}


async def test_a_table_of_which_no_row_was_taken_stops_the_import_and_says_why() -> None:
    services = PickyServices("/seasons", rejected=12)

    with pytest.raises(BaseExceptionGroup) as stopped:
        await _import_as(services)

    words = str(first_of(stopped.value))
    assert "Из файла season.csv не принята ни одна строка" in words
    assert words.count("region_code: Файл другого региона.") == 10
    assert words.endswith("…и ещё 2")
    assert "/booking/imports/sites" not in services.asked


async def test_an_empty_table_stops_nothing() -> None:
    outcome = await _import_as(PickyServices("/slots", rejected=0))

    assert {table.kind: table.accepted for table in outcome.tables}["slots"] == 0


@pytest.mark.parametrize("code", ["region-forbidden", "role-not-allowed"])
async def test_an_operator_who_stays_refused_is_told_so(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "_KNOWN_WITHIN_SECONDS", 0.0)
    monkeypatch.setattr(importer, "_ASK_AGAIN_SECONDS", 0.0)

    with pytest.raises(BaseExceptionGroup) as refused:
        await _import_as(ShyServices(10**6, code))

    assert refused.group_contains(StackError, match=code)
