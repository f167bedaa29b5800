"""`bilet status`: what runs, since when, how often it had to be started again, and its memory."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape

from bilet_local import display
from bilet_local.commands.options import NOT_RUNNING, StateDir, console, failures_in_words
from bilet_local.state import Phase, StackState, StateDirectory

_MEBIBYTE = 1024 * 1024


def status(
    state_dir: StateDir,
    as_json: Annotated[bool, typer.Option("--json", help="Для программ.")] = False,  # noqa: FBT002 - a command-line switch
) -> None:
    """Показать, что запущено. Код выхода 0 — работает, 3 — нет."""
    with failures_in_words():
        directory = StateDirectory(state_dir)
        state = directory.read()
        if state is None:
            console.print("Стек ещё не запускали: начните с `bilet up`.")
            raise typer.Exit(NOT_RUNNING)
        alive = directory.is_supervised()
        if not alive and state.phase in (Phase.STARTING, Phase.RUNNING, Phase.STOPPING):
            state.phase, state.message = Phase.STOPPED, "прервался, не завершив работу; `bilet up` начнёт заново"
        if as_json:
            typer.echo(state.model_dump_json(indent=2))
        else:
            _show(state, alive=alive)
        if not alive:
            raise typer.Exit(NOT_RUNNING)


def _show(state: StackState, *, alive: bool) -> None:
    since = f" с {state.started_at.astimezone():%d.%m.%Y %H:%M:%S}" if alive else ""
    console.print(f"[bold]{display.PHASES[state.phase]}[/]{since}. {escape(state.message)}".rstrip(), soft_wrap=True)
    if alive:
        console.print(display.as_table(state))
        total = sum(map(display.resident, state.nodes)) // _MEBIBYTE
        age = datetime.now(UTC) - state.started_at
        console.print(f"Память всего: {total} МиБ. Работает {age.total_seconds() / 60:.0f} мин.")
