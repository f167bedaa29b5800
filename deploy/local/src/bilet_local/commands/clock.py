"""`bilet clock`: turn business time in all four databases; real time, tokens and leases do not notice."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import asyncpg
import typer
from pydantic import PostgresDsn

from bilet_kit.settings import ServiceSettings
from bilet_local.business_clock import ClockRefusedError, advance_business_clock, set_business_clock
from bilet_local.commands.options import StateDir, console, failures_in_words, running
from bilet_local.errors import StackError
from bilet_local.installation import DATABASES, Installation
from bilet_local.state import StateDirectory

app = typer.Typer(no_args_is_help=True, help="Деловое время: сроки, сезоны, дни рождения.")

Zone = Annotated[str, typer.Option("--zone", help="Часовой пояс для времени без пояса и для показа.")]
_DEFAULT_ZONE = "Europe/Moscow"
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION = re.compile(r"(?:(\d+)([wdhms]))")


@app.command("show")
def show(state_dir: StateDir, zone: Zone = _DEFAULT_ZONE) -> None:
    """Показать деловое время."""
    with failures_in_words():
        _print_now(_installation(state_dir), zone)


@app.command("set")
def set_to(
    state_dir: StateDir,
    moment: Annotated[str, typer.Argument(help="Например 2026-07-07 или 2026-07-07T09:30 или …+04:00.")],
    zone: Zone = _DEFAULT_ZONE,
) -> None:
    """Поставить деловое время; дальше оно идёт само."""
    with failures_in_words():
        installation = _installation(state_dir)
        target = parse_moment(moment, zone)
        turn(installation, lambda settings: set_business_clock(settings, target))
        _print_now(installation, zone)


@app.command("advance")
def advance(
    state_dir: StateDir,
    by: Annotated[str, typer.Argument(help="Например 2d12h; единицы w d h m s.")],
    zone: Zone = _DEFAULT_ZONE,
) -> None:
    """Перевести деловое время вперёд."""
    with failures_in_words():
        installation = _installation(state_dir)
        difference = parse_duration(by)
        turn(installation, lambda settings: advance_business_clock(settings, difference))
        _print_now(installation, zone)


def turn(installation: Installation, change: Callable[[ServiceSettings], Awaitable[None]]) -> None:
    """Change the clock of every database at the same time.

    Raises:
        StackError: one refused, or does not answer.
    """

    async def change_all() -> None:
        await asyncio.gather(*(change(_settings(installation, database)) for database in DATABASES))

    try:
        asyncio.run(change_all())
    except ClockRefusedError:
        raise StackError("Деловое время переводят только в локальной и тестовой установке.") from None
    except (OSError, asyncpg.PostgresError) as error:
        raise StackError(f"База данных не ответила: {type(error).__name__}") from None


def parse_moment(text: str, zone: str) -> datetime:
    """Read an ISO 8601 date or time; one without an offset is meant in `zone`.

    Raises:
        StackError: it cannot be read, or the zone is unknown.
    """
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    except (ValueError, KeyError):
        raise StackError(f"Не понимаю время «{text}» в поясе {zone}: нужно, например, 2026-07-07T09:30.") from None


def parse_duration(text: str) -> timedelta:
    """Read `2d12h`.

    Raises:
        StackError: it is not of that form.
    """
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise StackError(f"Не понимаю срок «{text}»: нужно, например, 2d12h.")
    return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())


def _installation(state_dir: StateDir) -> Installation:
    directory = StateDirectory(state_dir)
    running(directory)
    return directory.installation()


def _settings(installation: Installation, database: str) -> ServiceSettings:
    return ServiceSettings(environment="local", database_url=PostgresDsn(installation.database_url(database)))


def _print_now(installation: Installation, zone: str) -> None:
    async def ask() -> datetime:
        connection = await asyncpg.connect(installation.database_url(DATABASES[0]))
        try:
            moment: datetime = await connection.fetchval("SELECT business_now()")
            return moment
        finally:
            await connection.close()

    console.print(f"Деловое время: {asyncio.run(ask()).astimezone(ZoneInfo(zone)):%d.%m.%Y %H:%M:%S} ({zone})")
