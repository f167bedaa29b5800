"""What a school gets back: its rejected rows as a file to correct, its activation codes as a file to print."""

import csv
import io
from collections.abc import Iterable, Sequence

from bilet_identity.domain.roster import RosterReport
from bilet_identity.domain.roster_file import RosterFile

_FORMULA = ("=", "@", "\t", "\r", "+", "-")
_SAFE = frozenset("0123456789 ()+-.,")


def rejected_csv(roster: RosterFile, report: RosterReport) -> str:
    """Rejected rows as they came, in their own columns, with number, column and reason beside; can be imported again."""
    header = [*roster.columns, "Строка файла", "Столбец с ошибкой", "Причина"]
    width = len(roster.columns)
    lines = []
    for refused in report.rejected:
        cells = list(roster.rows[refused.row - 1].cells[:width])
        cells += [""] * (width - len(cells))
        lines.append([*cells, str(refused.row), refused.column, refused.detail])
    return to_csv(header, lines)


def to_csv(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Write a table for a spreadsheet with Russian settings: BOM, `;`, no cell that would run as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_inert(cell) for cell in line] for line in lines)
    return "\ufeff" + text.getvalue()


def _inert(cell: str) -> str:
    if cell.startswith(_FORMULA) and not set(cell) <= _SAFE:
        return "'" + cell
    return cell
