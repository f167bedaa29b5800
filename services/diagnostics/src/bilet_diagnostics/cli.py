"""The `bilet-diagnostics` command: what every service has, checks of instrument files, psychometrics, norms and rescoring."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, cast

import typer

from bilet_diagnostics.api.parts import Parts
from bilet_diagnostics.bootstrap import build
from bilet_diagnostics.domain.errors import NothingPutRight
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.versions import Correction, correction_by
from bilet_diagnostics.settings import InstrumentsSettings
from bilet_diagnostics.storage.instrument_files import check_files, check_library, folder_of, load_library
from bilet_diagnostics.storage.reviewed_yaml import InstrumentFileError
from bilet_diagnostics.storage.seals import drafts_in, seal
from bilet_diagnostics.storage.stored_answers import Which
from bilet_diagnostics.use_cases.rescoring import FIRST, rescore_page
from bilet_kit.process.cli import service_cli
from bilet_kit.process.service import Service

app = service_cli("diagnostics", build)
instruments = typer.Typer(no_args_is_help=True, help="Методики: показать, проверить и опубликовать")
app.add_typer(instruments, name="instruments")


@instruments.command("list")
def list_() -> None:
    """Показать опубликованные методики с их нормами и черновики."""
    folder = _folder()
    with _file_faults_told():
        library, drafts = load_library(folder), drafts_in(folder)
    for one in library.instruments:
        found = library.norms_of(one.ref)
        norms_version = f"нормы {found.version}" if found else "норм нет"
        form = f"\tпараллельна {one.parallel_of}" if one.parallel_of else ""
        typer.echo(
            f"{one.ref}\tэтап {one.stage}\t{one.grades} классы\tвопросов {len(one.items)}\t{norms_version}\t{one.title}{form}"
        )
    _tell_drafts(drafts)


@instruments.command()
def check(files: Annotated[list[Path] | None, typer.Argument(help="Файлы; без них проверяются все")] = None) -> None:
    """Проверить методики, нормы и черновики и назвать каждую ошибку."""
    folder = _folder()
    with _file_faults_told():
        if files:
            check_files(files, folder)
            for path in files:
                typer.echo(f"{path.name}: ошибок нет")
        else:
            drafts = drafts_in(folder)
            _tell_drafts(drafts)
            typer.echo(f"методик: {len(check_library(folder).instruments)}, черновиков: {len(drafts)}, ошибок нет")


@instruments.command()
def publish() -> None:
    """Опубликовать все черновики, если ошибок нет ни в одном файле: с этого дня их файлы не меняются."""
    folder = _folder()
    with _file_faults_told():
        library = check_library(folder)
        new = seal(folder)
    for name in new:
        typer.echo(f"{name}: опубликовано")
    typer.echo(f"методик: {len(library.instruments)}, новых файлов: {len(new)}")


def _folder() -> Path:
    return folder_of(InstrumentsSettings())


def _tell_drafts(names: Iterable[str]) -> None:
    for name in names:
        typer.echo(f"{name}\tчерновик, ещё не опубликован")


@contextmanager
def _file_faults_told() -> Iterator[None]:
    """End the command with every fault of the files, each on a line of its own."""
    try:
        yield
    except InstrumentFileError as error:
        for fault in error.faults:
            typer.echo(fault, err=True)
        raise typer.Exit(1) from None


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
    folder: Annotated[
        Path | None, typer.Option(help="Папка методик; по умолчанию BILET_INSTRUMENTS_DIR или та, что установлена")
    ] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Записать статистику в CSV")] = None,
    picture_file: Annotated[Path | None, typer.Option("--picture", help="Нарисовать: .png или .svg")] = None,
) -> None:
    """Посчитать новую версию норм по первым прохождениям из базы, без признаков спешки."""
    from bilet_diagnostics.psychometrics import command  # noqa: PLC0415 - NumPy only when asked for

    with _faults_told():
        wanted = command.Wanted(csv=csv_file, picture=picture_file)
        command.norms_from_stored(instrument_file, folder or _folder(), source, wanted)


@app.command()
def rescore(
    version: Annotated[str, typer.Argument(help="Исправленная версия методики, например readiness-2")],
) -> None:
    """Пересчитать сданные прохождения по исправленной версии; прежние результаты остаются."""
    with _file_faults_told():
        service = build()
    library = cast("Parts", service.parts).library
    right = next((one for one in library.instruments if one.ref == version), None)
    if right is None:
        raise typer.BadParameter(f"опубликованы: {', '.join(one.ref for one in library.instruments)}")
    try:
        correction = correction_by(right, library.instruments)
    except NothingPutRight as error:
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
