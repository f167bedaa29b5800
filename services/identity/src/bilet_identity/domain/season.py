"""When a region's season takes pupils in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bilet_identity.domain.errors import RegistrationClosed
from bilet_identity.domain.regions import local_date


@dataclass(frozen=True, slots=True)
class Season:
    """One season of one region: pupils may join from `registration_from` until just before `closes`."""

    registration_from: datetime
    closes: datetime


def check_registration(seasons: Sequence[Season], region_code: str, *, now: datetime) -> None:
    """See that one of the region's seasons takes pupils in.

    While no season of the region is known, pupils may join. The dates are booking's and reach us by an event: a
    region that has brought in its schools and rosters before its calendar, or whose catalogue is still being read
    again, must not turn pupils away. What they join early is only an account; diagnostics and booking begin nothing
    without a season of their own.

    Raises:
        RegistrationClosed: the region's seasons have ended or not begun yet.
    """
    if not seasons or any(season.registration_from <= now < season.closes for season in seasons):
        return
    coming = [season.registration_from for season in seasons if now < season.registration_from < season.closes]
    if coming:
        opens = local_date(region_code, min(coming))
        raise RegistrationClosed(f"Регистрация в вашем регионе откроется {opens:%d.%m.%Y}.")
    raise RegistrationClosed
