"""Two clocks: business time can be turned in local installations, real time cannot."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from bilet_kit.clock import real_now
from bilet_kit.events.lease import Lease
from bilet_kit.storage.database import Database
from bilet_local.business_clock import ClockRefusedError, advance_business_clock, set_business_clock
from tests.support.echo_service.settings import settings_for

SEVENTH_OF_JULY = datetime(2026, 7, 7, 6, tzinfo=UTC)
A_MOMENT = timedelta(minutes=1)


async def test_business_time_is_real_time_until_it_is_turned(database: Database) -> None:
    async with database.transaction() as tx:
        assert abs(tx.now - real_now()) < A_MOMENT
        assert tx.now.tzinfo is not None


async def test_business_time_goes_on_from_where_it_was_turned_to(address: str, database: Database) -> None:
    await set_business_clock(settings_for(address), SEVENTH_OF_JULY)
    async with database.transaction() as tx:
        assert SEVENTH_OF_JULY <= tx.now < SEVENTH_OF_JULY + A_MOMENT
    await advance_business_clock(settings_for(address), timedelta(days=60))
    async with database.transaction() as tx:
        assert timedelta(0) <= tx.now - SEVENTH_OF_JULY - timedelta(days=60) < A_MOMENT
    await advance_business_clock(settings_for(address), timedelta(days=-60))
    async with database.transaction() as tx:
        assert SEVENTH_OF_JULY <= tx.now < SEVENTH_OF_JULY + A_MOMENT


async def test_real_time_and_the_lease_know_nothing_of_it(
    address: str, database: Database, look: asyncpg.Connection
) -> None:
    await set_business_clock(settings_for(address), SEVENTH_OF_JULY + timedelta(days=3650))
    assert await Lease("relay").held(look)
    expires = await look.fetchval("SELECT expires_at FROM relay_lease")
    assert abs(expires - datetime.now(UTC)) < A_MOMENT


async def test_production_refuses_to_turn_the_clock(address: str) -> None:
    known = {"kafka_security_protocol": "SASL_SSL", "kafka_user": "echo", "kafka_password": "secret"}
    production = settings_for(address, environment="production", **known)
    with pytest.raises(ClockRefusedError):
        await set_business_clock(production, SEVENTH_OF_JULY)
    with pytest.raises(ClockRefusedError):
        await advance_business_clock(production, timedelta(days=1))
