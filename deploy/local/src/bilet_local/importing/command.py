"""`bilet import`: a region's pack, over the gateway, as the region's operator."""

import asyncio
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bilet_local.commands.options import StateDir, console, failures_in_words
from bilet_local.errors import StackError
from bilet_local.importing import report
from bilet_local.importing.calls import Caller, Gateway, Refused
from bilet_local.importing.importer import import_pack, sign_in
from bilet_local.importing.outcome import KINDS, PackOutcome, differences
from bilet_local.importing.pack import Pack, open_pack
from bilet_local.operators import Operator, ensure_operator
from bilet_local.state import StateDirectory

Address = Annotated[str, typer.Option("--gateway", help="Адрес входа; по умолчанию — локальной установки.")]
Login = Annotated[str, typer.Option(help="Логин оператора региона; по умолчанию — свой на регион, заводится сам.")]
Password = Annotated[str, typer.Option(envvar="BILET_OPERATOR_PASSWORD", help="Пароль; без него при --login спросим.")]


def import_command(
    pack: Annotated[Path, typer.Argument(help="Каталог пакета региона, например data/samara.")],
    state_dir: StateDir,
    login: Login = "",
    password: Password = "",
    gateway: Address = "",
    report_dir: Annotated[
        Path, typer.Option("--report", help="Куда положить файлы с отклонёнными строками, по одному на школу.")
    ] = Path("bilet-import"),
) -> None:
    """Загрузить пакет региона: школы, наставников, сезон, площадки, пробы, сеансы и списки школ."""
    with failures_in_words():
        opened = open_pack(pack)
        directory = StateDirectory(state_dir)
        address = gateway or directory.installation().gateway_url
        outcome = asyncio.run(_import(opened, address, _account(directory, opened, login, password)))
        if not finish(console, opened, outcome, report_dir):
            raise typer.Exit(1)


def finish(console: Console, pack: Pack, outcome: PackOutcome, report_dir: Path) -> bool:
    """Show the outcome and save the files to correct; whether all files were read and the outcome is the expected one."""
    report.show(console, outcome)
    if saved := report.save_files_to_correct(outcome, report_dir):
        console.print(f"Файлы для исправления: {saved}, в каталоге {report_dir}")
    unexpected = differences(pack.expected, outcome) if pack.expected is not None else []
    if pack.expected is not None:
        report.show_comparison(console, unexpected)
    return not unexpected and not outcome.refused


async def import_with_progress(console: Console, operator: Caller, pack: Pack) -> PackOutcome:
    """Send the pack and show how far it is.

    Raises:
        StackError: a table was refused as a whole.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Загружаю пакет", total=len(KINDS) + len(pack.rosters))
        try:
            return await import_pack(operator, pack, lambda name: progress.update(task, advance=1, description=name))
        except* (Refused, StackError) as group:
            raise StackError(str(first_of(group))) from None


def first_of(group: BaseException) -> BaseException:
    """Find the first single error within a group."""
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group


def _account(directory: StateDirectory, pack: Pack, login: str, password: str) -> Operator:
    if not login:
        return ensure_operator(directory, pack.region_code)
    return Operator(login, password or typer.prompt("Пароль", hide_input=True), pack.region_code)


async def _import(pack: Pack, address: str, account: Operator) -> PackOutcome:
    try:
        async with Gateway(address, connections=8) as gateway:
            operator = await sign_in(gateway, account.login, account.password, "regional-operator")
            return await import_with_progress(console, operator, pack)
    except Refused as refusal:
        raise StackError(str(refusal)) from None
    except httpx.TransportError as error:
        raise StackError(f"{address} не отвечает ({type(error).__name__}).") from None
