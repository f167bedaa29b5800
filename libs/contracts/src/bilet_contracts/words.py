"""Open vocabularies: bounded words, of which this version knows some and passes over the others.

A new purpose, channel, role or reason is therefore no new version of the events that carry it. Closed stay only true
dichotomies, such as a try-out's format, which a `Literal` says.
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

PATTERN = "^[a-z][a-z0-9-]{0,39}$"

Word = Annotated[str, Field(pattern=PATTERN)]
"""A word of an open vocabulary: 1 to 40 lower-case letters, digits and hyphens; it begins with a letter."""


class Known:
    """Annotates a `Word` with the words that this version knows; the JSON Schema shows them as `examples`.

    `examples` is an annotation of JSON Schema 2020-12 (validation vocabulary, section 9.5): it restricts nothing, so
    the compatibility check does not count it.
    """

    def __init__(self, *words: str) -> None:
        self.words = words
        self._known = frozenset(words)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "examples": list(self.words)}


def unknown_words(part: BaseModel) -> Iterator[tuple[str, str]]:
    """Find the words of an event that this version does not know, each with the field it stands in."""
    for name, known in _word_fields(type(part)):
        value = getattr(part, name)
        for word in (value,) if isinstance(value, str) else value or ():
            if word not in known:
                yield name, word
    for name in _part_fields(type(part)):
        value = getattr(part, name)
        for nested in (value,) if isinstance(value, BaseModel) else value or ():
            yield from ((f"{name}.{place}", word) for place, word in unknown_words(nested))


@cache
def _word_fields(model: type[BaseModel]) -> tuple[tuple[str, Known], ...]:
    found = ((name, _known_in(field.annotation, field.metadata)) for name, field in model.model_fields.items())
    return tuple((name, known) for name, known in found if known is not None)


@cache
def _part_fields(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(name for name, field in model.model_fields.items() if _carries_words(field.annotation))


def _known_in(annotation: Any, metadata: Any) -> Known | None:  # noqa: ANN401 — annotations have no common type
    for note in metadata:
        if isinstance(note, Known):
            return note
    for argument in get_args(annotation):
        known = _known_in(argument, getattr(argument, "__metadata__", ()))
        if known is not None:
            return known
    return None


def _carries_words(annotation: Any) -> bool:  # noqa: ANN401 — the same
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return bool(_word_fields(annotation) or _part_fields(annotation))
    return any(_carries_words(argument) for argument in get_args(annotation))
