"""Business time of the whole installation, turned in all four databases together."""

import asyncio
from datetime import datetime, timedelta

from pydantic import PostgresDsn

from bilet_kit.clock import real_now
from bilet_kit.settings import ServiceSettings
from bilet_local.business_clock import set_business_clock
from bilet_local.installation import DATABASES, Installation


class BusinessClock:
    """Sets business time and knows what it is."""

    def __init__(self, installation: Installation) -> None:
        self._settings = [
            ServiceSettings(environment="local", database_url=PostgresDsn(installation.database_url(name)))
            for name in DATABASES
        ]
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Read business time, exact to some milliseconds."""
        return real_now() + self._ahead

    async def set(self, moment: datetime) -> None:
        """Let it be `moment` (aware) everywhere, and run on from there."""
        self._ahead = moment - real_now()
        await asyncio.gather(*(set_business_clock(settings, self.now()) for settings in self._settings))
