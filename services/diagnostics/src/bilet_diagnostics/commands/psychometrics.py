"""`bilet-diagnostics psychometrics` and `norms`: how well an instrument measures, and norms made of what it measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bilet_diagnostics.commands.instruments import instruments_folder
from bilet_diagnostics.storage.stored_answers import Which


def psychometrics(
    instrument_file: Annotated[Path, typer.Argument(help="Файл методики, в том числе ещё не опубликованной")],
    answers_file: Annotated[
        Path | None, typer.Argument(help="CSV: столбец на вопрос, пусто — пропуск; можно столбец grade")
    ] = None,
    stored: Annotated[bool, typer.Option("--stored", help="Сданные прохождения из базы вместо файла")] = False,  # noqa: FBT002 - a command-line switch
    attempts: Annotated[
        Which, typer.Option(help="Какие из них: с признаками спешки, без них или только первые без них")
    ] = Which.UNFLAGGED,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Записать всё то же в CSV")] = None,
    picture_file: Annotated[Path | None, typer.Option("--picture", help="Нарисовать: .png или .svg")] = None,
) -> None:
    """Посчитать надёжность шкал и качество вопросов по файлу ответов или по сданным прохождениям."""
    if stored == (answers_file is not None):
        raise typer.BadParameter("нужен либо файл ответов, либо --stored")
    from bilet_diagnostics.commands import measuring  # noqa: PLC0415 - NumPy only when asked for

    with _faults_told():
        wanted = measuring.Wanted(csv=csv_file, picture=picture_file)
        if answers_file is not None:
            measuring.from_file(instrument_file, answers_file, wanted)
        else:
            measuring.from_stored(instrument_file, attempts, wanted)


def norms(
    instrument_file: Annotated[Path, typer.Argument(help="Файл опубликованной методики")],
    source: Annotated[str, typer.Option(help="Чьи это ответы и за какое время: попадёт в файл норм")],
    folder: Annotated[
        Path | None, typer.Option(help="Папка методик; по умолчанию BILET_INSTRUMENTS_DIR или та, что установлена")
    ] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Записать статистику в CSV")] = None,
    picture_file: Annotated[Path | None, typer.Option("--picture", help="Нарисовать: .png или .svg")] = None,
) -> None:
    """Посчитать новую версию норм по первым прохождениям из базы, без признаков спешки."""
    from bilet_diagnostics.commands import measuring  # noqa: PLC0415 - NumPy only when asked for

    with _faults_told():
        wanted = measuring.Wanted(csv=csv_file, picture=picture_file)
        measuring.norms_from_stored(instrument_file, folder or instruments_folder(), source, wanted)


@contextmanager
def _faults_told() -> Iterator[None]:
    """End the command with what is wrong, in words."""
    from bilet_diagnostics.commands import measuring  # noqa: PLC0415 - NumPy only when asked for

    try:
        yield
    except measuring.FAULTS as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
