"""The `bilet-identity` command."""

import asyncio
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from bilet_identity.api.parts import Parts
from bilet_identity.bootstrap import build
from bilet_identity.domain.access import PASSWORD_LENGTH, check_password
from bilet_identity.domain.errors import DomainError, RosterUnreadable
from bilet_identity.domain.names import make_name
from bilet_identity.storage import accounts
from bilet_identity.storage.people import PersonalData
from bilet_identity.use_cases.rosters import check_file
from bilet_identity.use_cases.staff import create_operator as create
from bilet_identity.use_cases.students import Credentials
from bilet_kit.process.cli import service_cli

PASSWORD_VARIABLE = "BILET_OPERATOR_PASSWORD"  # noqa: S105 - the name of a variable

app = service_cli("identity", build)


@app.command()
def create_operator(
    login: Annotated[str, typer.Argument(help="Логин")],
    region: Annotated[str, typer.Option(help="Код региона")],
    email: Annotated[str, typer.Option(help="Электронная почта")],
    last_name: Annotated[str, typer.Option(help="Фамилия")] = "Оператор",
    first_name: Annotated[str, typer.Option(help="Имя")] = "Региональный",
) -> None:
    """Завести первого оператора региона; пароль берётся из BILET_OPERATOR_PASSWORD или спрашивается."""
    password = os.environ.get(PASSWORD_VARIABLE) or typer.prompt("Пароль", hide_input=True, confirmation_prompt=True)
    if not PASSWORD_LENGTH[0] <= len(password) <= PASSWORD_LENGTH[1]:
        raise typer.BadParameter("пароль должен быть от 10 до 128 знаков")
    try:
        check_password(password, login=login)
        person = PersonalData(name=make_name(last_name, first_name, None), email=email)
        made = asyncio.run(_create(login, password, region, person))
    except DomainError as error:
        typer.echo(f"{error.title}: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Оператор региона {region} заведён" if made else "Этот оператор уже есть")


@app.command()
def check_rosters(
    files: Annotated[
        list[Path], typer.Argument(help="Списки школ: CSV, XLSX, XLS или ODS", exists=True, dir_okay=False)
    ],
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="День, на который считают возраст")
    ] = None,
) -> None:
    """Проверить списки школ, ничего не загружая: строка JSON на каждый файл.

    Показывает строки так, как их поймёт загрузка; в них персональные данные. Повторы в разных файлах не ищет.
    """
    day = today.date() if today else datetime.now(UTC).date()
    for file in files:
        typer.echo(json.dumps({"file": str(file), **_checked(file.read_bytes(), day)}, ensure_ascii=False))


def _checked(content: bytes, day: date) -> dict[str, Any]:
    try:
        roster, report = check_file(content, today=day)
    except RosterUnreadable as refusal:
        return {"refused": str(refusal)}
    accepted = [
        {
            "row": pupil.row,
            "full_name": pupil.name.full,
            "birth_date": pupil.birth_date.isoformat(),
            "grade": pupil.grade,
            "snils": pupil.snils,
            "cells": dict(zip(roster.columns, roster.rows[pupil.row - 1].cells, strict=True)),
        }
        for pupil in report.accepted
    ]
    rejected = [{"row": row.row, "column": row.column, "reason": row.detail} for row in report.rejected]
    return {"accepted": accepted, "rejected": rejected, "warnings": [warning.detail for warning in report.warnings]}


async def _create(login: str, password: str, region: str, person: PersonalData) -> bool:
    """Create the operator; whether that was needed, for login and password may belong to one already."""
    service = build()
    parts = cast("Parts", service.parts)
    await service.database.start()
    try:
        async with service.database.transaction() as tx:
            known = await accounts.find(tx, parts.vault, login)
            if known is not None and await parts.passwords.fits(password, known.password_hash):
                return False
            credentials = Credentials(login, await parts.passwords.hash(password))
            await create(tx, parts.vault, region, person, credentials)
            return True
    finally:
        await service.database.stop()
