"""Imported files are read row by row, and what is wrong with a row is named."""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_booking.domain import imports
from bilet_booking.domain.catalogue import Format
from bilet_booking.domain.errors import FileUnreadable
from bilet_booking.domain.imports import Engagement, Frame, Known, overlaps
from bilet_booking.domain.reading import CellError, Line, parse, read_lines, without_repeats
from tests.unit.booking.makers import season

_ids = count(1)
SEASON = {
    "season": "2026",
    "region_code": "63",
    "timezone": "Europe/Samara",
    "registration_from": "2026-07-07",
    "diagnostics_from": "2026-07-07",
    "booking_from": "2026-07-07",
    "try_outs_from": "2026-08-01",
    "try_outs_until": "2026-12-01",
    "recommendations_until": "2026-12-15",
    "closes": "2026-12-31",
    "max_bookings": "2",
    "max_in_person": "1",
}
TRY_OUT = {
    "try_out_code": "W-IP",
    "competency": "welding",
    "site_code": "63-S01",
    "mentor_code": "63-M01",
    "format": "in_person",
    "title": "Сварка",
    "grade_from": "8",
    "grade_to": "9",
    "duration_minutes": "120",
}
SLOT = {"slot_code": "S-1", "try_out_code": "W-IP", "starts_at_local": "2026-09-03T15:00", "capacity": "12"}
KNOWN = Known("63-2026", frozenset({"welding"}), frozenset({"63-S01"}))


def new_id() -> UUID:
    return UUID(int=next(_ids))


def line(cells: dict[str, str], **changed: str) -> Line:
    return Line(2, cells | changed)


def frame(timezone: str = "Europe/Samara") -> Frame:
    return Frame(
        timezone=timezone,
        duration_minutes=90,
        mentor_code="63-M01",
        try_outs_from=season().try_outs_from,
        try_outs_until=season().try_outs_until,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("comma", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_may_come_from_any_office(encoding: str, comma: str, end: str) -> None:
    text = end.join([f"code{comma} title ", f' A {comma}"Сварка, шов; дуга"', comma, f"B{comma}Пайка", ""])

    lines = read_lines(text.encode(encoding), ("code", "title"))

    assert [found.row for found in lines] == [2, 4]
    assert lines[0].cells == {"code": "A", "title": "Сварка, шов; дуга"}


def test_missing_cells_are_empty_and_further_ones_are_passed_over() -> None:
    lines = read_lines(b"code,title\nA\nB,x,y\n", ("code", "title"))

    assert [found.cells for found in lines] == [{"code": "A", "title": ""}, {"code": "B", "title": "x"}]


@pytest.mark.parametrize("raw", [b"", b"code\nA\n", b"code,title\x00\n", b"\x98\n"])
def test_what_is_no_such_file_is_refused(raw: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read_lines(raw, ("code", "title"))


@given(st.binary(max_size=300))
def test_any_bytes_are_either_read_or_refused(raw: bytes) -> None:
    try:
        lines = read_lines(raw, ("code",))
    except FileUnreadable:
        return
    assert all("code" in found.cells for found in lines)


def test_wrong_rows_do_not_keep_right_ones_out() -> None:
    lines = read_lines(b"code,n\nA,1\nB,x\nC,3\nA,4\n", ("code", "n"))

    parsed = without_repeats(
        parse(lines, lambda given: (given.text("code"), given.number("n", 1, 9))), lambda found: found[0], "code"
    )

    assert [found for _, found in parsed.good] == [("A", 1), ("C", 3)]
    assert [(rejected.row, rejected.column) for rejected in parsed.rejected] == [(3, "n"), (5, "code")]
    assert "строке 2" in parsed.rejected[1].reason


def test_a_seasons_dates_are_midnights_of_its_region() -> None:
    read = imports.read_season(line(SEASON), "63", new_id)

    assert (read.season_code, read.year) == ("63-2026", 2026)
    assert read.try_outs_from == datetime(2026, 7, 31, 20, tzinfo=UTC)
    assert read.closes == datetime(2026, 12, 30, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"region_code": "64"}, "region_code"),
        ({"season": "26"}, "season"),
        ({"timezone": "Samara"}, "timezone"),
        ({"closes": "31.12.2026"}, "closes"),
        ({"closes": ""}, "closes"),
        ({"try_outs_until": "2026-07-20"}, "try_outs_until"),
        ({"closes": "2026-12-01"}, "closes"),
        ({"max_in_person": "3"}, "max_in_person"),
        ({"max_bookings": "0"}, "max_bookings"),
    ],
)
def test_what_is_wrong_with_a_season_is_named(changed: dict[str, str], column: str) -> None:
    with pytest.raises(CellError) as wrong:
        imports.read_season(line(SEASON, **changed), "63", new_id)
    assert wrong.value.column == column


