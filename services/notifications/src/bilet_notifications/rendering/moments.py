"""Moments in Russian, in the time of a place, as people say them aloud."""

from datetime import datetime
from zoneinfo import ZoneInfo

_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_ON_WEEKDAY = (
    "в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье",
)  # fmt: skip
_UNTIL_WEEKDAY = ("понедельника", "вторника", "среды", "четверга", "пятницы", "субботы", "воскресенья")
TIME_OF = {
    "Europe/Kaliningrad": "калининградскому",
    "Europe/Moscow": "московскому",
    "Europe/Kirov": "московскому",
    "Europe/Simferopol": "московскому",
    "Europe/Volgograd": "московскому",
    "Europe/Astrakhan": "астраханскому",
    "Europe/Samara": "самарскому",
    "Europe/Saratov": "саратовскому",
    "Europe/Ulyanovsk": "ульяновскому",
    "Asia/Yekaterinburg": "екатеринбургскому",
    "Asia/Omsk": "омскому",
    "Asia/Novosibirsk": "новосибирскому",
    "Asia/Barnaul": "барнаульскому",
    "Asia/Tomsk": "томскому",
    "Asia/Novokuznetsk": "новокузнецкому",
    "Asia/Krasnoyarsk": "красноярскому",
    "Asia/Irkutsk": "иркутскому",
    "Asia/Chita": "читинскому",
    "Asia/Yakutsk": "якутскому",
    "Asia/Khandyga": "якутскому",
    "Asia/Vladivostok": "владивостокскому",
    "Asia/Ust-Nera": "владивостокскому",
    "Asia/Magadan": "магаданскому",
    "Asia/Sakhalin": "сахалинскому",
    "Asia/Srednekolymsk": "среднеколымскому",
    "Asia/Kamchatka": "камчатскому",
    "Asia/Anadyr": "анадырскому",
}
"""Every zone of the tz database that Russia uses, as the adjective of «по … времени»."""


def russian_moment(value: str, timezone: str) -> str:
    """Write an ISO 8601 instant in a zone, with the zone's offset: «15 августа 2026 г., 10:00 (UTC+4)»."""
    moment = _local(value, timezone)
    return f"{_day(moment)} {moment.year} г., {moment:%H:%M} ({_offset(moment)})"


def on_day(value: str, timezone: str) -> str:
    """Say on which day: «в субботу, 15 августа»."""
    moment = _local(value, timezone)
    return f"{_ON_WEEKDAY[moment.weekday()]}, {_day(moment)}"


def at_time(value: str, timezone: str) -> str:
    """Say when, and by whose time: «в субботу, 15 августа, в 10:00 по самарскому времени»."""
    return f"{on_day(value, timezone)}, в {_local(value, timezone):%H:%M} {_by_time_of(value, timezone)}"


def until(value: str, timezone: str) -> str:
    """Say until when, in short, for a title: «до среды, 12 августа, 10:30»."""
    moment = _local(value, timezone)
    return f"до {_UNTIL_WEEKDAY[moment.weekday()]}, {_day(moment)}, {moment:%H:%M}"


def until_time(value: str, timezone: str) -> str:
    """Say until when, and by whose time: «до среды, 12 августа, 10:30 по самарскому времени»."""
    return f"{until(value, timezone)} {_by_time_of(value, timezone)}"


def _local(value: str, timezone: str) -> datetime:
    # str() of a missing variable is jinja2's error about it
    return datetime.fromisoformat(str(value)).astimezone(ZoneInfo(str(timezone)))


def _day(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]}"


def _by_time_of(value: str, timezone: str) -> str:
    adjective = TIME_OF.get(timezone)
    return f"по {adjective} времени" if adjective else f"({_offset(_local(value, timezone))})"


def _offset(moment: datetime) -> str:
    offset = moment.strftime("%z")
    hours, minutes = int(offset[:3]), offset[3:]
    return f"UTC{hours:+d}" + (f":{minutes}" if minutes != "00" else "")
