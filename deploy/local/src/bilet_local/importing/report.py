"""How an import is shown: a table of what was taken, reasons, warnings, the comparison; and the files to correct."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bilet_local.importing.outcome import PackOutcome, TableOutcome

TITLES = {
    "schools": "школы",
    "mentors": "наставники",
    "seasons": "сезоны",
    "sites": "площадки",
    "competencies": "компетенции",
    "try-outs": "профпробы",
    "slots": "сеансы",
}
REASONS = {
    "full_name_incomplete": "нет полного имени",
    "birth_date_invalid": "дата рождения не читается или невозможна",
    "grade_out_of_range": "класс не 6–11",
    "snils_checksum": "СНИЛС с неверной контрольной суммой",
    "duplicate_pupil": "тот же СНИЛС уже есть в этом или другом списке",
    "column_count": "число столбцов не то",
}
_SHOWN_WARNINGS = 3


def show(console: Console, outcome: PackOutcome) -> None:
    """Print what was taken and what was not."""
    console.print(_counts(outcome))
    rejected = outcome.rejected
    if rejected:
        console.print(f"Отклонено строк: {rejected.total()}, каждая с номером, столбцом и причиной:")
        for reason, number in rejected.most_common():
            console.print(f"  {number:>4}  {REASONS.get(reason, reason)}")
    for table in outcome.tables:
        _show_remarks(console, table)
    for roster in outcome.refused:
        console.print(f"[red]{roster.file.name} отклонён целиком:[/] {escape(roster.refused)}")
    warned = [(roster.file.name, words) for roster in outcome.rosters for words in roster.warnings]
    for name, words in warned[:_SHOWN_WARNINGS]:
        console.print(f"[yellow]{name}:[/] {escape(words)}")


def _counts(outcome: PackOutcome) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("что", "принято", "отклонено"):
        table.add_column(title, justify="left" if title == "что" else "right")
    for one in outcome.tables:
        table.add_row(TITLES.get(one.kind, one.kind), str(one.accepted), str(len(one.rejected) or ""))
    rosters = f"строки списков ({len(outcome.rosters)} школ за {outcome.seconds:.1f} с)"
    table.add_row(rosters, str(outcome.accepted), str(outcome.rejected.total() or ""))
    return table


def _show_remarks(console: Console, table: TableOutcome) -> None:
    title = TITLES.get(table.kind, table.kind)
    for words in table.rejected:
        console.print(f"[red]{title}[/], {escape(words)}")
    if table.warned:
        console.print(f"[yellow]{title}: предупреждений {len(table.warned)}[/] (строки приняты), первые:")
        for words in table.warned[:_SHOWN_WARNINGS]:
            console.print(f"  {escape(words)}", soft_wrap=True)


def save_files_to_correct(outcome: PackOutcome, directory: Path) -> int:
    """Write one CSV file for each school with rejected rows, for its owner's eyes only; returns how many."""
    files = [roster for roster in outcome.rosters if roster.to_correct]
    if files:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    for roster in files:
        path = directory / f"{roster.school_code}-исправить.csv"
        path.touch(mode=0o600)
        path.write_text(f"\ufeff{roster.to_correct}", encoding="utf-8", newline="")
    return len(files)


def show_comparison(console: Console, differences: Sequence[str]) -> None:
    """Say whether the outcome is the expected one."""
    if not differences:
        console.print("[bold green]Совпадает с expected.json.[/]")
        return
    console.print(f"[bold red]Не совпадает с expected.json ({len(differences)}):[/]")
    for line in differences:
        console.print(f"  {escape(line)}")
