"""`bilet operator`: the people who import regions' packs; one installation carries any number of regions."""

import os
import re
import secrets
from typing import Annotated

import typer
from rich.markup import escape

from bilet_local.commands.options import StateDir, console, failures_in_words, running
from bilet_local.operators import create_operator, known_operators
from bilet_local.state import StateDirectory

app = typer.Typer(no_args_is_help=True, help="Операторы регионов: завести, показать.")

_REGION = re.compile(r"[0-9]{2,3}")
_PASSWORD_BYTES = 12


def region_code(text: str) -> str:
    """Read a region's code as the constitution numbers regions: two or three digits."""
    if not _REGION.fullmatch(text):
        raise typer.BadParameter("код региона — две или три цифры, например 47")
    return text


@app.command("create")
def create(
    state_dir: StateDir,
    region: Annotated[str, typer.Option(help="Код региона, например 47.", callback=region_code)],
    login: Annotated[str, typer.Option(help="Логин; без него operator-<регион>.")] = "",
) -> None:
    """Завести оператора региона; пароль берётся из BILET_OPERATOR_PASSWORD или придумывается и показывается."""
    with failures_in_words():
        directory = StateDirectory(state_dir)
        running(directory)
        password = os.environ.get("BILET_OPERATOR_PASSWORD") or secrets.token_urlsafe(_PASSWORD_BYTES)
        made = create_operator(directory, region, login or f"operator-{region}", password)
        console.print(escape(f"Оператор региона {region}: логин {made.login}, пароль {made.password}"))


@app.command("list")
def show(state_dir: StateDir) -> None:
    """Показать операторов этой установки с их паролями."""
    with failures_in_words():
        operators = known_operators(StateDirectory(state_dir))
        for one in operators:
            console.print(escape(f"регион {one.region}: логин {one.login}, пароль {one.password}"))
        if not operators:
            console.print("Операторов ещё нет: bilet operator create --region 47")
