"""The `bilet-diagnostics` command: what every service has, checks of instrument files, psychometrics, norms and rescoring."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, cast

import typer

from bilet_diagnostics.api.parts import Parts
from bilet_diagnostics.bootstrap import build
from bilet_diagnostics.domain.errors import NothingPutRightError
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.versions import Correction, correction_by
from bilet_diagnostics.storage.instrument_files import load_instrument, load_library, packaged_folder
from bilet_diagnostics.storage.reviewed_yaml import InstrumentFileError
from bilet_diagnostics.storage.seals import seal
from bilet_diagnostics.storage.stored_answers import Which
from bilet_diagnostics.use_cases.rescoring import FIRST, rescore_page
from bilet_kit.cli import service_cli
from bilet_kit.service import Service

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
    from bilet_diagnostics.psychometrics import command  # noqa: PLC0415 - NumPy only when asked for

    with _faults_told():
        wanted = command.Wanted(csv=csv_file, picture=picture_file)
        if answers_file is not None:
            command.from_file(instrument_file, answers_file, wanted)
        else:
            command.from_stored(instrument_file, attempts, wanted)


@app.command()
def norms(
    instrument_file: Annotated[Path, typer.Argument(help="Файл опубликованной методики")],
    source: Annotated[str, typer.Option(help="Чьи это ответы и за какое время: попадёт в файл норм")],
    folder: Annotated[Path | None, typer.Option(help="Папка методик; по умолчанию та, что установлена")] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Записать статистику в CSV")] = None,
    picture_file: Annotated[Path | None, typer.Option("--picture", help="Нарисовать: .png или .svg")] = None,
) -> None:
    """Посчитать новую версию норм по первым прохождениям из базы, без признаков спешки."""
    from bilet_diagnostics.psychometrics import command  # noqa: PLC0415 - NumPy only when asked for

    with _faults_told():
        wanted = command.Wanted(csv=csv_file, picture=picture_file)
        command.norms_from_stored(instrument_file, folder or packaged_folder(), source, wanted)


@app.command()
def rescore(
    version: Annotated[str, typer.Argument(help="Исправленная версия методики, например readiness-2")],
) -> None:
    """Пересчитать сданные прохождения по исправленной версии; прежние результаты остаются, событий не будет."""
    service = build()
    library = cast("Parts", service.parts).library
    right = next((one for one in library.instruments if one.ref == version), None)
    if right is None:
        raise typer.BadParameter(f"опубликованы: {', '.join(one.ref for one in library.instruments)}")
    try:
        correction = correction_by(right, library.instruments)
    except NothingPutRightError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    rescored = asyncio.run(_rescore_all(service, library, correction))
    typer.echo(f"{version} вместо {', '.join(correction.wrong)}: пересчитано прохождений {rescored}")


async def _rescore_all(service: Service, library: Library, correction: Correction) -> int:
    rescored, after = 0, FIRST
    await service.database.start()
    try:
        while True:
            async with service.database.transaction() as tx:
                page = await rescore_page(tx, library, correction, after)
            if page.last is None:
                return rescored
            rescored, after = rescored + page.rescored, page.last
    finally:
        await service.database.stop()


@contextmanager
def _faults_told() -> Iterator[None]:
    """End the command with what is wrong, in words."""
    from bilet_diagnostics.psychometrics import command  # noqa: PLC0415 - NumPy only when asked for

    try:
        yield
    except command.FAULTS as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
