"""`bilet down`: stop everything; the data stay unless told otherwise."""

import shutil
from typing import Annotated

import typer

from bilet_local.commands.options import StateDir, console, failures_in_words
from bilet_local.state import StateDirectory
from bilet_local.stopping import stop


def down(
    state_dir: StateDir,
    erase: Annotated[bool, typer.Option("--erase", help="Стереть и данные: базы, очереди, журналы, ключи.")] = False,  # noqa: FBT002 - a command-line switch
) -> None:
    """Остановить всё. Данные остаются (кроме того, что Tansu держит в памяти)."""
    with failures_in_words():
        directory = StateDirectory(state_dir)
        with console.status("Останавливаю…"):
            ran = stop(directory)
        console.print("Остановлено." if ran else "Стек не запущен.")
        if erase and erase_installation(directory):
            console.print(f"Данные в {directory.root} стёрты.")


def erase_installation(directory: StateDirectory) -> bool:
    """Remove everything an installation keeps and tell whether there was one; any other directory is left alone."""
    found = directory.read() is not None
    if found:
        shutil.rmtree(directory.root)
    return found
