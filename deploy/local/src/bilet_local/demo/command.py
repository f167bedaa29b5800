"""`bilet demo`: a season of one region, on this machine, from an empty installation to verified promises."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer

from bilet_local import display
from bilet_local.commands.options import StateDir, console, failures_in_words
from bilet_local.demo.performance import Performance, perform_season
from bilet_local.demo.system import ensure_running
from bilet_local.errors import StackError
from bilet_local.importing.pack import open_pack
from bilet_local.installation import Broker
from bilet_local.layout import PROJECT_ROOT
from bilet_local.operators import known_operators
from bilet_local.ports import DEFAULT_BASE
from bilet_local.state import StateDirectory
from bilet_local.stopping import stop

DEFAULT_STUDENTS = 200
_ALL = "all"
_PACK = PROJECT_ROOT / "data/samara"


def _number_of(text: str) -> int | None:
    if text == _ALL:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise typer.BadParameter("нужно число или all")
    return int(text)


def demo(
    state_dir: StateDir,
    students: Annotated[str, typer.Option(help="Сколько школьников проходят сезон: число или all.")] = str(
        DEFAULT_STUDENTS
    ),
    kafka: Annotated[Broker, typer.Option(help="Брокер: tansu или apache (нужны Java 17+ и Maven).")] = Broker.TANSU,
    pack: Annotated[Path, typer.Option(help="Каталог пакета региона.")] = _PACK,
    seed: Annotated[int, typer.Option(help="От него зависит, кто как поступит.")] = 2026,
    concurrency: Annotated[int, typer.Option(min=1, max=128, help="Сколько семей действуют одновременно.")] = 24,
    port_base: Annotated[int, typer.Option(min=1100, max=65000, help="Как у `bilet up`.")] = DEFAULT_BASE,
    leave: Annotated[bool, typer.Option("--exit", help="В конце всё остановить.")] = False,  # noqa: FBT002 - a command-line switch
) -> None:
    """Показать сезон целиком: от школьных списков до рекомендаций наставников, с проверкой обещаний."""
    with failures_in_words():
        performance = Performance(
            pack=open_pack(pack),
            directory=StateDirectory(state_dir),
            students=_number_of(students),
            seed=seed,
            concurrency=concurrency,
            began=time.monotonic(),
        )
        started = ensure_running(performance.directory, broker=kafka, port_base=port_base)
        good = _perform(performance, started=started, leave=leave)
        if not good:
            raise typer.Exit(1)


def _perform(performance: Performance, *, started: bool, leave: bool) -> bool:
    """Whether every promise holds; what was started here does not outlive Ctrl-C or a refusal."""
    try:
        good = asyncio.run(perform_season(console, performance))
    except (KeyboardInterrupt, StackError) as reason:
        if started or leave:
            console.print("Останавливаю…")
            stop(performance.directory)
        if isinstance(reason, StackError):
            raise
        raise typer.Exit(130) from None
    if leave:
        stop(performance.directory)
        console.print("Остановлено (--exit).")
    else:
        console.print("\n[bold]Система работает дальше.[/] Остановить: bilet down; начать заново: bilet down --erase")
        console.print(
            display.as_addresses(performance.directory.installation(), known_operators(performance.directory))
        )
    return good
