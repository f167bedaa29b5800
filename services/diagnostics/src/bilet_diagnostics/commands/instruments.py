"""`bilet-diagnostics instruments`: list, check and publish instrument files."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bilet_diagnostics.settings import InstrumentsSettings
from bilet_diagnostics.storage.instrument_files import check_files, check_library, folder_of, load_library
from bilet_diagnostics.storage.reviewed_yaml import InstrumentFileError
from bilet_diagnostics.storage.seals import drafts_in, seal

instruments = typer.Typer(no_args_is_help=True, help="Методики: показать, проверить и опубликовать")


@instruments.command("list")
def list_() -> None:
    """Показать опубликованные методики с их нормами и черновики."""
    folder = instruments_folder()
    with file_faults_told():
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
    folder = instruments_folder()
    with file_faults_told():
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
    folder = instruments_folder()
    with file_faults_told():
        library = check_library(folder)
        new = seal(folder)
    for name in new:
        typer.echo(f"{name}: опубликовано")
    typer.echo(f"методик: {len(library.instruments)}, новых файлов: {len(new)}")


def instruments_folder() -> Path:
    return folder_of(InstrumentsSettings())


def _tell_drafts(names: Iterable[str]) -> None:
    for name in names:
        typer.echo(f"{name}\tчерновик, ещё не опубликован")


@contextmanager
def file_faults_told() -> Iterator[None]:
    """End the command with every fault of the files, each on a line of its own."""
    try:
        yield
    except InstrumentFileError as error:
        for fault in error.faults:
            typer.echo(fault, err=True)
        raise typer.Exit(1) from None
