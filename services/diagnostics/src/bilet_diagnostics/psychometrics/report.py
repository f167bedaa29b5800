"""Statistics as a table for reading and as CSV for other programs, in the words of a questionnaire or of a quiz."""

import csv
import io
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from bilet_diagnostics.domain.instrument import Instrument, Kind
from bilet_diagnostics.psychometrics.statistics import ItemStatistics, ScaleStatistics

NamedGroups = Mapping[str, Mapping[str, ScaleStatistics]]
"""Group («все» or grades) to scale id to its statistics."""

_SCALE_HEADINGS = {
    Kind.QUESTIONNAIRE: ("Шкала", "n", "Среднее", "SD", "Асимметрия", "α (n)", "α попарно (n)", "Ошибка"),
    Kind.QUIZ: ("Шкала", "n", "Верных в среднем", "SD", "Асимметрия", "KR-20 (n)", "KR-20 попарно (n)", "Ошибка"),
}
_ITEM_HEADINGS = {
    Kind.QUESTIONNAIRE: ("Вопрос", "n", "Пропуски", "Среднее", "SD", "r с остальными", "α без него"),
    Kind.QUIZ: ("Вопрос", "n", "Пропуски", "Доля верных", "SD", "Различение", "KR-20 без него"),
}
_CSV_HEADINGS = {
    Kind.QUESTIONNAIRE: (
        "group", "scale", "item", "n", "missing", "mean", "sd", "skew", "alpha_listwise", "alpha_pairwise",
        "n_pairwise", "standard_error", "item_rest", "alpha_if_deleted",
    ),
    Kind.QUIZ: (
        "group", "scale", "item", "n", "missing", "mean_right", "share_right", "sd", "skew", "kr20_listwise",
        "kr20_pairwise", "n_pairwise", "standard_error", "discrimination", "kr20_if_deleted",
    ),
}  # fmt: skip


def print_tables(console: Console, instrument: Instrument, groups: NamedGroups) -> None:
    """Show for each group a table of the scales, and one of the items of each scale."""
    of_scales, of_items = _SCALE_HEADINGS[instrument.kind], _ITEM_HEADINGS[instrument.kind]
    for group, scales in groups.items():
        console.print(_table(group, of_scales, [_scale_row(one) for one in scales.values()]))
        for one in scales.values():
            console.print(_table(f"{group}: {one.scale}", of_items, [_item_row(item) for item in one.items]))


def csv_of(instrument: Instrument, groups: NamedGroups) -> str:
    """A row for each scale (without an item) and for each of its items, in every group; empty where undefined."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_CSV_HEADINGS[instrument.kind])
    for group, scales in groups.items():
        for one in scales.values():
            writer.writerow((group, one.scale, *_csv_scale(instrument.kind, one)))
            writer.writerows((group, one.scale, *_csv_item(instrument.kind, item)) for item in one.items)
    return text.getvalue()


def _csv_scale(kind: Kind, one: ScaleStatistics) -> tuple[object, ...]:
    means = (one.mean, "") if kind is Kind.QUIZ else (one.mean,)
    reliability = (one.alpha_listwise, one.alpha_pairwise, one.n_pairwise, one.standard_error)
    return ("", one.n, "", *means, one.sd, one.skew, *reliability, "", "")


def _csv_item(kind: Kind, item: ItemStatistics) -> tuple[object, ...]:
    means = ("", item.mean) if kind is Kind.QUIZ else (item.mean,)
    return (item.item, item.n, item.missing, *means, item.sd, "", "", "", "", "", item.item_rest, item.alpha_if_deleted)


def _scale_row(one: ScaleStatistics) -> tuple[str, ...]:
    pairwise = f"{_shown(one.alpha_pairwise)} ({one.n_pairwise})"
    listwise = f"{_shown(one.alpha_listwise)} ({one.n})"
    shown = map(_shown, (one.scale, one.n, one.mean, one.sd, one.skew))
    return (*shown, listwise, pairwise, _shown(one.standard_error))


def _item_row(item: ItemStatistics) -> tuple[str, ...]:
    shown = (item.item, item.n, item.missing, item.mean, item.sd, item.item_rest, item.alpha_if_deleted)
    return tuple(map(_shown, shown))


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
