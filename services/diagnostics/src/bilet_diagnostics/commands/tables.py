"""Statistics as tables in the terminal, in the words of a questionnaire or of a quiz."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bilet_diagnostics.domain.instrument import Instrument, Kind
from bilet_diagnostics.psychometrics.csv_files import NamedGroups
from bilet_diagnostics.psychometrics.statistics import ItemStatistics, ScaleStatistics

_SCALE_HEADINGS = {
    Kind.QUESTIONNAIRE: ("Шкала", "n", "Среднее", "SD", "Асимметрия", "α (n)", "α попарно (n)", "Ошибка"),
    Kind.QUIZ: ("Шкала", "n", "Верных в среднем", "SD", "Асимметрия", "KR-20 (n)", "KR-20 попарно (n)", "Ошибка"),
}
_ITEM_HEADINGS = {
    Kind.QUESTIONNAIRE: ("Вопрос", "n", "Пропуски", "Среднее", "SD", "r с остальными", "α без него"),
    Kind.QUIZ: ("Вопрос", "n", "Пропуски", "Доля верных", "SD", "Различение", "KR-20 без него"),
}


def print_tables(console: Console, instrument: Instrument, groups: NamedGroups) -> None:
    """Show for each group a table of the scales, and one of the items of each scale."""
    of_scales, of_items = _SCALE_HEADINGS[instrument.kind], _ITEM_HEADINGS[instrument.kind]
    for group, scales in groups.items():
        console.print(_table(group, of_scales, [_scale_row(one) for one in scales.values()]))
        for one in scales.values():
            console.print(_table(f"{group}: {one.scale}", of_items, [_item_row(item) for item in one.items]))


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
