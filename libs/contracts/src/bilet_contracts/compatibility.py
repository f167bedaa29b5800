"""Compares a proposed schema with the published one: a version only ever gains optional fields.

What a schema merely tells its reader (titles, descriptions, the known words of an open vocabulary) does not count.
"""

import json
from collections.abc import Iterator, Mapping

Schema = Mapping[str, object]

_WORDS = """
type const enum format pattern minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength
minItems maxItems uniqueItems additionalProperties $ref items prefixItems anyOf allOf oneOf $comment
"""
_MEANING = frozenset(_WORDS.split())
_NAMED = {"$comment": "place"}


def incompatibilities(published: Schema, proposed: Schema) -> tuple[str, ...]:
    """Name what in `proposed` would break a reader or a writer of `published`, old → new; empty when nothing would.

    Both are JSON Schemas (draft 2020-12) as `schemas` writes them, with `properties`, `required`, `$defs`, topic and key.
    """
    found = [*_changed("the event", published, proposed), *_object_changes("", published, proposed)]
    old_parts, new_parts = _mapping(published.get("$defs")), _mapping(proposed.get("$defs"))
    for name in old_parts.keys() & new_parts.keys():
        old, new = _mapping(old_parts[name]), _mapping(new_parts[name])
        found += [*_changed(name, old, new), *_object_changes(f"{name}.", old, new)]
    return tuple(found)


def _object_changes(place: str, old: Schema, new: Schema) -> Iterator[str]:
    old_fields, new_fields = _mapping(old.get("properties")), _mapping(new.get("properties"))
    for name, field in old_fields.items():
        if name in new_fields:
            yield from _changed(f"{place}{name}", _mapping(field), _mapping(new_fields[name]))
        else:
            yield f"{place}{name}: removed (was {_in_words(_mapping(field))})"
    old_required, new_required = _names(old.get("required")), _names(new.get("required"))
    for name in sorted(new_required - old_required):
        yield f"{place}{name}: was optional or absent, now required"
    for name in sorted((old_required - new_required) & new_fields.keys()):
        yield f"{place}{name}: was always there, now optional"


def _changed(place: str, old: Schema, new: Schema) -> Iterator[str]:
    before, after = _meaning(old), _meaning(new)
    if before == after:
        return
    was, now = _in_words(before), _in_words(after)
    if was == now:
        differing = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        was = ", ".join(f"{_NAMED.get(name, name)} {_as_json(before.get(name))}" for name in differing)
        now = ", ".join(f"{_NAMED.get(name, name)} {_as_json(after.get(name))}" for name in differing)
    yield f"{place}: was {was}, now {now}"


def _in_words(schema: Schema) -> str:
    """Say what a field may hold, as a developer would: `integer from 6 to 11`, `list of uuid`, `one of a, b`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return f"always {schema['const']}"
    if "enum" in schema:
        return f"one of {', '.join(map(str, _listed(schema['enum'])))}"
    if "anyOf" in schema:
        return " or ".join(_in_words(_mapping(one)) for one in _listed(schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {_in_words(_mapping(schema.get('items')))}"
    return " ".join(_simple_words(schema)) or "anything"


def _simple_words(schema: Schema) -> Iterator[str]:
    yield str(schema.get("format") or schema.get("type") or "")
    for word, keyword in {"from": "minimum", "to": "maximum"}.items():
        if keyword in schema:
            yield f"{word} {schema[keyword]}"
    for words, keyword in {"of at least": "minLength", "of at most": "maxLength"}.items():
        if keyword in schema:
            yield f"{words} {schema[keyword]} characters"
    if "pattern" in schema:
        yield f"matching {schema['pattern']}"


def _meaning(schema: Schema) -> dict[str, object]:
    return {word: _deep_meaning(value) for word, value in schema.items() if word in _MEANING}


def _deep_meaning(value: object) -> object:
    if isinstance(value, Mapping):
        return _meaning(value)
    return [_deep_meaning(one) for one in value] if isinstance(value, list) else value


def _as_json(value: object) -> str:
    return "absent" if value is None else json.dumps(value, ensure_ascii=False)


def _mapping(value: object) -> Schema:
    return value if isinstance(value, Mapping) else {}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _names(value: object) -> set[str]:
    return {str(name) for name in _listed(value)}
