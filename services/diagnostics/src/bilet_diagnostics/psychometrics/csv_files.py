"""Statistics as CSV for other programs, in the words of a questionnaire or of a quiz."""

import csv
import io
from collections.abc import Mapping

from bilet_diagnostics.domain.instrument import Instrument, Kind
from bilet_diagnostics.psychometrics.statistics import ItemStatistics, ScaleStatistics

NamedGroups = Mapping[str, Mapping[str, ScaleStatistics]]
"""Group («все» or grades) to scale id to its statistics."""

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


def csv_of(instrument: Instrument, groups: NamedGroups) -> str:
    """Write a row for each scale (without an item) and each of its items, in every group; empty where undefined."""
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
