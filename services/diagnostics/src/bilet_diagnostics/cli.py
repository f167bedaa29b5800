"""The `bilet-diagnostics` command: what every service has, checks of instrument files, and psychometrics."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bilet_diagnostics.bootstrap import build
from bilet_diagnostics.domain.instrument import GradeBand
from bilet_diagnostics.storage.instrument_files import load_instrument, load_library, packaged_folder, read_instrument
from bilet_diagnostics.storage.reviewed_yaml import InstrumentFileError
from bilet_diagnostics.storage.seals import seal
from bilet_kit.cli import service_cli

GRADE_BANDS = (GradeBand(6, 7), GradeBand(8, 9), GradeBand(10, 11))

app = service_cli("diagnostics", build)
instruments = typer.Typer(no_args_is_help=True, help="Методики: показать и проверить")
app.add_typer(instruments, name="instruments")


@instruments.command("list")
def list_() -> None:
    """Показать методики, которые установлены вместе с сервисом."""
    for one in load_library(packaged_folder()).instruments:
        typer.echo(f"{one.ref}\tэтап {one.stage}\t{one.grades} классы\tвопросов {len(one.items)}\t{one.title}")


@instruments.command()
def check(files: Annotated[list[Path] | None, typer.Argument(help="Файлы; без них проверяются все")] = None) -> None:
    """Проверить методики и назвать каждую ошибку."""
    try:
        for path in files or ():
            load_instrument(path)
            typer.echo(f"{path.name}: ошибок нет")
        if not files:
            typer.echo(f"методик: {len(load_library(packaged_folder()).instruments)}, ошибок нет")
    except InstrumentFileError as error:
        for fault in error.faults:
            typer.echo(fault, err=True)
        raise typer.Exit(1) from None


@instruments.command()
def publish() -> None:
    """Опубликовать новые методики и нормы: с этого дня их файлы не меняются."""
    folder = packaged_folder()
    for name in seal(folder):
        typer.echo(f"{name}: опубликовано")
    check()


@app.command()
def psychometrics(
    instrument_file: Annotated[Path, typer.Argument(help="Файл методики, в том числе ещё не опубликованной")],
    answers_file: Annotated[Path, typer.Argument(help="CSV: столбец на вопрос, пусто — пропуск; можно столбец grade")],
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Записать всё то же в CSV")] = None,
) -> None:
    """Посчитать надёжность шкал и качество вопросов по файлу ответов."""
    from bilet_diagnostics.psychometrics import answer_files, report, scales  # noqa: PLC0415 - NumPy only when asked for

    try:
        instrument = read_instrument(instrument_file)
        chunks = answer_files.read_answers(answers_file, instrument)
        groups = scales.gather(chunks, instrument, GRADE_BANDS)
    except (InstrumentFileError, answer_files.AnswerFileError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    report.print_tables(Console(), groups)
    if csv_file is not None:
        report.write_csv(csv_file, groups)
