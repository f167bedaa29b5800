"""`bilet logs`: the log of one part, or of all of them side by side."""

import time
from collections import deque
from pathlib import Path
from typing import Annotated

import typer

from bilet_local.commands.options import StateDir, console, failures_in_words
from bilet_local.errors import StackError
from bilet_local.state import StateDirectory

_POLL = 0.3
Follow = Annotated[bool, typer.Option("-f", "--follow", help="Показывать новые строки, пока не нажмёте Ctrl-C.")]


def logs(
    state_dir: StateDir,
    name: Annotated[str, typer.Argument(help="Часть, как в `bilet status`; без имени — все сразу.")] = "",
    follow: Follow = False,  # noqa: FBT002 - a command-line switch
    lines: Annotated[int, typer.Option("-n", "--lines", min=0, help="Сколько последних строк каждой части.")] = 20,
) -> None:
    """Показать журналы."""
    with failures_in_words():
        files = _files(StateDirectory(state_dir), name)
        places = {part: _print_tail(part, file, lines, alone=bool(name)) for part, file in files.items()}
        try:
            while follow:
                time.sleep(_POLL)
                for part, file in files.items():
                    places[part] = _print_new(part, file, places[part], alone=bool(name))
        except KeyboardInterrupt:
            return


def _files(directory: StateDirectory, name: str) -> dict[str, Path]:
    state = directory.read()
    if state is None:
        raise StackError("Журналов ещё нет: начните с `bilet up`.")
    files = {node.name: node.log_file for node in state.nodes if node.log_file and node.log_file.is_file()}
    files["supervisor"] = directory.supervisor_log
    if not name:
        return files
    if name not in files:
        raise StackError(f"Нет журнала «{name}». Есть: {', '.join(sorted(files))}.")
    return {name: files[name]}


def _print_tail(part: str, file: Path, lines: int, *, alone: bool) -> int:
    with file.open("rb") as log:
        for line in deque(log, maxlen=lines):
            _print(part, line, alone=alone)
        return log.tell()


def _print_new(part: str, file: Path, place: int, *, alone: bool) -> int:
    size = file.stat().st_size
    with file.open("rb") as log:
        log.seek(place if place <= size else 0)
        for line in log:
            _print(part, line, alone=alone)
        return log.tell()


def _print(part: str, line: bytes, *, alone: bool) -> None:
    text = line.decode(errors="replace").rstrip("\n")
    console.print(text if alone else f"{part} | {text}", markup=False, soft_wrap=True)
