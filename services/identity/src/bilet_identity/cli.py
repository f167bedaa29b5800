"""The `bilet-identity` command."""

import asyncio
import os
from typing import Annotated, cast

import typer

from bilet_identity.api.parts import Parts
from bilet_identity.bootstrap import build
from bilet_identity.domain.access import PASSWORD_LENGTH, check_password
from bilet_identity.domain.errors import DomainError
from bilet_identity.domain.names import make_name
from bilet_identity.storage import accounts
from bilet_identity.storage.people import PersonalData
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
