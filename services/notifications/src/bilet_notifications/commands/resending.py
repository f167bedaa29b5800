"""`bilet-notifications resend`: messages that were given up get another chance, once their cause is mended."""

import asyncio
from typing import Annotated, get_args

import typer

from bilet_kit.process.service import Service
from bilet_notifications.bootstrap import build
from bilet_notifications.domain.events import FailureReason
from bilet_notifications.use_cases.resending import FIRST, resend_page

_REASONS = ", ".join(get_args(FailureReason))


def resend(
    reason: Annotated[FailureReason, typer.Option(help=f"Почему от них отказались: {_REASONS}")] = "unrenderable",
) -> None:
    """Отправить заново сообщения, от которых система отказалась; срок каждого считается снова."""
    typer.echo(f"снова ждут отправки: {asyncio.run(_with_database(build(), reason))}")


async def _with_database(service: Service, reason: FailureReason) -> int:
    await service.database.start()
    try:
        return await resend_all(service, reason)
    finally:
        await service.database.stop()


async def resend_all(service: Service, reason: FailureReason) -> int:
    """Let all messages wait again that were given up for this reason, page by page; how many there were."""
    resent, after = 0, FIRST
    while True:
        async with service.database.transaction() as tx:
            page = await resend_page(tx, reason, after=after)
        if page.last is None:
            return resent
        resent, after = resent + page.resent, page.last
