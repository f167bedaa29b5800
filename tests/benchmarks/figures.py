"""Figures, their floors and their targets; ratios are taken within a run, and the median over the runs counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measured:
    """One value of one run.

    Attributes:
        foreign: CPU that others used meanwhile, in percent of one core.
    """

    value: float
    foreign: float


Run = Mapping[str, Measured]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A bound on the ratio to another line, or on the figure itself when `floor` is empty."""

    sense: Literal["≤", "≥"]
    bound: float
    floor: str = ""

    def met(self, value: float) -> bool:
        return value <= self.bound if self.sense == "≤" else value >= self.bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a table; `beside` names lines whose ratio is shown without a bound."""

    key: str
    what: str
    unit: str
    targets: tuple[Target, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One benchmark's table, with what has to be said about it."""

    name: str
    title: str
    lines: Sequence[Line]
    runs: Sequence[Run]
    notes: Sequence[str]

    def values(self, key: str) -> list[float]:
        return [run[key].value for run in self.runs if key in run]

    def ratio(self, key: str, floor: str) -> float | None:
        """Median over the runs of the ratio within each run."""
        ratios = [run[key].value / run[floor].value for run in self.runs if key in run and floor in run]
        return median(ratios) if ratios else None

    def verdicts(self, line: Line) -> list[str]:
        """Put the ratios and targets of a line into words."""
        words = []
        for target in line.targets:
            value = self.ratio(line.key, target.floor) if target.floor else median(self.values(line.key))
            if value is None:
                continue
            shown = f"{value:.2f} × {self._name(target.floor)}" if target.floor else shown_value(value, line.unit)
            words.append(
                f"{shown} (target {target.sense} {target.bound:g}: {'met' if target.met(value) else 'MISSED'})"
            )
        for floor in line.beside:
            value = self.ratio(line.key, floor)
            if value is not None:
                words.append(f"{value:.2f} × {self._name(floor)}")
        return words

    def foreign(self, key: str) -> float:
        """Median of the CPU that others used, in percent of one core."""
        return median(run[key].foreign for run in self.runs if key in run)

    def _name(self, key: str) -> str:
        return next(line.what for line in self.lines if line.key == key)


def shown_value(value: float, unit: str) -> str:
    """Format a value with as many digits as it deserves, and its unit."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}".replace(",", " ")


def as_markdown(section: Section) -> str:
    """Write the section's table and notes."""
    rows = ["| what | median | runs | beside its floor | others' CPU |", "|---|---:|---|---|---:|"]
    for line in section.lines:
        values = section.values(line.key)
        if not values:
            rows.append(f"| {line.what} | not measured | | | |")
            continue
        runs = ", ".join(shown_value(value, "").strip() for value in values)
        verdicts = "; ".join(section.verdicts(line))
        shown = shown_value(median(values), line.unit)
        rows.append(f"| {line.what} | {shown} | {runs} | {verdicts} | {section.foreign(line.key):.0f} % |")
    notes = "\n".join(f"- {note}" for note in section.notes)
    return "\n".join(rows) + (f"\n\n{notes}" if notes else "")
