"""`bilet-diagnostics rescore`: score submitted attempts by a corrected version of their instrument."""

import asyncio
from typing import Annotated, cast

import typer

from bilet_diagnostics.api.parts import Parts
from bilet_diagnostics.bootstrap import build
from bilet_diagnostics.commands.instruments import file_faults_told
from bilet_diagnostics.domain.errors import NothingPutRight
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.versions import Correction, correction_by
from bilet_diagnostics.use_cases.rescoring import FIRST, rescore_page
from bilet_kit.process.service import Service


def rescore(
    version: Annotated[str, typer.Argument(help="Исправленная версия методики, например readiness-2")],
) -> None:
    """Пересчитать сданные прохождения по исправленной версии; прежние результаты остаются."""
    with file_faults_told():
        service = build()
    library = cast("Parts", service.parts).library
    right = next((one for one in library.instruments if one.ref == version), None)
    if right is None:
        raise typer.BadParameter(f"опубликованы: {', '.join(one.ref for one in library.instruments)}")
    try:
        correction = correction_by(right, library.instruments)
    except NothingPutRight as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    rescored = asyncio.run(_rescore_all(service, library, correction))
    typer.echo(f"{version} вместо {', '.join(correction.wrong)}: пересчитано прохождений {rescored}")


async def _rescore_all(service: Service, library: Library, correction: Correction) -> int:
    rescored, after = 0, FIRST
    await service.database.start()
    try:
        while True:
            async with service.database.transaction() as tx:
                page = await rescore_page(tx, library, correction, after)
            if page.last is None:
                return rescored
            rescored, after = rescored + page.rescored, page.last
    finally:
        await service.database.stop()
