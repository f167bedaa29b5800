"""Turning business time, which lives in each database; a convenience of local and test installations."""

from datetime import datetime, timedelta

import asyncpg

from bilet_kit.settings import ServiceSettings


class ClockRefusedError(RuntimeError):
    """Business time may be turned in local and test installations only."""


async def set_business_clock(settings: ServiceSettings, moment: datetime) -> None:
    """Let business time be `moment` (aware) now and run on from there.

    Raises:
        ClockRefusedError: this is a production installation.
    """
    await _turn(settings, "$1::timestamptz - clock_timestamp()", moment)


async def advance_business_clock(settings: ServiceSettings, by: timedelta) -> None:
    """Move business time by a positive or negative difference.

    Raises:
        ClockRefusedError: this is a production installation.
    """
    await _turn(settings, "business_now() - clock_timestamp() + $1::interval", by)


async def _turn(settings: ServiceSettings, offset: str, argument: datetime | timedelta) -> None:
    if not settings.allows_conveniences:
        raise ClockRefusedError("the business clock can be turned only where BILET_ENVIRONMENT is local or test")
    connection = await asyncpg.connect(settings.asyncpg_url)
    try:
        await connection.execute(
            f"""INSERT INTO business_clock (id, "offset") VALUES (1, {offset})
            ON CONFLICT (id) DO UPDATE SET "offset" = excluded."offset" """,  # noqa: S608 — one of two constants above
            argument,
        )
    finally:
        await connection.close()
