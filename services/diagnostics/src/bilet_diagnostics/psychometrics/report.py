"""Statistics as a table for reading and as CSV for other programs."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bilet_diagnostics.psychometrics.statistics import ScaleStatistics

NamedGroups = Mapping[str, Mapping[str, ScaleStatistics]]
"""Group («все» or grades) to scale id to its statistics."""

_SCALE_HEADINGS = ("Шкала", "n", "Среднее", "SD", "Асимметрия", "α (n)", "α попарно (n)", "Ошибка")
_ITEM_HEADINGS = ("Вопрос", "n", "Пропуски", "Среднее", "SD", "r с остальными", "α без него")
_CSV_HEADINGS = (
    "group", "scale", "item", "n", "missing", "mean", "sd", "skew", "alpha_listwise", "alpha_pairwise", "n_pairwise",
    "standard_error", "item_rest", "alpha_if_deleted",
)  # fmt: skip


def print_tables(console: Console, groups: NamedGroups) -> None:
    """Show a table of the scales for each group, and one of the items for all attempts."""
    for group, scales in groups.items():
        console.print(_table(group, _SCALE_HEADINGS, [_scale_row(one) for one in scales.values()]))
    for one in next(iter(groups.values())).values():
        rows = [
            (item.item, item.n, item.missing, item.mean, item.sd, item.item_rest, item.alpha_if_deleted)
            for item in one.items
        ]
        console.print(_table(one.scale, _ITEM_HEADINGS, [tuple(map(_shown, row)) for row in rows]))


def write_csv(path: Path, groups: NamedGroups) -> None:
    """Write a row for each scale (without an item) and for each of its items, in every group."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_CSV_HEADINGS)
        for group, scales in groups.items():
            for one in scales.values():
                writer.writerow(
                    (group, one.scale, "", one.n, "", one.mean, one.sd, one.skew, one.alpha_listwise,
                     one.alpha_pairwise, one.n_pairwise, one.standard_error, "", "")
                )  # fmt: skip
                writer.writerows(
                    (group, one.scale, item.item, item.n, item.missing, item.mean, item.sd, "", "", "", "", "",
                     item.item_rest, item.alpha_if_deleted)
                    for item in one.items
                )  # fmt: skip


def _scale_row(one: ScaleStatistics) -> tuple[str, ...]:
    pairwise = f"{_shown(one.alpha_pairwise)} ({one.n_pairwise})"
    listwise = f"{_shown(one.alpha_listwise)} ({one.n})"
    shown = map(_shown, (one.scale, one.n, one.mean, one.sd, one.skew))
    return (*shown, listwise, pairwise, _shown(one.standard_error))


def _table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left")
    for row in rows:
        table.add_row(*row)
    return table


def _shown(value: str | float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
