"""A published version only ever gains optional fields; anything else is a new version."""

from collections.abc import Iterator, Mapping

Schema = Mapping[str, object]

_WORDS = """
type const enum format pattern minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength
minItems maxItems uniqueItems additionalProperties $ref items prefixItems anyOf allOf oneOf x-topic x-key
"""
_MEANING = frozenset(_WORDS.split())


def incompatibilities(published: Schema, proposed: Schema) -> tuple[str, ...]:
    """What in `proposed` would break a reader or a writer of `published`; empty when nothing would.

    Both are JSON Schemas (draft 2020-12) as `schemas` writes them, with `properties`, `required`, `$defs`, topic and key.
    """
    found = [] if _meaning(published) == _meaning(proposed) else ["the event: means something else"]
    found += _object_changes("", published, proposed)
    old_parts, new_parts = _mapping(published.get("$defs")), _mapping(proposed.get("$defs"))
    for name, old in old_parts.items():
        new = _mapping(new_parts.get(name))
        if name in new_parts and _meaning(_mapping(old)) != _meaning(new):
            found.append(f"{name}: means something else")
        found += _object_changes(f"{name}.", _mapping(old), new) if name in new_parts else ()
    return tuple(found)


def _object_changes(place: str, old: Schema, new: Schema) -> Iterator[str]:
    old_fields, new_fields = _mapping(old.get("properties")), _mapping(new.get("properties"))
    for name, field in old_fields.items():
        if name not in new_fields:
            yield f"{place}{name}: removed"
        elif _meaning(_mapping(field)) != _meaning(_mapping(new_fields[name])):
            yield f"{place}{name}: means something else"
    old_required, new_required = _names(old.get("required")), _names(new.get("required"))
    for name in sorted(new_required - old_required):
        yield f"{place}{name}: required now"
    for name in sorted((old_required - new_required) & new_fields.keys()):
        yield f"{place}{name}: no longer always there"


def _meaning(field: Schema) -> dict[str, object]:
    return {word: value for word, value in field.items() if word in _MEANING}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _names(value: object) -> set[str]:
    return {str(name) for name in value} if isinstance(value, list) else set()
