"""Identity loses its database, on a bus that asks everybody for a name; booking keeps its own and hears what comes after."""

import asyncio
import base64
import dataclasses
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pytest
from typer.testing import CliRunner, Result

from bilet_booking.bootstrap import build as build_booking
from bilet_booking.settings import Settings as BookingSettings
from bilet_esia_standin.app import create_app
from bilet_esia_standin.settings import StandinSettings
from bilet_identity.bootstrap import build
from bilet_identity.settings import Settings
from bilet_kit.process.api import create_api
from bilet_kit.process.cli import service_cli
from bilet_kit.process.restoring import OlderDatabaseError
from bilet_kit.process.worker import create_worker
from tests.integration.identity.conftest import (
    ESIA,
    ESIA_CLIENT,
    ESIA_SERVER,
    REDIRECT,
    SEVENTH_OF_JULY,
    Someone,
    World,
    consent,
)
from tests.support.closed_kafka import ClosedKafka
from tests.support.databases import Databases
from tests.support.going_on import go_on_where_kafka_is
from tests.support.migrations import migrate
from tests.support.plugin import DatabaseUrl, SetClock
from tests.support.postgres import LocalPostgres
from tests.support.tokens import SigningKey, TokenMaker
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.system, pytest.mark.apache_kafka]
KNOWN = "SELECT status || ' ' || sequence FROM students WHERE student_id = $1"


@dataclass
class Drill:
    """Identity on a server that will be lost, its backup, and what booking knows."""

    settings: Settings
    postgres: LocalPostgres
    backup: Path
    booking: asyncpg.Connection
    set_clock: SetClock

    @asynccontextmanager
    async def api(self) -> AsyncIterator[World]:
        """Let people use identity over HTTP inside the block."""
        standin = StandinSettings(
            environment="test",
            client_certificate=ESIA_CLIENT.public,
            signing_key=ESIA_SERVER.private,
            redirect_uris=(REDIRECT,),
        )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app(standin))) as esia:
            service = build(self.settings, esia)
            transport = httpx.ASGITransport(app=create_api(service))
            async with service.running(), httpx.AsyncClient(transport=transport, base_url="http://bilet.test") as http:
                world = World(service, self.settings, http, esia, self.set_clock)
                yield world

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """Run identity's worker inside the block; what was said before its end is on Kafka then."""
        app = create_worker(build(self.settings))
        look = await asyncpg.connect(self.settings.asyncpg_url)
        try:
            async with app.router.lifespan_context(app):
                yield
                waiting = "SELECT NOT EXISTS (SELECT FROM outbox)"
                await wait_until(lambda: look.fetchval(waiting), 60, what="the outbox is carried")
        finally:
            await look.close()

    async def restored(self, *words: str) -> Result:
        """Give the operator's command, in a thread of its own."""
        command = service_cli("identity", lambda: build(self.settings))
        return await asyncio.to_thread(CliRunner().invoke, command, ["restored", *words])

    async def booking_knows(self, pupil: UUID, status: str) -> None:
        """Wait until booking has the pupil in this status."""

        async def so() -> bool:
            return str(await self.booking.fetchval(KNOWN, pupil)).startswith(f"{status} ")

        await wait_until(so, 60, what=f"booking has the pupil {status}")


@pytest.fixture
async def drill(
    mortal_postgres: LocalPostgres,
    bus: ClosedKafka,
    database_url: DatabaseUrl,
    tokens: TokenMaker,
    tmp_path: Path,
    set_clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Drill]:
    monkeypatch.setattr("bilet_kit.process.cli.configure_logs", lambda *_: None)
    address = await Databases(mortal_postgres, migrate).create("identity")
    own = {
        "environment": "test",
        "database_url": address,
        "signing_key": SigningKey.new().pem(),
        "personal_data_key": base64.b64encode(os.urandom(32)).decode(),
        "public_url": "http://bilet.test",
        "esia_base_url": ESIA,
        "esia_signing_key": ESIA_CLIENT.private,
        "esia_public_key": ESIA_SERVER.public,
        "esia_redirect_uri": REDIRECT,
    }
    settings = Settings.model_validate(bus.settings("identity").model_dump() | own)
    known = {"environment": "test", "database_url": await database_url("booking"), "jwks_url": tokens.jwks_url}
    booking = build_booking(BookingSettings.model_validate(bus.settings("booking").model_dump() | known))
    for service in (build(settings), booking):
        await go_on_where_kafka_is(service)
    await set_clock(address, SEVENTH_OF_JULY)
    look = await asyncpg.connect(booking.settings.asyncpg_url)
    app = create_worker(dataclasses.replace(booking, jobs=()))
    async with app.router.lifespan_context(app):
        yield Drill(settings, mortal_postgres, tmp_path / "backup", look, set_clock)
    await look.close()


async def active_family(world: World) -> tuple[Someone, Someone]:
    await world.schools()
    return await world.active_family()


async def withdraw(guardian: Someone, pupil: Someone) -> None:
    answer = await guardian.delete(f"/consents/{pupil.id}/processing")
    assert answer.status_code == 200, answer.text


async def test_a_withdrawal_after_the_restore_arrives_at_booking(drill: Drill) -> None:
    async with drill.api() as world, drill.worker():
        pupil, guardian = await active_family(world)
        await drill.booking_knows(pupil.id, "active")
        await drill.postgres.back_up(drill.backup)
        for purpose in ("transfer", "notify-email"):
            assert (await consent(guardian, pupil.id, purpose)).status_code == 201
    await drill.postgres.restore(drill.backup)

    with pytest.raises(OlderDatabaseError, match="bilet-identity restored"):
        async with drill.worker():
            pass
    assert (shown := await drill.restored()).exit_code == 0, shown.output
    async with drill.api() as world, drill.worker():
        await withdraw(Someone(world.http, guardian.tokens), pupil)

    await drill.booking_knows(pupil.id, "suspended")


async def test_a_forgotten_withdrawal_is_repeated_before_the_state_is_published(drill: Drill) -> None:
    async with drill.api() as world, drill.worker():
        pupil, guardian = await active_family(world)
        await drill.postgres.back_up(drill.backup)
        await withdraw(guardian, pupil)
    await drill.booking_knows(pupil.id, "suspended")
    before = await drill.booking.fetchval(KNOWN, pupil.id)
    await drill.postgres.restore(drill.backup)

    shown = await drill.restored()
    assert shown.exit_code == 3, shown.output
    for event in ("consent-withdrawn", "student-suspended"):
        assert f"identity.{event}.v1\t{pupil.id}" in shown.output
    async with drill.api() as world:
        await withdraw(Someone(world.http, guardian.tokens), pupil)
    assert (shown := await drill.restored("--go-on")).exit_code == 0, shown.output
    async with drill.worker():
        pass

    async def newer() -> bool:
        return bool(await drill.booking.fetchval(KNOWN, pupil.id) != before)

    await wait_until(newer, 60, what="booking has heard the repeated withdrawal")
    await drill.booking_knows(pupil.id, "suspended")
