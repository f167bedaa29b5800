"""The command that every service has: its processes, its migrations, its parked messages."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
import uvicorn

from bilet_kit.consuming.inbox import RejectedError
from bilet_kit.consuming.parking import parked_keys, take_parked
from bilet_kit.observability.logs import configure_logs
from bilet_kit.observability.tracing import configure_tracing, to_collector
from bilet_kit.process.restoring import (
    Forgotten,
    StillAtWorkError,
    find_forgotten,
    finish,
    lift_numbers,
    nobody_at_work,
    rewind,
)
from bilet_kit.process.service import Republish, Service
from bilet_kit.storage.database import Transaction
from bilet_kit.storage.migrations import migrate as migrate_database

T = TypeVar("T")
GRACEFUL_SECONDS = 20
TO_BE_REPEATED = 3
"""Exit code of `restored` that changed nothing, because the operator has something to do first."""
Topic = Annotated[str, typer.Argument(help="Топик, как его показывает list")]
Key = Annotated[str, typer.Argument(help="Ключ, как его показывает list")]


def service_cli(name: str, build: Callable[[], Service]) -> typer.Typer:
    """Make the `bilet-<name>` command; a service adds its own commands to what this returns."""
    app = typer.Typer(no_args_is_help=True, help=f"Сервис {name}: процессы, миграции, отложенные сообщения")
    parked = typer.Typer(no_args_is_help=True, help="Отложенные сообщения: показать, применить, выбросить")
    app.add_typer(parked, name="parked")
    _add_processes(app, name, build)
    _add_republish(app, build)
    _add_restored(app, build)
    _add_parked(parked, build)
    return app


def _add_processes(app: typer.Typer, name: str, build: Callable[[], Service]) -> None:
    @app.command()
    def api() -> None:
        """Запустить HTTP-процесс."""
        settings = build().settings
        _serve(f"bilet_{name}.api_app:create", settings.http_host, settings.http_port, settings.http_processes)

    @app.command()
    def worker() -> None:
        """Запустить обработчик событий."""
        settings = build().settings
        _serve(f"bilet_{name}.worker_app:create", settings.http_host, settings.worker_http_port, 1)

    @app.command()
    def migrate() -> None:
        """Привести базу данных к схеме этой версии."""
        service = build()
        asyncio.run(migrate_database(service.settings, service.migrations))
        typer.echo(f"{name}: схема базы данных обновлена")


def _serve(factory: str, host: str, port: int, processes: int) -> None:
    uvicorn.run(
        factory,
        factory=True,
        host=host,
        port=port,
        workers=processes,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )


def _add_republish(app: typer.Typer, build: Callable[[], Service]) -> None:
    @app.command()
    def republish(what: Annotated[str, typer.Argument(help="Что опубликовать заново")]) -> None:
        """Опубликовать нынешнее состояние целиком ещё раз, страницами."""
        service = build()
        if what not in service.republish:
            raise typer.BadParameter(f"можно опубликовать: {', '.join(service.republish) or 'ничего'}")

        typer.echo(f"готово, страниц: {_run(service, lambda: _republish(service, service.republish[what]))}")


def _add_restored(app: typer.Typer, build: Callable[[], Service]) -> None:
    @app.command()
    def restored(
        go_on: Annotated[bool, typer.Option("--go-on", help="Названные отзывы и удаления уже повторены")] = False,  # noqa: FBT002 - a command-line switch
    ) -> None:
        """Продолжить после восстановления базы из копии: номера событий, смещения, состояние целиком."""
        service = build()
        try:
            code = _run(service, lambda: _restored(service, confirmed=go_on))
        except StillAtWorkError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
        raise typer.Exit(code)


async def _restored(service: Service, *, confirmed: bool) -> int:
    async with nobody_at_work(service):
        forgotten = await find_forgotten(service, typer.echo)
        _show(forgotten)
        if forgotten.to_repeat and not confirmed:
            typer.echo(
                "Ничего не изменено. Повторите их через api (его можно запустить), затем: "
                f"bilet-{service.name} restored --go-on",
                err=True,
            )
            return TO_BE_REPEATED
        typer.echo(f"смещения группы переставлены, разделов: {await rewind(service)}")
        await lift_numbers(service, forgotten)
        typer.echo("номера подняты")
    for what, page in service.republish.items():
        typer.echo(f"публикую заново: {what}")
        await _republish(service, page)
    await finish(service)
    typer.echo("готово: worker можно запускать" + ("" if service.republish else "; целиком публиковать нечего"))
    return 0


def _show(forgotten: Forgotten) -> None:
    if forgotten.unknown:
        typer.echo(f"ключей, о которых база ничего не знает: {len(forgotten.unknown)}")
    if forgotten.to_repeat:
        typer.echo("База забыла отзывы, приостановки и удаления, о которых другие сервисы знают:")
    for one in forgotten.to_repeat:
        typer.echo(f"{one.envelope.type}\t{one.key}\t{one.envelope.time:%Y-%m-%d %H:%M}")


def _add_parked(parked: typer.Typer, build: Callable[[], Service]) -> None:
    @parked.command("list")
    def list_() -> None:
        """Показать ключи с отложенными записями: место и вид ошибки, но не сами записи."""
        service = build()
        for item in _run(service, lambda: _within(service, parked_keys)):
            since = f"с {item.since:%Y-%m-%d %H:%M}"
            typer.echo(f"{item.topic}\t{item.key}\t{item.records} шт.\t{since}\t{item.fault.place}\t{item.fault.kind}")

    @parked.command()
    def replay(topic: Topic, key: Key) -> None:
        """Применить отложенные записи ключа по порядку."""
        service = build()
        try:
            applied = _run(service, lambda: service.processor.replay(topic, key))
            typer.echo(f"применено записей: {applied}; что пришло за это время, покажет list")
        except RejectedError as rejected:
            typer.echo(f"запись не принимается ({rejected.fault.place}: {rejected.fault.kind}), всё осталось", err=True)
            raise typer.Exit(1) from None

    @parked.command()
    def drop(topic: Topic, key: Key) -> None:
        """Выбросить отложенные записи ключа навсегда."""
        service = build()
        typer.confirm(f"Выбросить отложенное по ключу {key} из {topic} навсегда?", abort=True)
        dropped = _run(service, lambda: _within(service, lambda tx: take_parked(tx, topic, key)))
        typer.echo(f"выброшено записей: {len(dropped)}")


async def _republish(service: Service, page: Republish) -> int:
    pages, after = 0, None
    while pages == 0 or after is not None:
        async with service.database.transaction() as tx:
            after = await page(tx, after)
        pages += 1
        typer.echo(f"страница {pages} записана")
    return pages


async def _within(service: Service, work: Callable[[Transaction], Awaitable[T]]) -> T:
    async with service.database.transaction() as tx:
        return await work(tx)


def _run(service: Service, work: Callable[[], Awaitable[T]]) -> T:
    async def with_database() -> T:
        configure_logs(service.settings, service.name, "command")
        await service.database.start()
        try:
            return await work()
        finally:
            await service.database.stop()

    return asyncio.run(with_database())


def prepare_process(service: Service, process: str) -> Service:
    """Configure logs and tracing of a process, before its app is made."""
    configure_logs(service.settings, service.name, process)
    configure_tracing(service.name, service.settings.trace_ratio, to_collector(service.settings.trace_address))
    return service
