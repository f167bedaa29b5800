"""Texts from templates: the same facts for the inbox and for a letter, in Russian.

A child's first name stands only in letters to guardians of several; the inbox names nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bilet_notifications.domain.people import STUDENT, RecipientKind
from bilet_notifications.domain.scenes import Scene, Wording
from bilet_notifications.rendering import moments


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


class UnreadableError(Exception):
    """A message has no text: its template, or something that the template needs, is missing. Tells nothing of it."""


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
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            moment=moments.russian_moment,
            on_day=moments.on_day,
            at_time=moments.at_time,
            until=moments.until,
            until_time=moments.until_time,
        )

    def text_of(self, wording: Wording) -> Text | None:
        """Render a message for the inbox; None for one that has no text."""
        try:
            return self.text(wording)
        except UnreadableError:
            return None

    def text(self, wording: Wording) -> Text:
        """Render a message for the inbox.

        Raises:
            UnreadableError: it cannot be rendered, whatever the cause.
        """
        try:
            source = self._environment.get_template(f"{wording.template}.v{wording.version}.txt")
            context = source.new_context(_words(wording))
            title, body = ("".join(source.blocks[block](context)) for block in ("title", "body"))
        except Exception as error:  # noqa: BLE001 — what a template and its variables can do wrong has no end
            raise UnreadableError(type(error).__name__) from None
        return Text(" ".join(title.split()), body.strip())

    def letter(self, text: Text, reader: RecipientKind, *, first_name: str | None, patronymic: str | None) -> Letter:
        """Frame a message as a letter to the reader of this name, with a link to the cabinet."""
        frame: dict[str, Any] = {
            "greeting": greeting(reader, first_name, patronymic),
            "title": text.title,
            "paragraphs": text.body.split("\n\n"),
            "cabinet": self._cabinet,
        }
        plain = self._environment.get_template("letter.txt").render(frame)
        html = self._environment.get_template("letter.html").render(frame)
        return Letter(text.title, plain, html)


def greeting(reader: RecipientKind, first_name: str | None, patronymic: str | None) -> str:
    """Greet a pupil by first name and «ты», everybody else by first name and patronymic."""
    if reader == STUDENT:
        return f"Здравствуй, {first_name}!" if first_name else "Здравствуй!"
    name = " ".join(part for part in (first_name, patronymic) if part)
    return f"Здравствуйте, {name}!" if name else "Здравствуйте!"


def _words(wording: Wording) -> dict[str, Any]:
    """Give a template its variables and the scene; a variable never hides a word of the scene."""
    variables, scene = wording.variables, wording.scene
    return {
        **variables,
        "reader": wording.reader,
        "profession": f" «{scene.profession}»" if scene.profession else "",
        "place": _place(variables, scene),
        "child": _child(scene),
    }


def _place(variables: Mapping[str, str], scene: Scene) -> str:
    """Say where: «онлайн», or the site by name and address, or by its code until the catalogue has arrived."""
    if variables.get("format") == "online":
        return "онлайн"
    if scene.site is None:
        return f"площадка {variables.get('site_code', '')}".strip()
    return f"{scene.site} ({scene.address})"


def _child(scene: Scene) -> str:
    who = scene.child if scene.has_siblings and scene.child else "ваш ребёнок"
    return f"{who} ({scene.grade} класс)" if scene.grade else who
