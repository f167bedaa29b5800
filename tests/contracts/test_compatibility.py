"""A published version only ever gains optional fields."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from bilet_contracts.compatibility import incompatibilities
from bilet_contracts.registry import REGISTRY
from bilet_contracts.released import LOCK, departures, release
from bilet_contracts.schemas import GOLDEN, add_golden, faults, rendered, write

PUBLISHED: dict[str, Any] = {
    "properties": {"grade": {"type": "integer", "minimum": 6}, "code": {"type": "string"}, "note": {"type": "string"}},
    "required": ["grade", "code"],
    "$defs": {"Part": {"properties": {"role": {"enum": ["mentor"]}}, "required": ["role"]}},
}


def changed(**changes: object) -> dict[str, Any]:
    return {**deepcopy(PUBLISHED), **changes}


def test_an_unchanged_schema_breaks_nobody() -> None:
    assert incompatibilities(PUBLISHED, deepcopy(PUBLISHED)) == ()


def test_a_new_optional_field_breaks_nobody() -> None:
    assert incompatibilities(PUBLISHED, changed(properties={**PUBLISHED["properties"], "new": {"type": "null"}})) == ()


@pytest.mark.parametrize(
    ("proposed", "place"),
    [
        (
            changed(properties={"grade": {"type": "integer", "minimum": 6}, "code": {"type": "string"}}),
            "note: removed (was string)",
        ),
        (changed(required=["grade", "code", "note"]), "note: was optional or absent, now required"),
        (changed(required=["grade"]), "code: was always there, now optional"),
        (
            changed(properties={**PUBLISHED["properties"], "grade": {"type": "integer", "minimum": 7}}),
            "grade: was integer from 6, now integer from 7",
        ),
        (
            changed(**{"$defs": {"Part": {"properties": {"role": {"enum": ["pupil"]}}, "required": ["role"]}}}),
            "Part.role: was one of mentor, now one of pupil",
        ),
    ],
)
def test_anything_else_is_named(proposed: dict[str, Any], place: str) -> None:
    assert place in incompatibilities(PUBLISHED, proposed)


@pytest.mark.parametrize(
    ("proposed", "place"),
    [
        (
            changed(**{"$comment": "topic booking.catalogue, key slot_id"}),
            'the event: was place "topic booking.events, key student_id", now place "topic booking.catalogue, key slot_id"',
        ),
        (
            changed(properties={**PUBLISHED["properties"], "code": {"type": "string", "minLength": 50}}),
            "code: was string, now string of at least 50 characters",
        ),
        (
            changed(**{"$defs": {**PUBLISHED["$defs"], "Role": {"enum": ["mentor"]}}}),
            "Role: was one of mentor, pupil, now one of mentor",
        ),
    ],
)
def test_topic_key_bounds_and_lists_of_values_do_not_change_either(proposed: dict[str, Any], place: str) -> None:
    published = changed(**{"$defs": {**PUBLISHED["$defs"], "Role": {"enum": ["mentor", "pupil"]}}})
    published |= {"$comment": "topic booking.events, key student_id"}
    assert place in incompatibilities(published, {**published, **proposed})


def test_committed_schemas_are_current_and_compatible() -> None:
    assert list(faults()) == []


def test_a_stale_or_missing_schema_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path)
    first, second, *_ = REGISTRY
    (tmp_path / f"{first}.json").unlink()
    (tmp_path / f"{second}.json").write_text(rendered(REGISTRY[second]).replace("{", "{ ", 1), encoding="utf-8")

    assert {fault.split(":")[0] for fault in faults(tmp_path)} == {first, second}


def test_a_schema_that_was_removed_cannot_be_written_anew_wider(tmp_path: Path) -> None:
    write(tmp_path)
    name = next(iter(REGISTRY))
    (tmp_path / f"{name}.json").unlink()

    with pytest.raises(SystemExit, match="released once, but gone"):
        write(tmp_path)


def test_a_schema_changed_by_hand_is_not_what_was_released(tmp_path: Path) -> None:
    write(tmp_path)
    name = next(iter(REGISTRY))
    path = tmp_path / f"{name}.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"type"', '"description"', 1), encoding="utf-8")

    assert f"{name}: not what was released last: restore it" in list(faults(tmp_path))
    with pytest.raises(SystemExit, match="not what was released last"):
        write(tmp_path)


def test_the_record_of_what_was_released_only_grows(tmp_path: Path) -> None:
    write(tmp_path)
    before = (tmp_path / LOCK).read_text(encoding="utf-8")
    path = tmp_path / "added.v1.json"
    path.write_text("{}", encoding="utf-8")
    release(tmp_path)
    path.write_text("{ }", encoding="utf-8")
    release(tmp_path)
    after = (tmp_path / LOCK).read_text(encoding="utf-8")

    assert after.startswith(before)
    assert after.count("added.v1.json") == 2


def test_without_its_lock_a_folder_cannot_be_written_anew(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / LOCK).unlink()

    with pytest.raises(SystemExit, match=r"released\.lock is gone"):
        write(tmp_path)


def test_golden_records_are_only_ever_added(tmp_path: Path) -> None:
    golden = tmp_path / "caller-greeted.v1.json"
    golden.write_text('{"word": "hi"}', encoding="utf-8")
    release(tmp_path)
    (tmp_path / "caller-greeted.v1.again.json").write_text('{"word": "hi", "tone": null}', encoding="utf-8")
    add_golden(tmp_path)
    assert list(departures(tmp_path)) == []

    golden.write_text('{"words": ["hi"]}', encoding="utf-8")

    with pytest.raises(SystemExit, match=r"caller-greeted\.v1: not what was released last"):
        add_golden(tmp_path)


def test_every_golden_record_was_released_once() -> None:
    assert list(departures(GOLDEN)) == []
    lines = (GOLDEN / LOCK).read_text(encoding="utf-8").splitlines()
    assert len({line.split("  ")[1] for line in lines}) == len(lines) >= len(REGISTRY)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "array", "items": {"type": "string", "format": "uuid"}}, "list of uuid"),
        ({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}, "date-time or null"),
        ({"$ref": "#/$defs/StaffScope"}, "StaffScope"),
        ({"const": True}, "always True"),
        ({"type": "string", "pattern": "^[a-z]$", "maxLength": 9}, "string of at most 9 characters matching ^[a-z]$"),
        ({}, "anything"),
    ],
)
def test_a_refusal_says_in_words_what_a_field_was_and_is(schema: dict[str, Any], words: str) -> None:
    properties = {**PUBLISHED["properties"], "note": schema}
    assert f"note: was string, now {words}" in incompatibilities(PUBLISHED, changed(properties=properties))


def test_what_no_words_tell_apart_is_shown_as_it_stands() -> None:
    whole = {**PUBLISHED["properties"], "note": {"type": "string", "multipleOf": 2}}
    assert incompatibilities(PUBLISHED, changed(properties=whole)) == ("note: was multipleOf absent, now multipleOf 2",)


def test_known_words_are_an_annotation_and_do_not_count_however_deep_they_stand() -> None:
    def with_words(*words: str) -> dict[str, Any]:
        word = {"type": "string", "pattern": "^[a-z]+$", "examples": list(words)}
        return {"properties": {"status": word, "purposes": {"type": "array", "items": word}}, "required": ["status"]}

    assert incompatibilities(with_words("active"), with_words("active", "paused")) == ()
    assert incompatibilities(with_words("active"), with_words()) == ()