@pytest.mark.parametrize("word", ["in_person", "in-person", "IN_PERSON"])
def test_a_try_outs_format_is_known_in_its_spellings(word: str) -> None:
    assert imports.read_try_out(line(TRY_OUT, format=word), "63", new_id, KNOWN).format is Format.IN_PERSON


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"competency": "weaving"}, "competency"),
        ({"site_code": "63-S99"}, "site_code"),
        ({"format": "hybrid"}, "format"),
        ({"grade_from": "5"}, "grade_from"),
        ({"grade_to": "7"}, "grade_to"),
        ({"duration_minutes": "два часа"}, "duration_minutes"),
        ({"try_out_code": "x" * 41}, "try_out_code"),
        ({"mentor_code": ""}, "mentor_code"),
    ],
)
def test_what_is_wrong_with_a_try_out_is_named(changed: dict[str, str], column: str) -> None:
    with pytest.raises(CellError) as wrong:
        imports.read_try_out(line(TRY_OUT, **changed), "63", new_id, KNOWN)
    assert wrong.value.column == column


@pytest.mark.parametrize("riasec", ["RI", "RIAS", "RRI", "XYZ", ""])
def test_a_competencys_code_is_three_letters_of_riasec(riasec: str) -> None:
    cells = {"slug": "welding", "ws_code": "", "title": "Сварка", "field": "Производство", "riasec": riasec}

    with pytest.raises(CellError) as wrong:
        imports.read_competency(line(cells), "63", new_id)
    assert wrong.value.column == "riasec"


@pytest.mark.parametrize(("word", "accessible"), [("да", True), ("Нет", False)])
def test_wheelchair_access_is_yes_or_no(word: str, *, accessible: bool) -> None:
    cells = {
        "site_code": "63-S01",
        "name": "Колледж",
        "municipality": "Самара",
        "address": "ул. Победы, 1",
        "timezone": "Europe/Samara",
        "wheelchair_access": word,
    }

    assert imports.read_site(line(cells), "63", new_id).wheelchair_access is accessible


def test_a_slot_is_given_in_its_sites_time() -> None:
    read = imports.read_slot(line(SLOT), "63", new_id, {"W-IP": frame()})
    further_east = imports.read_slot(line(SLOT), "63", new_id, {"W-IP": frame("Asia/Yekaterinburg")})

    assert (read.starts_at, read.ends_at - read.starts_at) == (
        datetime(2026, 9, 3, 11, tzinfo=UTC),
        timedelta(minutes=90),
    )
    assert read.starts_at - further_east.starts_at == timedelta(hours=1)


def test_a_time_that_the_clocks_leave_out_is_refused() -> None:
    wide = Frame(
        timezone="Europe/Berlin",
        duration_minutes=90,
        mentor_code="M",
        try_outs_from=datetime(2026, 1, 1, tzinfo=UTC),
        try_outs_until=datetime(2027, 1, 1, tzinfo=UTC),
    )

    with pytest.raises(CellError, match="переводят часы"):
        imports.read_slot(line(SLOT, starts_at_local="2026-03-29T02:30"), "63", new_id, {"W-IP": wide})


@pytest.mark.parametrize(
    ("starts_at_local", "taken"),
    [
        ("2026-07-31T23:59", False),
        ("2026-08-01T00:00", True),
        ("2026-11-30T23:59", True),
        ("2026-12-01T00:00", False),
    ],
)
def test_a_slot_lies_within_the_seasons_dates(starts_at_local: str, *, taken: bool) -> None:
    lines = [line(SLOT, starts_at_local=starts_at_local)]

    parsed = parse(lines, lambda given: imports.read_slot(given, "63", new_id, {"W-IP": frame()}))

    assert len(parsed.good) == taken


def test_a_mentor_is_in_one_place_at_a_time() -> None:
    start = datetime(2026, 9, 3, 11, tzinfo=UTC)

    def engaged(mentor: str, code: str, hour: int, row: int | None) -> Engagement:
        begins = start + timedelta(hours=hour)
        return Engagement(mentor, code, begins, begins + timedelta(minutes=90), row)

    warned = overlaps(
        [
            engaged("M1", "A", 0, None),
            engaged("M1", "B", 1, 2),
            engaged("M1", "C", 3, 3),
            engaged("M2", "D", 0, 4),
            engaged("M3", "E", 0, None),
            engaged("M3", "F", 1, None),
            engaged("M4", "G", 0, 5),
            engaged("M4", "H", 1, None),
        ]
    )

    assert [found.row for found in warned] == [2, 5]
    assert "B пересекается с A" in warned[0].reason


def test_slots_that_touch_do_not_overlap() -> None:
    start = datetime(2026, 9, 3, 11, tzinfo=UTC)
    end = start + timedelta(hours=1)

    assert overlaps([Engagement("M", "A", start, end, 2), Engagement("M", "B", end, end, 3)]) == ()
