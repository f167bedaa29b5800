"""The statistics as a picture: how well each item serves its scale, and how reliable each scale is in each group."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bilet_diagnostics.domain.instrument import Instrument, Kind
from bilet_diagnostics.psychometrics.csv_files import NamedGroups
from bilet_diagnostics.psychometrics.statistics import ItemStatistics, ScaleStatistics

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS = (".png", ".svg")
WEAK_ITEM = 0.2
GOOD_ITEM = 0.3
GOOD_SCALE = 0.7
_RELIABILITY = {Kind.QUESTIONNAIRE: "α Кронбаха", Kind.QUIZ: "KR-20"}
_ITEM_REST = {
    Kind.QUESTIONNAIRE: "Связь вопроса с суммой остальных, r",
    Kind.QUIZ: "Различение: связь верного ответа с суммой остальных, r",
}
_WEAK, _FAIR, _GOOD, _LINE = "#c0392b", "#d68910", "#2471a3", "#7f8c8d"
_INCHES_PER_ROW = 0.21
_MARGIN_INCHES = 1.6
_LEAST_INCHES = 5.0


class PictureFormatError(Exception):
    """A picture is written as PNG or SVG only; the message is Russian."""

    def __init__(self) -> None:
        super().__init__(f"рисунок записывается как {' или '.join(FORMATS)}")


def draw(path: Path, instrument: Instrument, groups: NamedGroups) -> None:
    """Write the picture as PNG or SVG, by the ending of its name.

    Raises:
        PictureFormatError: another ending.
    """
    check_format(path)
    path.write_bytes(drawn(path.suffix.lower().removeprefix("."), instrument, groups))


def drawn(picture_format: str, instrument: Instrument, groups: NamedGroups) -> bytes:
    """Draw the picture as `png` or `svg`.

    Thresholds: corrected item–total correlations below 0.2 and 0.3 (Nunnally & Bernstein, Psychometric Theory, 1994, 304),
    α of 0.7 (the same, 265).
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - a heavy library for one command
    from matplotlib.figure import Figure  # noqa: PLC0415 - a heavy library for one command

    name, everyone = next(iter(groups.items()))
    rows = sum(len(one.items) + 1 for one in everyone.values())
    figure = Figure(figsize=(13, max(_LEAST_INCHES, rows * _INCHES_PER_ROW + _MARGIN_INCHES)), layout="constrained")
    FigureCanvasAgg(figure)
    items, scales = figure.subplots(1, 2, width_ratios=(3, 2))
    titles = {scale.id: scale.title for scale in instrument.scales}
    figure.suptitle(f"{instrument.title} ({instrument.ref})")
    _draw_items(items, everyone, titles, instrument.kind)
    items.set_xlabel(f"{_ITEM_REST[instrument.kind]} ({name}); пунктир — {WEAK_ITEM} и {GOOD_ITEM}")
    _draw_scales(scales, groups, titles)
    scales.set_xlabel(f"{_RELIABILITY[instrument.kind]}; пунктир — {GOOD_SCALE}")
    picture = io.BytesIO()
    figure.savefig(picture, format=picture_format, dpi=120)
    return picture.getvalue()


def check_format(path: Path) -> None:
    """Whether a picture of this name can be drawn.

    Raises:
        PictureFormatError: its ending is neither .png nor .svg.
    """
    if path.suffix.lower() not in FORMATS:
        raise PictureFormatError


def _draw_items(axes: "Axes", scales: Mapping[str, ScaleStatistics], titles: Mapping[str, str], kind: Kind) -> None:
    labels: list[str] = []
    for one in scales.values():
        labels.append(titles[one.scale])
        for item in one.items:
            shown = item.item_rest or 0.0
            axes.barh(len(labels), shown, color=_colour(item.item_rest), height=0.75)
            labels.append(_label(kind, item))
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    for place, label in enumerate(axes.get_yticklabels()):
        if labels[place] in titles.values():
            label.set_fontweight("bold")
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlim(min(0.0, axes.get_xlim()[0]), 1)
    for border in (WEAK_ITEM, GOOD_ITEM):
        axes.axvline(border, color=_LINE, linewidth=0.8, linestyle="--")
    axes.set_title("Как вопросы работают на свои шкалы", fontsize=11)


def _draw_scales(axes: "Axes", groups: NamedGroups, titles: Mapping[str, str]) -> None:
    names = [titles[scale] for scale in next(iter(groups.values()))]
    marks = ("o", "s", "^", "D")
    for number, (group, scales) in enumerate(groups.items()):
        known = [
            (place, one.alpha_listwise) for place, one in enumerate(scales.values()) if one.alpha_listwise is not None
        ]
        least = min((one.n for one in scales.values()), default=0)
        axes.plot(
            [alpha for _, alpha in known],
            [place + (number - (len(groups) - 1) / 2) * 0.12 for place, _ in known],
            marks[number % len(marks)],
            label=f"{group} классы, n ≥ {least}" if number else f"{group}, n ≥ {least}",
        )
    axes.set_yticks(range(len(names)), names, fontsize=9)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(min(0.0, axes.get_xlim()[0]), 1)
    axes.axvline(GOOD_SCALE, color=_LINE, linewidth=0.8, linestyle="--")
    axes.grid(axis="y", linewidth=0.3)
    axes.set_title("Надёжность шкал", fontsize=11)
    axes.legend(fontsize=8, loc="upper left")


def _label(kind: Kind, item: ItemStatistics) -> str:
    said = [item.item]
    if kind is Kind.QUIZ and item.mean is not None:
        said.append(f"доля верных {item.mean:.0%}")
    if item.missing:
        said.append(f"без ответа {item.missing:.1%}")
    return ", ".join(said)


def _colour(item_rest: float | None) -> str:
    if item_rest is None or item_rest < WEAK_ITEM:
        return _WEAK
    return _FAIR if item_rest < GOOD_ITEM else _GOOD
