"""Options that several commands share, and how a failure ends a command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from bilet_local.errors import StackError
from bilet_local.layout import default_state_dir
from bilet_local.state import Phase, StackState, StateDirectory

StateDir = Annotated[
    Path,
    typer.Option(
        "--state-dir",
        envvar="BILET_STATE_DIR",
        default_factory=default_state_dir,
        show_default=str(default_state_dir()),
        help="Каталог установки: данные, журналы, ключи.",
    ),
]

console = Console(highlight=False)
NOT_RUNNING = 3


@contextmanager
def failures_in_words() -> Iterator[None]:
    """Print a StackError as its message and exit with 1."""
    try:
        yield
    except StackError as error:
        Console(file=sys.stderr, highlight=False).print(
            f"[bold red]Не получилось.[/] {escape(str(error))}", soft_wrap=True
        )
        raise typer.Exit(1) from None


def running(directory: StateDirectory) -> StackState:
    """Read the state of a running installation.

    Raises:
        StackError: it does not run.
    """
    state = directory.read()
    if state is None or state.phase is not Phase.RUNNING or not directory.is_supervised():
        raise StackError("Стек не запущен: начните с `bilet up`.")
    return state
