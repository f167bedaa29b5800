"""Texts from templates: the same facts for the inbox and for a letter, in Russian, without a child's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """A rendered message."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered letter."""

    subject: str
    plain: str
    html: str


def russian_moment(value: str, timezone: str) -> str:
    """Write an ISO 8601 instant in a zone, with the zone's offset: «15 августа 2026 г., 10:00 (UTC+4)»."""
    # str() of a missing variable is jinja2's error about it
    moment = datetime.fromisoformat(str(value)).astimezone(ZoneInfo(str(timezone)))
    offset = moment.strftime("%z")
    hours, minutes = int(offset[:3]), offset[3:]
    zone = f"UTC{hours:+d}" + (f":{minutes}" if minutes != "00" else "")
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year} г., {moment:%H:%M} ({zone})"


class Renderer:
    """Renders messages by template and version.

    A message's template has two blocks, `title` and `body`; `letter.txt` and `letter.html` frame them as a letter. HTML
    is escaped automatically, and a missing variable is an error instead of a gap.
    """

    def __init__(self, public_url: str) -> None:
        self._cabinet = public_url.rstrip("/") + "/"
        self._environment = Environment(
            loader=PackageLoader("bilet_notifications"),
            autoescape=select_autoescape(("html",), default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["moment"] = russian_moment

    def text(self, template: str, version: int, variables: Mapping[str, str]) -> Text:
        """Render a message for the inbox."""
        source = self._environment.get_template(f"{template}.v{version}.txt")
        context = source.new_context(dict(variables))
        title, body = ("".join(source.blocks[block](context)) for block in ("title", "body"))
        return Text(" ".join(title.split()), body.strip())

    def letter(self, template: str, version: int, variables: Mapping[str, str], *, greeting: str) -> Letter:
        """Render a message as a letter to somebody addressed by `greeting`, with a link to the cabinet."""
        text = self.text(template, version, variables)
        frame: dict[str, Any] = {
            "greeting": greeting,
            "title": text.title,
            "paragraphs": text.body.split("\n\n"),
            "cabinet": self._cabinet,
        }
        plain = self._environment.get_template("letter.txt").render(frame)
        html = self._environment.get_template("letter.html").render(frame)
        return Letter(text.title, plain, html)
