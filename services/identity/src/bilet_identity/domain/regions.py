"""The time zone of every region, by its code; a birthday and a date of a term begin at the region's midnight."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

_ZONES = {
    "Europe/Kaliningrad": "39",
    "Europe/Samara": "18 63",
    "Europe/Saratov": "64",
    "Europe/Volgograd": "34",
    "Europe/Astrakhan": "30",
    "Europe/Ulyanovsk": "73",
    "Asia/Yekaterinburg": "02 45 56 59 66 72 74 86 89",
    "Asia/Omsk": "55",
    "Asia/Novosibirsk": "54",
    "Asia/Tomsk": "70",
    "Asia/Barnaul": "04 22",
    "Asia/Krasnoyarsk": "17 19 24",
    "Asia/Novokuznetsk": "42",
    "Asia/Irkutsk": "03 38",
    "Asia/Yakutsk": "14 28",
    "Asia/Chita": "75",
    "Asia/Vladivostok": "25 27 79",
    "Asia/Magadan": "49",
    "Asia/Sakhalin": "65",
    "Asia/Kamchatka": "41",
    "Asia/Anadyr": "87",
}
_ZONE_OF = {region: zone for zone, regions in _ZONES.items() for region in regions.split()}


def local_date(region_code: str, instant: datetime) -> date:
    """Find the calendar day in a region; a region without a listed zone has Moscow's."""
    return instant.astimezone(ZoneInfo(_ZONE_OF.get(region_code, "Europe/Moscow"))).date()
