"""Spreadsheets (XLSX, XLS, ODS) as lines of cells, so that a roster is the same whatever program wrote it."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from bilet_identity.domain.errors import RosterUnreadable
from bilet_identity.domain.roster_file import has_header

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_UNPACKED = 50_000_000
"""How many bytes a workbook may unpack to: a roster of 5 000 rows needs some 5 MB, a malicious archive gigabytes."""

Cell = str | float | int | bool | date | datetime | time | timedelta


def is_spreadsheet(content: bytes) -> bool:
    """Tell by its first bytes whether a file is a workbook and not text."""
    return content.startswith((_ZIP, _OLE))


def lines_of(content: bytes) -> list[list[str]]:
    """Read the lines of the one visible sheet that has a roster's columns, every cell as a person would write it.

    Raises:
        RosterUnreadable: no readable workbook, protected by a password, too large unpacked, or several rosters in it.
    """
    _check_unpacked_size(content)
    sheets = _visible_sheets(content)
    rosters = {name: lines for name, lines in sheets.items() if has_header(lines)}
    if len(rosters) > 1:
        names = ", ".join(f"«{name}»" for name in rosters)
        raise RosterUnreadable("several_sheets", f"Списки есть на нескольких листах ({names}): оставьте один.")
    return next(iter(rosters.values()), next(iter(sheets.values()), []))


def _check_unpacked_size(content: bytes) -> None:
    if not content.startswith(_ZIP):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        raise RosterUnreadable("broken_spreadsheet", "Таблица повреждена и не открывается.") from None
    if size > _MOST_UNPACKED:
        raise RosterUnreadable("too_large", "Таблица слишком велика: оставьте в ней только список.")


def _visible_sheets(content: bytes) -> dict[str, list[list[str]]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return {
                sheet.name: _texts(book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False))
                for sheet in book.sheets_metadata
                if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
            }
    except PasswordError:
        raise RosterUnreadable("password", "Таблица закрыта паролем: снимите его и загрузите снова.") from None
    except (CalamineError, OSError, ValueError):
        raise RosterUnreadable("broken_spreadsheet", "Таблица повреждена и не открывается.") from None


def _texts(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: Cell) -> str:
    """Write a cell as Russian schools do: a date with dots, a whole number without a fraction."""
    if isinstance(cell, datetime) and cell.time() != time():
        return cell.isoformat(" ")
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
