"""The command that makes a region's first operator."""

import asyncio
from collections.abc import Mapping

import pytest
from typer.testing import CliRunner, Result

from bilet_identity.cli import app
from bilet_identity.settings import Settings
from tests.integration.identity.conftest import PASSWORD, World

ARGUMENTS = ["create-operator", "first", "--region", "63", "--email", "first@bilet.test"]


async def run(settings: Settings, more: Mapping[str, str]) -> Result:
    given = {
        "BILET_ENVIRONMENT": "test",
        "BILET_DATABASE_URL": str(settings.database_url),
        "BILET_SIGNING_KEY": settings.signing_key.get_secret_value(),
        "BILET_PERSONAL_DATA_KEY": settings.personal_data_key.get_secret_value(),
        "BILET_ESIA_SIGNING_KEY": settings.esia_signing_key.get_secret_value(),
        "BILET_ESIA_PUBLIC_KEY": settings.esia_public_key,
    }
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, ARGUMENTS, env={**given, **more}))


async def test_the_first_operator_can_sign_in_and_act(world: World) -> None:
    made = await run(world.settings, {"BILET_OPERATOR_PASSWORD": PASSWORD})
    operator = await world.sign_in("first", "regional-operator")

    assert (made.exit_code, made.output) == (0, "Оператор региона 63 заведён\n")
    assert (await operator.post("/imports/schools", b"school_code,name,municipality\n")).status_code == 200
    assert [event["scopes"][0]["role"] for event in await world.said("staff-scope-changed")] == ["regional-operator"]


async def test_a_repeat_makes_no_second_operator(world: World) -> None:
    await run(world.settings, {"BILET_OPERATOR_PASSWORD": PASSWORD})

    again = await run(world.settings, {"BILET_OPERATOR_PASSWORD": PASSWORD})
    other = await run(world.settings, {"BILET_OPERATOR_PASSWORD": "совсем другой пароль"})

    assert (again.exit_code, again.output) == (0, "Этот оператор уже есть\n")
    assert (other.exit_code, other.output) == (1, "Логин занят: Выберите другой логин.\n")
    assert len(await world.rows("SELECT 1 FROM staff")) == 1


@pytest.mark.parametrize("password", ["short", "firstfirst" * 13, "aaaaaaaaaaaa"])
async def test_a_weak_password_is_refused(world: World, password: str) -> None:
    refused = await run(world.settings, {"BILET_OPERATOR_PASSWORD": password})

    assert refused.exit_code != 0
    assert not await world.rows("SELECT 1 FROM staff")
    assert password not in refused.output
